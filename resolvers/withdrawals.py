"""What becomes of those who left: some time after, what is personal is erased (article 6)."""

from functools import partial

from sqlalchemy import and_, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.revisions import Subject, record_changes
from resolvers.erasing import erase_activator
from resolvers.imports import in_one_transaction
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.walks import go_on, next_due
from resolvers.platform import Platform

ERASE_WITHDRAWN = "erase_withdrawn"
"""The kind of the daily job, and of those that go on: their payload has `after`."""

activator, account, role = tables.activator, tables.account, tables.account_role


async def erase_withdrawn(platform: Platform, job: TakenJob) -> None:
    """Erase some of those who were withdrawn too long ago; a job erases the next ones."""
    some = await _erase_some(platform, after=job.payload.get("after", 0))
    async with platform.database.write() as session:
        await go_on(session, ERASE_WITHDRAWN, some, now=platform.now())


async def erase_those_withdrawn(platform: Platform) -> int:
    """Erase all of them, and say how many."""
    erased = after = 0
    while some := await _erase_some(platform, after=after):
        erased, after = erased + len(some), some[-1]
    return erased


async def _erase_some(platform: Platform, *, after: int) -> list[int]:
    """Erase the next ones, each in a transaction; give their numbers."""
    due = and_(
        activator.c.state == ActivatorState.WITHDRAWN,
        activator.c.erased_at.is_(None),
        activator.c.state_changed_at <= platform.now() - platform.policy.withdrawn_time,
    )
    some = await next_due(platform.database, activator.c.id, due, after=after)
    for one in some:
        await in_one_transaction(platform.database, partial(_erase, platform, one))
    return some


async def _erase(platform: Platform, activator_id: int, session: AsyncSession) -> None:
    """Erase one, unless another has, and the accounts that were nothing but this activator."""
    left = select(activator.c.id).where(
        activator.c.id == activator_id, activator.c.erased_at.is_(None)
    )
    if (await session.execute(left.with_for_update())).first() is None:
        return
    now = platform.now()
    accounts = await erase_activator(session, activator_id, now)
    held = select(account.c.id).where(account.c.id.in_(accounts)).order_by(account.c.id)
    await session.execute(held.with_for_update())  # nobody gives them another role meanwhile
    without_role = ~exists().where(role.c.account_id == account.c.id)
    await session.execute(delete(account).where(account.c.id.in_(accounts), without_role))
    await platform.audit.record(
        session, None, "activator.erase", "Activator", activator_id, now=now
    )
    await record_changes(session, Subject.ACTIVATOR, [activator_id])
    if accounts:
        await record_changes(session, Subject.ACCOUNT, accounts)
