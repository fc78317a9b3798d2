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
from models.api_keys import Scope
from models.review_steps import ReviewStep
from models.sessions import secret_hash
from permissions.reviews import ReviewStanding, review_grants
from permissions.viewer import Viewer
from resolvers.contact.finding import Which, find_request, hold_account
from resolvers.link_secrets import LinkTo
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Forbidden, InvalidInput, NotFound
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
    number, token = which.engagement_id, which.token
    if token is not None:
        number = platform.link_secrets.read(LinkTo.DECLARED_ENGAGEMENT, token)
    if number is not None:
        return await _engagement(session, viewer, number, token)
    seen = await find_request(platform, session, viewer, Which(which.request_id, token), lock=True)
    if ReviewStep.WRITE not in review_grants(ReviewStanding(author=seen.standing.company)):
        raise Forbidden(NOT_YOURS)
    answered = select(request.c.id).where(request.c.id == seen.row.id, was_helped())
    helped = (await session.execute(answered)).first() is not None
    return _occasion("request_id", seen.row, seen.row.created_at, helped=helped)


async def _engagement(
    session: AsyncSession, viewer: Viewer, number: int, token: str | None
) -> Occasion:
    """Find a declared engagement of the company."""
    check_scope(viewer, Scope.CONTACT_WRITE)
    await hold_account(session, viewer)
    own = engagement.c.account_id == viewer.account_id
    if token is not None:
        own = engagement.c.link_hash == secret_hash(token)
    query = select(engagement, was_engaged().label("helped")).where(engagement.c.id == number, own)
    locked = query.with_for_update(of=engagement, key_share=True)
    row = (await session.execute(locked)).one_or_none()
    if row is None:
        raise NotFound("No such declared engagement.", "id" if token is None else "token")
    return _occasion("engagement_id", row, _on(row.engaged_on), helped=row.helped)


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
