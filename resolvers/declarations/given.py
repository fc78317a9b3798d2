"""What a company fills in to declare an engagement, and the checks of it: all fields at once.

Nobody looks at a declaration before its provider does, so that texts may hold no links: there is
none to hold it, as a contact request is held.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from models.accounts import Language
from resolvers import cells
from resolvers.cells import Unexpected, required
from resolvers.contact.erasing import months_before
from resolvers.contact.given_request import LONGEST_KEY, SHORTEST_KEY
from resolvers.contact.suspicions import has_address, links_in
from resolvers.declarations.content import Content
from resolvers.input_checks import InputChecks
from resolvers.safe_markdown import lines

LONGEST_WHAT, LONGEST_PROOF = 2_000, 200
"""Characters."""
OLDEST_MONTHS = 24
"""How long ago an engagement may have been: what is older says little of the provider today."""
FURTHEST_EAST = timedelta(hours=12)
"""A day begins so much before UTC's where France's does first: at Wallis and Futuna."""


class GivenEngagement(NamedTuple):
    """What a company declares, and of which solution provider."""

    activator_id: int
    company: str
    siret: str | None
    name: str
    email: str
    what: str
    engaged_on: date
    proof: str
    consent: bool
    language: Language
    idempotency_key: str | None


class CheckedEngagement(NamedTuple):
    """The same once checked: `content` is what will be sealed."""

    content: Content
    key: str | None


def checked_engagement(given: GivenEngagement, now: datetime) -> CheckedEngagement:
    """Check all fields; raises Refusals with all that is wrong."""
    checks = InputChecks()
    content = Content(
        company=checks.field("company", given.company, _company) or "",
        siret=(given.siret and checks.field("siret", given.siret, cells.siret)) or None,
        name=checks.field("name", given.name, _person) or "",
        email=checks.field("email", given.email, _email) or "",
        what=checks.as_given("what", given.what, _what) or "",
        proof=checks.field("proof", given.proof, _proof) or "",
        dispute=None,
        decision=None,
    )
    today = (now + FURTHEST_EAST).date()
    oldest = months_before(now, OLDEST_MONTHS).date()
    if not oldest <= given.engaged_on <= today:
        checks.refuse("engagedOn", given.engaged_on, f"a day from {oldest} to {today}")
    if not given.consent:
        checks.refuse("consent", given.consent, "true: nothing is transmitted without it")
    key = given.idempotency_key
    if key is not None:
        key = checks.field("idempotencyKey", key, _key)
    checks.end()
    return CheckedEngagement(content, key)


def _company(text: str) -> str:
    """Take a name, be it that of its site."""
    if has_address(text):
        raise Unexpected("a name, without links")
    return required(text, 200)


def _person(text: str) -> str:
    """Take a name; a link in one would be mailed to whoever's address was given."""
    if links_in(text):
        raise Unexpected("a name, without links")
    return required(text, 100)


def _email(text: str) -> str:
    address = cells.email(text)
    if address is None:
        raise Unexpected("an e-mail address, as name@example.org")
    return address


def _what(text: str) -> str:
    what = lines(text, LONGEST_WHAT)
    if what is None or links_in(what):
        raise Unexpected(f"1 to {LONGEST_WHAT} characters, without links")
    return what


def _proof(text: str) -> str:
    if links_in(text):
        raise Unexpected("what proves it, such as an invoice's number, without links")
    return required(text, LONGEST_PROOF)


def _key(text: str) -> str:
    if not SHORTEST_KEY <= len(text) <= LONGEST_KEY:
        raise Unexpected(f"{SHORTEST_KEY} to {LONGEST_KEY} characters, such as a new UUID")
    return text
