"""Taking away what is published, without any case: a review, or an activator's reply."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.moderation import CaseKind, Verdict
from models.review_grounds import GroundUse, ReviewGround
from models.review_steps import ReviewState, ReviewStep
from models.reviews import ReviewAuthor
from permissions.viewer import Viewer
from resolvers.imports import in_one_transaction
from resolvers.input_checks import InputChecks
from resolvers.moderation.access import check_moderates
from resolvers.moderation.cases import close_case
from resolvers.moderation.decisions import Words, check_ground, check_words
from resolvers.moderation.on_reviews import end_change, tell_parties
from resolvers.platform import Platform
from resolvers.refusal import Conflict
from resolvers.reviews.finding import SeenReview, WhichReview, find_review
from resolvers.reviews.steps import check_state, find_own_step, write_step
from resolvers.reviews.texts import words_of

history = tables.review_history

REMOVE_REPLY = ReviewStep.REMOVE_REPLY


async def remove_review(
    platform: Platform, viewer: Viewer, number: int, *, ground: ReviewGround, words: str
) -> SeenReview:
    """Remove a published review, and tell both parties why; a second time alike, nothing changes.

    A doubt about it is decided thereby. Raises Unauthenticated, Forbidden, NotFound; Refusals for
    a ground that is not for this, or words; Conflict for one that is not published.
    """
    check_moderates(viewer)
    text, step, now = _checked(ground, words, GroundUse.REMOVE), ReviewStep.REMOVE, platform.now()

    async def work(session: AsyncSession) -> SeenReview:
        seen = await find_own_step(platform, session, viewer, WhichReview(number), step)
        row = seen.row
        removed = row.state is ReviewState.REMOVED
        if removed and await _is_done_so(platform, session, number, step, ground, text):
            return seen
        check_state(row, step)
        await close_case(
            session,
            CaseKind.REVIEW_DOUBT,
            number,
            Verdict.ACCEPTED,
            now=now,
            by=viewer,
            ground=ground.value,
            sealed=platform.sealer.seal({"words": text}),
        )
        await end_change(session, number, now)
        return await _take(platform, session, viewer, row, step, ground, text, now=now)

    return await in_one_transaction(platform.database, work)


async def remove_reply(
    platform: Platform, viewer: Viewer, number: int, *, ground: ReviewGround, words: str
) -> SeenReview:
    """Take the activator's reply away, and tell it why; a second time alike, nothing changes.

    Raises as `remove_review`, and Conflict where there is no reply.
    """
    check_moderates(viewer)
    text, step, now = _checked(ground, words, GroundUse.REMOVE_REPLY), REMOVE_REPLY, platform.now()

    async def work(session: AsyncSession) -> SeenReview:
        seen = await find_own_step(platform, session, viewer, WhichReview(number), step)
        row = seen.row
        if row.reply_removed_at is not None:
            if await _is_done_so(platform, session, number, step, ground, text):
                return seen
            raise Conflict("The reply was taken away already.")
        check_state(row, step)
        if row.replied_at is None:
            raise Conflict("There is no reply.")
        gone = {"reply_removed_at": now}
        return await _take(platform, session, viewer, row, step, ground, text, now=now, **gone)

    return await in_one_transaction(platform.database, work)


def _checked(ground: ReviewGround, words: str, use: GroundUse) -> str:
    """Check the ground and the words; raises Refusals."""
    checks = InputChecks()
    check_ground(checks, ground, use)
    text = check_words(checks, words, Words.NEEDED)
    checks.end()
    return text or ""


async def _is_done_so(
    platform: Platform,
    session: AsyncSession,
    review_id: int,
    step: ReviewStep,
    ground: ReviewGround,
    words: str,
) -> bool:
    """Say whether this is what was said when it was taken away."""
    query = (
        select(history.c.ground, history.c.sealed)
        .where(history.c.review_id == review_id, history.c.step == step)
        .order_by(history.c.number.desc())
        .limit(1)
    )
    last = (await session.execute(query)).one_or_none()
    if last is None or last.ground != ground.value:
        return False
    return words_of(platform.sealer, last.sealed) == words


async def _take(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    row: Row[Any],
    step: ReviewStep,
    ground: ReviewGround,
    words: str,
    *,
    now: datetime,
    **values: Any,
) -> SeenReview:
    """Tell who is concerned, then write the step."""
    await tell_parties(session, row, step, now=now)
    await write_step(
        platform,
        session,
        viewer,
        row,
        step,
        ReviewAuthor.MODERATOR,
        now=now,
        ground=ground.value,
        words=words,
        audited={"ground": ground.value},
        **values,
    )
    return await find_review(platform, session, viewer, WhichReview(row.id), lock=False)
