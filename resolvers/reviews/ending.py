"""Reviews are published for so long and no longer (`review_law.DISPLAY`)."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.moderation import CaseKind, Verdict
from models.review_steps import SHOWN, ReviewStep
from models.reviews import ReviewAuthor
from resolvers.contact.erasing import months_before
from resolvers.imports import in_one_transaction
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.walks import go_on, next_due
from resolvers.moderation.cases import close_case
from resolvers.platform import Platform
from resolvers.reviews.steps import write_step

REVIEW_ENDS = "review_ends"
"""The kind of the daily job, and of those that go on: their payload is `after`."""

review = tables.review


async def end_reviews(platform: Platform, job: TakenJob) -> None:
    """End the next reviews whose time is over, each in a transaction of its own."""
    some = await next_due(
        platform.database, review.c.id, is_over(platform), after=job.payload.get("after", 0)
    )
    for review_id in some:

        async def end(session: AsyncSession, number: int = review_id) -> None:
            await end_review(platform, session, number)

        await in_one_transaction(platform.database, end)
    async with platform.database.write() as session:
        await go_on(session, REVIEW_ENDS, some, now=platform.now())


def is_over(platform: Platform) -> ColumnElement[bool]:
    """Say which reviews have been published for as long as the operator allows."""
    long_ago = months_before(platform.now(), platform.policy.review_published_months)
    return and_(review.c.state.in_(SHOWN), review.c.published_at <= long_ago)


async def end_review(platform: Platform, session: AsyncSession, review_id: int) -> None:
    """End one, if its time is still over; what waited for a moderator waits no more."""
    own = select(review).where(review.c.id == review_id, is_over(platform))
    row = (await session.execute(own.with_for_update(key_share=True))).one_or_none()
    if row is None:
        return
    now = platform.now()
    for kind in (CaseKind.REVIEW_CHANGE, CaseKind.REVIEW_DOUBT):
        await close_case(session, kind, review_id, Verdict.WITHDRAWN, now=now)
    await write_step(platform, session, None, row, ReviewStep.END, ReviewAuthor.SERVICE, now=now)
