"""What is done when a provider does not answer what was declared of it.

It is reminded, and then a moderator is asked: silence neither confirms nor refutes, and leaves no
company without an answer (charter, article 4). Each looks at the engagement anew. After a stop of
the service, the reminder is left out whose next deadline has passed too.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.contact_requests import Author
from models.declared_engagements import STEPS, DeclarationStep
from models.working_days import calendar_of, due_after
from resolvers.contact.deadlines import passed_by
from resolvers.declarations.letters import enqueue_letter, enqueue_to_both
from resolvers.declarations.steps import write_step
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform

ENGAGEMENT_REMINDER, ENGAGEMENT_SILENCE = "engagement_reminder", "engagement_silence"
"""Kinds of jobs. Their payload: `engagement_id`; of a reminder `before`, when silence is referred.
"""

engagement, activator = tables.declared_engagement, tables.activator


async def enqueue_deadlines(
    platform: Platform,
    session: AsyncSession,
    engagement_id: int,
    department: str | None,
    *,
    now: datetime,
) -> None:
    """Have a new one looked after at its deadlines, by the working days of its provider."""
    policy, calendar = platform.policy, calendar_of(department)
    due_at = due_after(now, policy.engagement_answer_days, calendar)
    reminded_at = due_after(now, policy.engagement_reminder_days, calendar)
    told = {"engagement_id": engagement_id}
    before = {"before": due_at.isoformat()}
    for kind, run_at, more in (
        (ENGAGEMENT_REMINDER, reminded_at, before),
        (ENGAGEMENT_SILENCE, due_at, {}),
    ):
        key = f"{kind}:{engagement_id}"
        await enqueue(session, kind, told | more, now=now, run_at=run_at, dedupe_key=key)


async def remind_provider(platform: Platform, job: TakenJob) -> None:
    """Remind the provider, once; one that is no member (any more) reads nothing of it."""
    now = platform.now()
    if passed_by(job.payload, now):
        return
    async with platform.database.write() as session:
        row = await _unanswered(session, job)
        if row is not None and row.provider_state is ActivatorState.ACTIVE:
            to, letter = Author.ACTIVATOR, ENGAGEMENT_REMINDER
            await enqueue_letter(session, row.id, to, letter, now=now)


async def refer_to_moderator(platform: Platform, job: TakenJob) -> None:
    """Have a moderator decide on what its provider never answered, and tell both."""
    now, step = platform.now(), DeclarationStep.REFER
    async with platform.database.write() as session:
        row = await _unanswered(session, job)
        if row is not None:
            await enqueue_to_both(session, row.id, "engagement_referred", now=now)
            await write_step(platform, session, None, row, step, now=now)


async def _unanswered(session: AsyncSession, job: TakenJob) -> Row[Any] | None:
    """Lock it, unless somebody has reacted, or its time is over."""
    query = (
        select(engagement, activator.c.state.label("provider_state"))
        .join(activator, activator.c.id == engagement.c.activator_id)
        .where(
            engagement.c.id == job.payload["engagement_id"],
            engagement.c.state.in_(STEPS[DeclarationStep.REFER].leaves),
            engagement.c.purged_at.is_(None),
        )
        .with_for_update(of=engagement, key_share=True)
    )
    row: Row[Any] | None = (await session.execute(query)).one_or_none()
    return row
