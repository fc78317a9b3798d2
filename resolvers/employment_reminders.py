"""Asking the managers of structures, once a year, who still works there (article 3)."""

from datetime import datetime
from functools import partial

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from resolvers.account_letters import EMPLOYMENT, enqueue_letters, managers_of
from resolvers.employment import to_confirm
from resolvers.imports import in_one_transaction
from resolvers.jobs.handling import TakenJob
from resolvers.platform import Platform

EMPLOYMENT_REMINDERS = "employment_reminders"
"""The kind of the daily job."""

CHUNK = 100

activator, role, structure = tables.activator, tables.account_role, tables.structure


async def ask_who_works_there(platform: Platform, _job: TakenJob) -> None:
    """Ask the managers of each structure that has somebody to confirm and was not asked this year.

    What is done stays done where the job's time ends before: its next attempt goes on from there.
    """
    ask = partial(_ask_some, platform, platform.now())
    while await in_one_transaction(platform.database, ask) == CHUNK:
        pass


async def _ask_some(platform: Platform, now: datetime, session: AsyncSession) -> int:
    policy, asked = platform.policy, structure.c.employment_asked_at
    works = activator.c.structure_id == structure.c.id
    query = (
        select(structure.c.id)
        .where(
            or_(asked.is_(None), asked <= now - policy.employment_time),
            exists().where(role.c.structure_id == structure.c.id),
            exists().where(works, to_confirm(policy, now)),
        )
        .order_by(structure.c.id)
        .limit(CHUNK)
        .with_for_update(of=structure, key_share=True)
    )
    some = list((await session.execute(query)).scalars())
    marked = update(structure).where(structure.c.id.in_(some)).values(employment_asked_at=now)
    await session.execute(marked)
    for one in some:
        managers = await managers_of(session, one)
        await enqueue_letters(session, EMPLOYMENT, managers, structure_id=one, now=now)
    return len(some)
