"""How much each client may ask for: of the service as a whole, and of what invites abuse.

A client is an account, a portal by its key, or else an address. An e-mail address that somebody
types counts whether or not the service knows it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prometheus_client import Counter

from models.cell_rate import Rate, whole_seconds
from models.database import Database
from permissions.viewer import Viewer
from resolvers.account_actions import normal_email
from resolvers.cells import LONGEST_EMAIL
from resolvers.policy import Policy
from resolvers.rate_counts import Counts, OwnCounts, SharedCounts
from resolvers.refusal import InvalidInput, Refusal

LIMITED = Counter("maillage_rate_limited", "Requests over a rate limit.", ["limit"])


class Limit(StrEnum):
    """What is limited; the words are those of the metrics and of `RateLimit-Policy`."""

    DEFAULT = "default"
    """Everything, by what it costs."""
    PLACES = "places"
    LINKS = "links"
    REGISTRATIONS = "registrations"
    SECRETS = "secrets"
    """Secrets of links that are tried, right or wrong."""
    KEYS = "keys"
    LETTERS = "letters"
    """What has a letter written to others: invitations, arrivals, messages of contact requests."""
    CONTACTS = "contacts"
    """Contact requests: of one client, of one address, and to one activator."""
    CLICKS = "clicks"
    """Clicks on pages that are told."""


class RateLimited(Refusal):
    """Too much was asked for in too little time."""

    code = "RATE_LIMITED"

    def __init__(self, wait: float) -> None:
        """Say when to try again, in whole seconds."""
        self.retry_after = whole_seconds(wait)
        unit = "second" if self.retry_after == 1 else "seconds"
        super().__init__(f"Too many requests: try again in {self.retry_after} {unit}.")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a client stands with the limit on everything, after a request."""

    rate: Rate
    left: int
    reset: int
    """Seconds until all of it is there again."""
    wait: float = 0.0
    """Seconds to wait; 0 where the request was let through."""


class RateLimits:
    """The limits of one application."""

    def __init__(
        self, policy: Policy, counts: Counts | None, clock: Callable[[], datetime]
    ) -> None:
        """Count there, or nothing at all (None)."""
        self._counts = counts
        self._clock = clock
        self._factor = policy.rate_portal_factor
        self._to_one_address = Rate(policy.rate_mails_per_hour, 3600)
        self._to_one_activator = Rate(policy.rate_contacts_to_one_per_hour, 3600)
        self._rates = {
            Limit.DEFAULT: Rate(policy.rate_units_per_minute, 60),
            Limit.PLACES: Rate(policy.rate_places_per_minute, 60),
            Limit.LINKS: Rate(policy.rate_links_per_hour, 3600),
            Limit.REGISTRATIONS: Rate(policy.rate_registrations_per_hour, 3600),
            Limit.SECRETS: Rate(policy.rate_secrets_per_hour, 3600),
            Limit.KEYS: Rate(policy.rate_keys_per_hour, 3600),
            Limit.LETTERS: Rate(policy.rate_letters_per_hour, 3600),
            Limit.CONTACTS: Rate(policy.rate_contacts_per_hour, 3600),
            Limit.CLICKS: Rate(policy.rate_clicks_per_hour, 3600),
        }

    async def spend(self, viewer: Viewer, address: str, units: int) -> Standing | None:
        """Take what a request costs, if it is left; None where nothing is counted."""
        if self._counts is None:
            return None
        rate, now = self._rate(Limit.DEFAULT, viewer), self._clock().timestamp()
        client = client_of(viewer, address)
        arrival, wait = await self._counts.charge(f"default {client}", rate, units, now)
        if wait:
            LIMITED.labels(Limit.DEFAULT).inc()
        reset = whole_seconds(rate.until_all(arrival, now))
        return Standing(rate, rate.left(arrival, now), reset, wait)

    async def check(
        self, limit: Limit, viewer: Viewer, address: str, *, email: str | None = None
    ) -> None:
        """Count one of what is limited, for the client and the e-mail address it is about.

        Raises RateLimited.
        """
        await self._take(limit, client_of(viewer, address), self._rate(limit, viewer))
        if email is not None:
            await self._take(limit, f"mail {_written_alike(email)}", self._to_one_address)

    async def check_asked(self, activator_id: int) -> None:
        """Count a contact request to an activator, whoever asks; raises RateLimited."""
        await self._take(Limit.CONTACTS, f"activator {activator_id}", self._to_one_activator)

    async def stop(self) -> None:
        """Finish what was begun."""
        if self._counts is not None:
            await self._counts.stop()

    async def _take(self, limit: Limit, subject: str, rate: Rate) -> None:
        if self._counts is None:
            return
        now = self._clock().timestamp()
        verdict = await self._counts.charge(f"{limit} {subject}", rate, 1, now)
        if verdict.wait:
            LIMITED.labels(limit).inc()
            raise RateLimited(verdict.wait)

    def _rate(self, limit: Limit, viewer: Viewer) -> Rate:
        rate = self._rates[limit]
        return rate if viewer.api_key_id is None else rate.times(self._factor)


def client_of(viewer: Viewer, address: str) -> str:
    """Name a client, as it is counted."""
    if viewer.account_id is not None:
        return f"account {viewer.account_id}"
    return f"address {address}" if viewer.api_key_id is None else f"key {viewer.api_key_id}"


def _written_alike(email: str) -> str:
    """Write an e-mail address as accounts are known by it; of what is none, keep the beginning."""
    try:
        return normal_email(email)
    except InvalidInput:
        return email[:LONGEST_EMAIL]


def counts_of(policy: Policy, database: Database, secret: str) -> Counts | None:
    """Say where it is counted; in this worker where nobody chose."""
    if policy.rate_limits == "off":
        return None
    return SharedCounts(database, secret) if policy.rate_limits == "database" else OwnCounts()
