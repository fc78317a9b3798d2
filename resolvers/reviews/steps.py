"""One step in the life of a review, whoever takes it: checked, written, audited, told.

`models.review_steps.STEPS` says which states a step may leave, `permissions.reviews` whose it is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.review_steps import FINAL, STEPS, ReviewState, ReviewStep
from models.reviews import ReviewAuthor
from models.revisions import Subject, record_changes
from permissions.reviews import is_interested
from permissions.viewer import Viewer
from resolvers.platform import Platform
from resolvers.refusal import Conflict, Forbidden
from resolvers.reviews.finding import SeenReview, WhichReview, find_review
from resolvers.reviews.stars import recount_stars

review, history = tables.review, tables.review_history

NOT_YOURS = "This is not yours to do with this review."
CONFLICTED = "You have an interest in this: another moderator decides it."
CLOSED = FINAL | {ReviewState.REJECTED}


async def find_to_step(
    platform: Platform, session: AsyncSession, viewer: Viewer, which: WhichReview, step: ReviewStep
) -> SeenReview:
    """Find and lock a review with which the viewer takes a step.

    Raises as `find_own_step`, and Conflict where the state does not allow it.
    """
    seen = await find_own_step(platform, session, viewer, which, step)
    check_state(seen.row, step)
    return seen


async def find_own_step(
    platform: Platform, session: AsyncSession, viewer: Viewer, which: WhichReview, step: ReviewStep
) -> SeenReview:
    """Find and lock a review with which a step is the viewer's, in some state or other.

    Raises NotFound for one that the viewer may not see, Forbidden where the step is not its own.
    """
    seen = await find_review(platform, session, viewer, which, lock=True)
    if step not in seen.grants:
        raise Forbidden(CONFLICTED if is_interested(seen.standing, step) else NOT_YOURS)
    return seen


def check_state(row: Row[Any], step: ReviewStep) -> None:
    """Raise Conflict where the state, or an erasure, does not let the step be taken."""
    if row.erased_at is not None:
        raise Conflict("The review was erased: nothing can be done any more.")
    if row.state not in STEPS[step].leaves:
        raise Conflict(f"A review that is {row.state.value} does not allow this.", "state")


async def write_step(
    platform: Platform,
    session: AsyncSession,
    by: Viewer | None,
    before: Row[Any],
    step: ReviewStep,
    author: ReviewAuthor,
    *,
    now: datetime,
    state: ReviewState | None = None,
    text_number: int | None = None,
    ground: str | None = None,
    words: str | None = None,
    audited: Mapping[str, Any] | None = None,
    **values: Any,
) -> ReviewState:
    """Write a step of a locked review, and give the state it is in now; call it last.

    `state` is the one to which it leads, where the table leaves a choice. `values` are other
    columns that change with it, `words` are kept sealed. None takes the step for the service.
    """
    leads_to = STEPS[step].leads_to
    after = state or (next(iter(leads_to)) if leads_to else before.state)
    if leads_to and after not in leads_to:
        raise ValueError(f"{step} does not lead to {after}")
    values["closed_at"] = now if after in CLOSED else None
    values |= {"state": after, "version": before.version + 1}
    await session.execute(update(review).where(review.c.id == before.id).values(values))
    sealed = None if words is None else platform.sealer.seal({"words": words})
    await add_history(
        session,
        before.id,
        step,
        after,
        author,
        by=by,
        now=now,
        text_number=text_number,
        ground=ground,
        sealed=sealed,
    )
    starred = await recount_stars(session, before.activator_id)
    was, becomes = {"state": before.state.value}, {"state": after.value, "step": step.value}
    await platform.audit.record(
        session,
        by,
        "review.step",
        "Review",
        before.id,
        now=now,
        before=was,
        after={**becomes, **(audited or {})},
    )
    if starred:
        await record_changes(session, Subject.ACTIVATOR, [before.activator_id])
    return after


async def add_history(
    session: AsyncSession,
    review_id: int,
    step: ReviewStep,
    state: ReviewState,
    author: ReviewAuthor,
    *,
    by: Viewer | None,
    now: datetime,
    text_number: int | None = None,
    ground: str | None = None,
    sealed: str | None = None,
) -> None:
    """Add a line to the history of a review, which is new or locked."""
    lines = select(func.count()).where(history.c.review_id == review_id)
    line = {
        "id": new_id(),
        "review_id": review_id,
        "number": (await session.execute(lines)).scalar_one() + 1,
        "at": now,
        "step": step,
        "state": state,
        "author": author,
        "account_id": None if by is None else by.account_id,
        "text_number": text_number,
        "ground": ground,
        "sealed": sealed,
    }
    await session.execute(insert(history).values(line))
