"""What an author gives: stars, a comment or none, the day of the experience, all checked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from models.reviews import FEWEST_STARS, MOST_STARS
from models.working_days import calendar_of
from resolvers.cells import Unexpected
from resolvers.contact.departments import department_of
from resolvers.contact.erasing import months_before
from resolvers.input_checks import InputChecks
from resolvers.refusal import InvalidInput
from resolvers.reviews.texts import comment_of
from resolvers.safe_markdown import lines
from resolvers.sealing import Sealer

LONGEST_COMMENT = 2_000
"""Characters."""
OLDEST_EXPERIENCE = 24
"""Months before it is written."""


@dataclass(frozen=True, slots=True)
class GivenText:
    """A text as it came; `comment` is plain text of several lines."""

    stars: int
    comment: str | None
    experienced_on: date
    may_quote: bool

    def is_like(self, sealer: Sealer, text: Row[Any]) -> bool:
        """Say whether a text that was written says the same."""
        own = self.stars, self.experienced_on, self.may_quote, self.comment
        comment = comment_of(sealer, text.sealed)
        return own == (text.stars, text.experienced_on, text.may_quote, comment)


def checked_text(given: GivenText) -> GivenText:
    """Check the stars and the comment; raises Refusals with all that is wrong."""
    checks = InputChecks()
    if not FEWEST_STARS <= given.stars <= MOST_STARS:
        checks.refuse("stars", given.stars, f"{FEWEST_STARS} to {MOST_STARS} stars")
    comment = None
    if given.comment is not None:
        comment = checks.as_given("comment", given.comment, _comment)
    checks.end()
    return GivenText(given.stars, comment, given.experienced_on, given.may_quote)


def _comment(text: str) -> str:
    clean = lines(text, LONGEST_COMMENT)
    if clean is None:
        raise Unexpected(f"1 to {LONGEST_COMMENT} characters, or none")
    return clean


async def check_day(
    session: AsyncSession, activator_id: int, day: date, began_at: datetime, *, now: datetime
) -> None:
    """Refuse a day that has not come where the activator is, or on which nothing was asked yet.

    Nor one that is too long ago to be remembered well.
    """
    zone = calendar_of(await department_of(session, activator_id)).zone
    today = now.astimezone(zone).date()
    earliest = max(
        began_at.astimezone(zone).date(),
        months_before(now.astimezone(zone), OLDEST_EXPERIENCE).date(),
    )
    if not earliest <= day <= today:
        raise InvalidInput("experiencedOn", day, f"a day from {earliest} to {today}")
