"""A company says how it went: once for each request or declared engagement (charter, article 4)."""

from datetime import datetime
from functools import partial

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.review_steps import FINAL, ReviewState, ReviewStep
from permissions.viewer import Viewer
from resolvers.imports import in_one_transaction
from resolvers.platform import Platform
from resolvers.refusal import Conflict
from resolvers.reviews.finding import SeenReview, WhichReview, find_review
from resolvers.reviews.given_text import GivenText, check_day, checked_text
from resolvers.reviews.occasions import Occasion, WhichOccasion, find_occasion, review_of
from resolvers.reviews.putting import put_text
from resolvers.reviews.reviewable import check_may_review
from resolvers.reviews.texts import texts_of

review = tables.review

WRITTEN = "It was reviewed already: that review may be changed."
CLOSED = "It was reviewed already, and that review is closed."


async def write_review(
    platform: Platform, viewer: Viewer, which: WhichOccasion, given: GivenText
) -> SeenReview:
    """Write the one review of an occasion; written a second time alike, nothing changes.

    Raises Refusals with all that is wrong, as `find_occasion` and `check_may_review`, InvalidInput
    for a day that cannot be, Conflict where another review was written.
    """
    write = partial(_write_once, platform, viewer, which, checked_text(given))
    return await in_one_transaction(platform.database, write)


async def _write_once(
    platform: Platform,
    viewer: Viewer,
    which: WhichOccasion,
    given: GivenText,
    session: AsyncSession,
) -> SeenReview:
    occasion = await find_occasion(platform, session, viewer, which)
    number = await _written_alike(platform, session, occasion, given)
    if number is None:
        await check_may_review(platform, session, viewer, occasion)
        number, now = new_id(), platform.now()
        asked = occasion.activator_id, given.experienced_on, occasion.began_at
        await check_day(session, *asked, now=now)
        await _write(platform, session, viewer, occasion, number, given, now=now)
    named = WhichReview(id=number) if which.token is None else WhichReview(token=which.token)
    return await find_review(platform, session, viewer, named, lock=False)


async def _written_alike(
    platform: Platform, session: AsyncSession, occasion: Occasion, given: GivenText
) -> int | None:
    """Give the review that was written with this text; raises Conflict for another one."""
    row = await review_of(session, occasion)
    if row is None:
        return None
    if row.state in FINAL:
        raise Conflict(CLOSED)
    first = (await texts_of(session, row.id))[0]
    if not given.is_like(platform.sealer, first):
        raise Conflict(WRITTEN)
    return int(row.id)


async def _write(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    occasion: Occasion,
    number: int,
    given: GivenText,
    *,
    now: datetime,
) -> None:
    """Write it with its first text."""
    row = {
        "id": number,
        "version": 0,
        "activator_id": occasion.activator_id,
        occasion.column: occasion.id,
        "state": ReviewState.PENDING,
        "language": occasion.language,
        "may_quote": False,
        "refusals": 0,
        "written_at": now,
    }
    await session.execute(insert(review).values(row))
    before = (await session.execute(select(review).where(review.c.id == number))).one()
    await put_text(platform, session, viewer, before, ReviewStep.WRITE, 1, given, now=now)
