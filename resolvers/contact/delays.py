"""What is done when a contact request gets no answer, so that its company is not left alone.

Due: its activator is reminded. Late: managers are told that it is, and the company is offered
others. Then it expires, with an apology (charter, article 4). Each looks at the request anew: one
to which its activator has reacted, be it by a refusal, is left alone. After a stop of the service,
a deadline does nothing whose next one has passed too.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.contact_requests import Author
from models.request_steps import AWAITING, RequestState, Step
from resolvers.contact.deadlines import passed_by
from resolvers.contact.letters import enqueue_letter
from resolvers.contact.letters_to_managers import all_managers, enqueue_manager_letters
from resolvers.contact.offers import offer_others
from resolvers.contact.steps import write_step
from resolvers.jobs.handling import TakenJob
from resolvers.platform import Platform

request, history = tables.contact_request, tables.contact_request_step

LATE, ESCALATED = "contact_late", "contact_escalated"
REMINDER, EXPIRED, EXPIRED_UNANSWERED = (
    "contact_reminder",
    "contact_expired",
    "contact_expired_unanswered",
)
"""Letters, by their templates."""

Take = Callable[[Platform, AsyncSession, Row[Any], datetime], Awaitable[None]]


async def remind_activator(platform: Platform, job: TakenJob) -> None:
    """Remind the activator that an answer is due."""
    await _take(platform, job, _remind)


async def escalate(platform: Platform, job: TakenJob) -> None:
    """Tell managers that the answer is late, and offer others to the company."""
    await _take(platform, job, _escalate)


async def expire(platform: Platform, job: TakenJob) -> None:
    """End a request that nobody answered, or on which no moderator decided."""
    await _take(platform, job, _expire, held=job.payload["held"])


async def _take(platform: Platform, job: TakenJob, take: Take, *, held: bool = False) -> None:
    now = platform.now()
    if passed_by(job.payload, now):
        return
    query = (
        select(request, tables.activator.c.state.label("asked_state"))
        .join(tables.activator, tables.activator.c.id == request.c.activator_id)
        .where(request.c.id == job.payload["request_id"])
        .with_for_update(of=request, key_share=True)
    )
    async with platform.database.write() as session:
        row = (await session.execute(query)).one_or_none()
        waits = {RequestState.HELD} if held else AWAITING
        if row is not None and row.state in waits and row.answered_at is None:
            await take(platform, session, row, now)


async def _remind(platform: Platform, session: AsyncSession, row: Row[Any], now: datetime) -> None:
    """Do it once; one that is no member (any more) does not read what it was asked."""
    reminded = exists().where(history.c.request_id == row.id, history.c.step == Step.REMIND)
    if row.asked_state is not ActivatorState.ACTIVE or await session.scalar(select(reminded)):
        return
    await enqueue_letter(session, row.id, Author.ACTIVATOR, REMINDER, "due", now=now)
    await write_step(platform, session, None, row, Step.REMIND, Author.SERVICE, now=now)


async def _escalate(
    platform: Platform, session: AsyncSession, row: Row[Any], now: datetime
) -> None:
    """Do it once."""
    if row.escalated_at is not None:
        return
    managers = await all_managers(session, row.activator_id)
    await enqueue_manager_letters(session, ESCALATED, row.id, managers, now=now)
    await offer_others(platform, session, row.id, now=now)
    await enqueue_letter(session, row.id, Author.COMPANY, LATE, "late", now=now)
    await write_step(
        platform, session, None, row, Step.ESCALATE, Author.SERVICE, now=now, escalated_at=now
    )


async def _expire(platform: Platform, session: AsyncSession, row: Row[Any], now: datetime) -> None:
    """Tell both; of one that was never sent, its activator knows nothing."""
    await offer_others(platform, session, row.id, now=now)
    await enqueue_letter(session, row.id, Author.COMPANY, EXPIRED, "expired", now=now)
    if row.sent_at is not None:
        to = Author.ACTIVATOR
        await enqueue_letter(session, row.id, to, EXPIRED_UNANSWERED, "expired", now=now)
    await write_step(
        platform, session, None, row, Step.EXPIRE, Author.SERVICE, now=now, expired_at=now
    )
