"""Erasing the words of reviews, some time after they were closed (RGPD, article 5).

What is left is numbers: stars, states, steps, times and grounds.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.database import Database
from models.moderation import CaseKind, Verdict
from models.review_steps import STEPS, ReviewState, ReviewStep
from models.reviews import ReviewAuthor
from resolvers.contact.erasing import CHUNK, months_before
from resolvers.moderation.cases import close_case
from resolvers.policy import Policy
from resolvers.reviews.steps import add_history

review = tables.review

OF_REVIEWS = (CaseKind.REVIEW, CaseKind.REVIEW_CHANGE, CaseKind.REVIEW_DOUBT)
WORDS = (tables.review_text, tables.review_history)


def words_over(policy: Policy, now: datetime) -> ColumnElement[bool]:
    """Say of which reviews the words have been kept for as long as the operator allows."""
    long_ago = months_before(now, policy.review_kept_months)
    return and_(review.c.closed_at <= long_ago, review.c.erased_at.is_(None))


async def erase_words(
    database: Database, policy: Policy, now: datetime, has_time: Callable[[], bool]
) -> int:
    """Erase in chunks, each in a transaction of its own; pass over what somebody holds."""
    query = (
        select(review.c.id)
        .where(words_over(policy, now))
        .limit(CHUNK)
        .with_for_update(skip_locked=True, key_share=True)
    )
    erased = 0
    while has_time():
        async with database.write() as session:
            ids = (await session.execute(query)).scalars().all()
            if ids:
                await erase(session, ids, now)
        erased += len(ids)
        if len(ids) < CHUNK:
            break
    return erased


async def erase(session: AsyncSession, ids: Sequence[int], now: datetime) -> None:
    """Erase every word of closed reviews: texts, reply, decisions, doubts and their answers."""
    for table in WORDS:
        words = update(table).where(table.c.review_id.in_(ids))
        await session.execute(words.values(sealed=None))
    values = {"sealed": None, "erased_at": now, "version": review.c.version + 1}
    await session.execute(update(review).where(review.c.id.in_(ids)).values(values))


async def erase_reviews_of(session: AsyncSession, activator_id: int, now: datetime) -> None:
    """End the reviews of an activator that is being erased, and erase every word of all of them."""
    query = select(review.c.id, review.c.state).where(
        review.c.activator_id == activator_id, review.c.erased_at.is_(None)
    )
    rows = (await session.execute(query.order_by(review.c.id).with_for_update())).all()
    for row in rows:
        if row.state in STEPS[ReviewStep.END].leaves:
            await _end(session, row.id, now)
    await erase(session, [row.id for row in rows], now)


async def _end(session: AsyncSession, review_id: int, now: datetime) -> None:
    """End one, which is locked; what waited for a moderator waits no more."""
    for kind in OF_REVIEWS:
        await close_case(session, kind, review_id, Verdict.WITHDRAWN, now=now)
    values = {"state": ReviewState.ENDED, "closed_at": now}
    await session.execute(update(review).where(review.c.id == review_id).values(values))
    ended = ReviewStep.END, ReviewState.ENDED, ReviewAuthor.SERVICE
    await add_history(session, review_id, *ended, by=None, now=now)
