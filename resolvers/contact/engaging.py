"""Starting the engagement that follows a contact request, as was agreed (charter, article 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from models.engagements import SupportKind
from models.request_steps import Step
from permissions.viewer import Viewer
from resolvers.contact.expertise import checked_expertise
from resolvers.contact.finding import SeenRequest, Which, find_request
from resolvers.contact.letters import enqueue_letter
from resolvers.contact.steps import check_state, find_own_step, write_step
from resolvers.contact.words import checked_words, checked_words_if_any
from resolvers.input_checks import InputChecks
from resolvers.platform import Platform
from resolvers.refusal import Conflict

table = tables.engagement

HIGHEST_PRICE = 1_000_000_000
"""Cents: ten million euros."""


class EngagementWords(TypedDict):
    """What is sealed of an engagement; `why` it ended as it did, once it has."""

    agreed: str
    price_cents: int | None
    price_terms: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class GivenEngagement:
    """What both agreed on, as the activator writes it down; the price is in cents of euros."""

    kind: SupportKind
    expertise: Sequence[str]
    agreed: str
    price_cents: int | None = None
    price_terms: str | None = None


async def start_engagement(
    platform: Platform, viewer: Viewer, which: Which, given: GivenEngagement
) -> SeenRequest:
    """Begin the one engagement of a request; begun a second time alike, nothing changes.

    Raises as `find_to_step`, and Conflict where it began with other terms; Refusals with all that
    is wrong: a price needs terms.
    """
    checks = InputChecks()
    words = _words(checks, given)
    expertise = checked_expertise(checks, platform, given.expertise, least=1)
    checks.end()
    author, now = Author.ACTIVATOR, platform.now()
    async with platform.database.write() as session:
        seen = await find_own_step(platform, session, viewer, which, Step.START)
        row, before = seen.row, await read_engagement(session, seen.row.id)
        if before is not None:
            _check_alike(platform, before, given.kind, expertise, words)
            return seen
        check_state(row, Step.START)
        new = {"request_id": row.id, "kind": given.kind, "expertise": expertise, "started_at": now}
        await session.execute(insert(table).values(**new, sealed=platform.sealer.seal(words)))
        await enqueue_letter(session, row.id, Author.COMPANY, "contact_engaged", "engaged", now=now)
        await write_step(platform, session, viewer, row, Step.START, author, now=now)
        return await find_request(platform, session, viewer, which)


def _words(checks: InputChecks, given: GivenEngagement) -> EngagementWords:
    """Check what was agreed, and a price with its terms."""
    price = given.price_cents
    if price is not None and not 0 <= price <= HIGHEST_PRICE:
        checks.refuse("priceCents", price, f"0 to {HIGHEST_PRICE} cents")
    terms = checked_words_if_any(checks, "priceTerms", given.price_terms)
    if price is not None and terms is None:
        checks.refuse("priceTerms", None, "the terms of the price, in simple words")
    agreed = checked_words(checks, "agreed", given.agreed)
    return {"agreed": agreed, "price_cents": price, "price_terms": terms, "why": None}


async def read_engagement(session: AsyncSession, request_id: int) -> Row[Any] | None:
    """Read the engagement of a request, if one began."""
    query = select(table).where(table.c.request_id == request_id)
    row: Row[Any] | None = (await session.execute(query)).one_or_none()
    return row


def opened(platform: Platform, row: Row[Any] | None) -> EngagementWords | None:
    """Open what was agreed; None once it was erased, and where there is none."""
    return None if row is None or row.sealed is None else platform.sealer.open(row.sealed)


def _check_alike(
    platform: Platform,
    before: Row[Any],
    kind: SupportKind,
    expertise: list[str],
    words: EngagementWords,
) -> None:
    """Raise Conflict where an engagement began with other terms than these."""
    agreed = opened(platform, before)
    alike = agreed is not None and {**agreed, "why": None} == words
    if not (alike and before.kind is kind and before.expertise == expertise):
        raise Conflict("An engagement began already, with other terms.", "id")
