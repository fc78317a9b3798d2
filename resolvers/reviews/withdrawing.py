"""The author withdraws its review: it is shown and counted no more, and none takes its place."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from models.moderation import CaseKind, Verdict
from models.review_steps import ReviewState, ReviewStep
from models.reviews import ReviewAuthor
from permissions.viewer import Viewer
from resolvers.imports import in_one_transaction
from resolvers.moderation.cases import close_case
from resolvers.platform import Platform
from resolvers.reviews.finding import SeenReview, WhichReview, find_review
from resolvers.reviews.putting import drop_waiting
from resolvers.reviews.steps import check_state, find_own_step, write_step
from resolvers.reviews.texts import take_back


async def withdraw_review(platform: Platform, viewer: Viewer, which: WhichReview) -> SeenReview:
    """Withdraw it, whatever waits of it; withdrawn twice, nothing changes.

    Raises as `find_own_step`, and Conflict for one that is closed otherwise.
    """
    return await in_one_transaction(platform.database, partial(_withdraw, platform, viewer, which))


async def _withdraw(
    platform: Platform, viewer: Viewer, which: WhichReview, session: AsyncSession
) -> SeenReview:
    seen = await find_own_step(platform, session, viewer, which, ReviewStep.WITHDRAW)
    row, now = seen.row, platform.now()
    if row.state is ReviewState.WITHDRAWN:
        return seen
    check_state(row, ReviewStep.WITHDRAW)
    await drop_waiting(session, row.id, now=now)
    await close_case(session, CaseKind.REVIEW_DOUBT, row.id, Verdict.WITHDRAWN, now=now)
    await take_back(session, row.id)
    step, author = ReviewStep.WITHDRAW, ReviewAuthor.COMPANY
    await write_step(platform, session, viewer, row, step, author, now=now)
    return await find_review(platform, session, viewer, which, lock=False)
