"""Asking the managers of structures, once a year, who still works there (article 3)."""

from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from resolvers.account_letters import EMPLOYMENT, enqueue_letters, managers_of
from resolvers.employment import to_confirm
from resolvers.imports import in_one_transaction
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.walks import go_on, next_due
from resolvers.platform import Platform
from resolvers.policy import Policy

EMPLOYMENT_REMINDERS = "employment_reminders"
"""The kind of the daily job, and of those that go on: their payload has `after`."""

activator, role, structure = tables.activator, tables.account_role, tables.structure


async def ask_who_works_there(platform: Platform, job: TakenJob) -> None:
    """Ask the managers of some structures, those with somebody to confirm and not asked this year.

    A job asks the next ones.
    """
    now = platform.now()
    due, after = _due(platform.policy, now), job.payload.get("after", 0)
    some = await next_due(platform.database, structure.c.id, due, after=after)
    if some:
        await in_one_transaction(platform.database, partial(_ask, some, due, now))


def _due(policy: Policy, now: datetime) -> ColumnElement[bool]:
    asked, works = structure.c.employment_asked_at, activator.c.structure_id == structure.c.id
    return and_(
        or_(asked.is_(None), asked <= now - policy.employment_time),
        exists().where(role.c.structure_id == structure.c.id),
        exists().where(works, to_confirm(policy, now)),
    )


async def _ask(
    some: list[int], due: ColumnElement[bool], now: datetime, session: AsyncSession
) -> None:
    query = select(structure.c.id).where(structure.c.id.in_(some), due).order_by(structure.c.id)
    locked = query.with_for_update(of=structure, key_share=True)
    still = list((await session.execute(locked)).scalars())
    marked = update(structure).where(structure.c.id.in_(still)).values(employment_asked_at=now)
    await session.execute(marked)
    for one in still:
        managers = await managers_of(session, one)
        await enqueue_letters(session, EMPLOYMENT, managers, structure_id=one, now=now)
    await go_on(session, EMPLOYMENT_REMINDERS, some, now=now)
