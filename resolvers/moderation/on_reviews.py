"""What a decision on a review does: it is published, refused, kept or removed, and told."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from models.moderation import CaseKind, Verdict
from models.review_steps import SHOWN, ReviewStep
from models.reviews import ReviewAuthor, TextState
from resolvers.moderation.cases import close_case
from resolvers.moderation.ruling import Ruling
from resolvers.refusal import Conflict
from resolvers.reviews.letters import tell_activator, tell_author
from resolvers.reviews.showing import end_waiting, show_text, waiting_text
from resolvers.reviews.steps import check_state, write_step

STEPS = {
    (False, True): ReviewStep.APPROVE,
    (False, False): ReviewStep.REFUSE,
    (True, True): ReviewStep.APPROVE_CHANGE,
    (True, False): ReviewStep.REFUSE_CHANGE,
}
"""By whether the review is published already, and whether its text is accepted."""
TO_AUTHOR = {
    ReviewStep.APPROVE: "review_published",
    ReviewStep.REFUSE: "review_refused",
    ReviewStep.APPROVE_CHANGE: "review_change_published",
    ReviewStep.REFUSE_CHANGE: "review_change_refused",
    ReviewStep.KEEP: "review_kept",
    ReviewStep.REMOVE: "review_removed",
}
TO_ACTIVATOR = {
    ReviewStep.APPROVE: "reviewed_published",
    ReviewStep.APPROVE_CHANGE: "reviewed_changed",
    ReviewStep.KEEP: "reviewed_doubt_kept",
    ReviewStep.REMOVE: "reviewed_removed",
    ReviewStep.REMOVE_REPLY: "reviewed_reply_removed",
}
"""The templates of the letters to either party, who are told of what concerns them."""


async def decide_on_text(ruling: Ruling) -> None:
    """Publish the text that waits, or refuse it; its author is told why."""
    session, row, decision = ruling.session, ruling.subject.row, ruling.decision
    waiting = await waiting_text(session, row.id)
    step = STEPS[row.state in SHOWN, decision.accept]
    check_state(row, step)
    if waiting is None:
        raise Conflict("No text of this review waits any more.")
    if decision.accept:
        values = await show_text(session, row, waiting, now=ruling.now)
    else:
        await end_waiting(session, row.id, TextState.REFUSED)
        values = {"refusals": row.refusals + 1}
    await _take(ruling, step, text_number=waiting.number, **values)


async def decide_on_doubt(ruling: Ruling) -> None:
    """Remove the review, where the doubt is founded, or keep it; both parties are told."""
    step = ReviewStep.REMOVE if ruling.decision.accept else ReviewStep.KEEP
    check_state(ruling.subject.row, step)
    if step is ReviewStep.REMOVE:
        await end_change(ruling.session, ruling.subject.row.id, ruling.now)
    await _take(ruling, step)


async def _take(ruling: Ruling, step: ReviewStep, **values: Any) -> None:
    """Tell the parties, then write the step."""
    row, decision, now = ruling.subject.row, ruling.decision, ruling.now
    await tell_parties(ruling.session, row, step, now=now)
    await write_step(
        ruling.platform,
        ruling.session,
        ruling.viewer,
        row,
        step,
        ReviewAuthor.MODERATOR,
        now=now,
        ground=decision.ground_code,
        words=decision.words,
        audited={"ground": decision.ground_code},
        **values,
    )


async def tell_parties(
    session: AsyncSession, row: Row[Any], step: ReviewStep, *, now: datetime
) -> None:
    """Have the letters sent of a step that a moderator takes with a locked review."""
    key = f"{step.value}:{row.version}"
    if (template := TO_AUTHOR.get(step)) is not None:
        await tell_author(session, row.id, template, key, now=now)
    if (template := TO_ACTIVATOR.get(step)) is not None:
        await tell_activator(session, row.id, template, key, now=now)


async def end_change(session: AsyncSession, review_id: int, now: datetime) -> None:
    """End the wait of a change of a review that is published no more."""
    await end_waiting(session, review_id, TextState.REPLACED)
    for kind in (CaseKind.REVIEW, CaseKind.REVIEW_CHANGE):
        await close_case(session, kind, review_id, Verdict.WITHDRAWN, now=now)
