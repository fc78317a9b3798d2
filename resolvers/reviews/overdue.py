"""A comment on which nobody decided in time: its stars are published alone, and it goes on waiting.

So the delay of publication that the law has us announce is held (`review_law.DISPLAY`), and no
word is published that nobody has read.
"""

from datetime import datetime
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.moderation import CaseKind
from models.review_steps import ReviewState, ReviewStep
from models.reviews import ReviewAuthor
from resolvers.imports import in_one_transaction
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform
from resolvers.reviews.letters import tell_activator, tell_author
from resolvers.reviews.showing import show_text, waiting_text
from resolvers.reviews.steps import write_step
from resolvers.reviews.texts import add_text, texts_of

REVIEW_STARS = "review_stars"
"""Its payload: `review_id`, and the number of the `text` that waits."""

review, case = tables.review, tables.moderation_case


async def enqueue_stars(
    session: AsyncSession, review_id: int, number: int, *, now: datetime, due_at: datetime
) -> None:
    """Have the stars of a text published once a decision on it was due."""
    told, key = {"review_id": review_id, "text": number}, f"{REVIEW_STARS}:{review_id}:{number}"
    await enqueue(session, REVIEW_STARS, told, now=now, run_at=due_at, dedupe_key=key)


async def publish_stars(platform: Platform, job: TakenJob) -> None:
    """Publish them, if this text still waits and nothing of its review was ever published."""
    work = partial(_publish, platform, job.payload["review_id"], job.payload["text"])
    await in_one_transaction(platform.database, work)


async def _publish(platform: Platform, review_id: int, waiting: int, session: AsyncSession) -> None:
    now, own = platform.now(), select(review).where(review.c.id == review_id)
    row = (await session.execute(own.with_for_update(key_share=True))).one_or_none()
    if row is None or row.state is not ReviewState.PENDING:
        return
    waits = await waiting_text(session, review_id)
    if waits is None or waits.number != waiting:
        return
    number = len(await texts_of(session, review_id)) + 1
    text = await add_text(
        session,
        review_id,
        number,
        stars=waits.stars,
        experienced_on=waits.experienced_on,
        may_quote=False,
        sealed=None,
        now=now,
    )
    values = await show_text(session, row, text, now=now)
    await _wait_as_change(session, review_id)
    await tell_author(session, review_id, "review_stars_published", "stars", now=now)
    await tell_activator(session, review_id, "reviewed_published", f"shown:{number}", now=now)
    step, author = ReviewStep.PUBLISH_STARS, ReviewAuthor.SERVICE
    await write_step(
        platform, session, None, row, step, author, now=now, text_number=number, **values
    )


async def _wait_as_change(session: AsyncSession, review_id: int) -> None:
    """Leave the comment where it is in the queue; what is decided is a change now."""
    own = (case.c.kind == CaseKind.REVIEW) & (case.c.subject_id == review_id)
    waits = update(case).where(own, case.c.decided_at.is_(None))
    await session.execute(waits.values(kind=CaseKind.REVIEW_CHANGE))
