"""What a review is about: the request that was answered, or the engagement that was confirmed.

A company reviews each once, by its private link or signed in (charter, article 4).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.review_steps import ReviewStep
from permissions.reviews import ReviewStanding, review_grants
from permissions.viewer import Viewer
from resolvers.contact.finding import Which, find_request
from resolvers.declarations.finding import find_engagement
from resolvers.link_secrets import LinkTo
from resolvers.platform import Platform
from resolvers.refusal import Forbidden, InvalidInput
from resolvers.reviews.helped import was_engaged, was_helped

request, engagement, review = tables.contact_request, tables.declared_engagement, tables.review

THAT_DAY_EVERYWHERE = time(11, tzinfo=UTC)
"""From Tahiti to Wallis, it is the same day."""
NOT_YOURS = "Only the company that was helped reviews it."


@dataclass(frozen=True, slots=True)
class WhichOccasion:
    """What is reviewed: by its number, signed in; or by the secret of the company's link."""

    request_id: int | None = None
    engagement_id: int | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """A locked request or declared engagement of the company, which the activator may have met."""

    column: str
    """The column of the review that names it."""
    id: int
    activator_id: int
    account_id: int | None
    language: Language
    began_at: datetime
    """Before that there was nothing to review, by the day."""
    sealed: str | None
    """Who the company is; None once it was purged."""
    helped: bool


async def find_occasion(
    platform: Platform, session: AsyncSession, viewer: Viewer, which: WhichOccasion
) -> Occasion:
    """Find and lock what the viewer, as the company, would review.

    Raises NotFound for what it does not see, Forbidden for what another company asked for or a key
    that may not, InvalidInput where not exactly one thing names it.
    """
    given = [one for one in (which.request_id, which.engagement_id, which.token) if one is not None]
    if len(given) != 1:
        raise InvalidInput("id", None, "one thing that names it: an id or a token")
    secrets, token = platform.link_secrets, which.token
    declared = token is not None and secrets.read(LinkTo.DECLARED_ENGAGEMENT, token) is not None
    if declared or which.engagement_id is not None:
        named = Which(which.engagement_id, token)
        return await _engagement(platform, session, viewer, named)
    seen = await find_request(platform, session, viewer, Which(which.request_id, token), lock=True)
    _check_author(company=seen.standing.company)
    answered = select(request.c.id).where(request.c.id == seen.row.id, was_helped())
    helped = (await session.execute(answered)).first() is not None
    return _occasion("request_id", seen.row, seen.row.created_at, helped=helped)


async def _engagement(
    platform: Platform, session: AsyncSession, viewer: Viewer, which: Which
) -> Occasion:
    """Find a declared engagement of the company."""
    seen = await find_engagement(platform, session, viewer, which, lock=True)
    _check_author(company=seen.standing.company)
    confirmed = select(engagement.c.id).where(engagement.c.id == seen.row.id, was_engaged())
    helped = (await session.execute(confirmed)).first() is not None
    return _occasion("engagement_id", seen.row, _on(seen.row.engaged_on), helped=helped)


def _check_author(*, company: bool) -> None:
    if ReviewStep.WRITE not in review_grants(ReviewStanding(author=company)):
        raise Forbidden(NOT_YOURS)


def _occasion(column: str, row: Row[Any], began_at: datetime, *, helped: bool) -> Occasion:
    return Occasion(
        column=column,
        id=row.id,
        activator_id=row.activator_id,
        account_id=row.account_id,
        language=row.language,
        began_at=began_at,
        sealed=row.sealed,
        helped=helped,
    )


async def review_of(session: AsyncSession, occasion: Occasion) -> Row[Any] | None:
    """Read and lock the review of a locked occasion, if there is one."""
    own = select(review).where(review.c[occasion.column] == occasion.id)
    found: Row[Any] | None = (
        await session.execute(own.with_for_update(key_share=True))
    ).one_or_none()
    return found


async def began_at(session: AsyncSession, row: Row[Any]) -> datetime:
    """Say since when there was something to review, of a review that was written."""
    if row.request_id is not None:
        asked = select(request.c.created_at).where(request.c.id == row.request_id)
        at: datetime = (await session.execute(asked)).scalar_one()
        return at
    engaged = select(engagement.c.engaged_on).where(engagement.c.id == row.engagement_id)
    return _on((await session.execute(engaged)).scalar_one())


def _on(day: date) -> datetime:
    return datetime.combine(day, THAT_DAY_EVERYWHERE)
