"""Putting a text of the author: shown at once without a comment, else it waits for a moderator.

What is shown stays until then (charter, article 4). Nobody edits a text: another takes its place.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from models.moderation import CaseKind, Verdict
from models.review_steps import ReviewState, ReviewStep
from models.reviews import ReviewAuthor, TextState
from permissions.viewer import Viewer
from resolvers.moderation.cases import close_case, open_case
from resolvers.platform import Platform
from resolvers.reviews.given_text import GivenText
from resolvers.reviews.letters import tell_activator, tell_author
from resolvers.reviews.overdue import enqueue_stars
from resolvers.reviews.showing import end_waiting, show_text
from resolvers.reviews.steps import write_step
from resolvers.reviews.texts import add_text, seal_comment

WAITING_CASES = (CaseKind.REVIEW, CaseKind.REVIEW_CHANGE)
"""What a text that waits is decided by."""


async def put_text(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    before: Row[Any],
    step: ReviewStep,
    number: int,
    given: GivenText,
    *,
    now: datetime,
) -> None:
    """Write the next text of a locked review, instead of one that waits."""
    await drop_waiting(session, before.id, now=now)
    text = await add_text(
        session,
        before.id,
        number,
        stars=given.stars,
        experienced_on=given.experienced_on,
        may_quote=given.may_quote,
        sealed=seal_comment(platform.sealer, given.comment),
        now=now,
    )
    if given.comment is None:
        state, values = ReviewState.PUBLISHED, await show_text(session, before, text, now=now)
        await tell_published(session, before, number, now=now)
    else:
        state, values = await _wait(platform, session, before, number, now=now), {}
    await write_step(
        platform,
        session,
        viewer,
        before,
        step,
        ReviewAuthor.COMPANY,
        now=now,
        state=state,
        text_number=number,
        **values,
    )


async def drop_waiting(session: AsyncSession, review_id: int, *, now: datetime) -> None:
    """Have nothing of a locked review wait for a moderator any more."""
    await end_waiting(session, review_id, TextState.REPLACED)
    for kind in WAITING_CASES:
        await close_case(session, kind, review_id, Verdict.WITHDRAWN, now=now)


async def tell_published(
    session: AsyncSession, before: Row[Any], number: int, *, now: datetime
) -> None:
    """Tell both that a text is shown: the first one, or another."""
    first, key = before.published_at is None, f"shown:{number}"
    author = "review_published" if first else "review_change_published"
    await tell_author(session, before.id, author, key, now=now)
    activator = "reviewed_published" if first else "reviewed_changed"
    await tell_activator(session, before.id, activator, key, now=now)


async def _wait(
    platform: Platform, session: AsyncSession, before: Row[Any], number: int, *, now: datetime
) -> ReviewState:
    """Put a text in the queue; give the state of its review, which stays as it is if shown."""
    due_at = now + timedelta(days=platform.policy.review_moderation_days)
    shown = before.state is ReviewState.PUBLISHED
    kind = CaseKind.REVIEW_CHANGE if shown else CaseKind.REVIEW
    await open_case(session, kind, before.id, before.activator_id, now=now, due_at=due_at)
    if not shown:
        await enqueue_stars(session, before.id, number, now=now, due_at=due_at)
    template = "review_change_received" if shown else "review_received"
    await tell_author(session, before.id, template, f"received:{number}", now=now)
    return ReviewState.PUBLISHED if shown else ReviewState.PENDING
