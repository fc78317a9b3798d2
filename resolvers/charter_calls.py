"""Asking members to accept a version of the charter: at once, again a week before, then no more.

Members are many: a job asks some of them, and writes the job that asks the next ones.
"""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from resolvers.charter_mails import REMINDER, TO_ACCEPT, enqueue_letter
from resolvers.charter_standing import charter_in_force, not_accepted
from resolvers.charter_suspensions import suspend_some
from resolvers.imports import in_one_transaction
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform

CHARTER_CALL = "charter_call"
"""Its payload: `version`, and `after`, the number of the last member who was asked."""
CHARTER_REMINDERS = "charter_reminders"
"""Of each day; its payload: `after`, where another job came to the members up to there."""

ASKED = (ActivatorState.PENDING, ActivatorState.ACTIVE, ActivatorState.SUSPENDED)
CHUNK = 100
"""Members whom one job asks, or suspends: other writers wait meanwhile."""
REMINDED_BEFORE = timedelta(days=7)
"""How long before the end of the time members are reminded."""


async def begin_call(session: AsyncSession, version: str, now: datetime, after: int = 0) -> None:
    """Have the members asked whose number is larger."""
    told, key = {"version": version, "after": after}, f"{CHARTER_CALL}:{version}:{after}"
    await enqueue(session, CHARTER_CALL, told, now=now, dedupe_key=key)


async def call_members(platform: Platform, job: TakenJob) -> None:
    """Ask some members to accept a version, unless another has replaced it meanwhile."""
    version, after = job.payload["version"], job.payload["after"]

    async def call(session: AsyncSession) -> None:
        charter = await charter_in_force(session)
        if charter is None or charter.version != version:
            return
        now = platform.now()
        asked = await _write_to_some(session, TO_ACCEPT, version, after, now)
        if len(asked) == CHUNK:
            await begin_call(session, version, now, asked[-1])

    await in_one_transaction(platform.database, call)


async def remind_or_suspend(platform: Platform, job: TakenJob) -> None:
    """Remind some who have not accepted, in the last week; suspend them once it is over."""
    after = job.payload.get("after", 0)

    async def remind(session: AsyncSession) -> None:
        charter, now = await charter_in_force(session), platform.now()
        accept_by = None if charter is None else charter.accept_by
        if charter is None or accept_by is None or now < accept_by - REMINDED_BEFORE:
            return
        version = charter.version
        if now < accept_by:
            some = await _write_to_some(session, REMINDER, version, after, now)
        else:
            some = await suspend_some(platform, session, charter, after=after, most=CHUNK)
        if len(some) == CHUNK:
            key = f"{CHARTER_REMINDERS}:{version}:{now:%Y-%m-%d}:{some[-1]}"
            await enqueue(session, CHARTER_REMINDERS, {"after": some[-1]}, now=now, dedupe_key=key)

    await in_one_transaction(platform.database, remind)


async def _write_to_some(
    session: AsyncSession, letter: str, version: str, after: int, now: datetime
) -> list[int]:
    """Have a letter sent to the next members who have an address; give their numbers."""
    query = not_accepted(version, ASKED, after=after).where(tables.activator.c.email.is_not(None))
    asked = list((await session.execute(query.limit(CHUNK))).scalars())
    for activator_id in asked:
        await enqueue_letter(session, letter, activator_id, version, now=now)
    return asked
