"""What becomes of those who left: some time after, what is personal is erased (article 6)."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.revisions import Subject, record_changes
from resolvers.erasing import erase_activator
from resolvers.jobs.handling import TakenJob
from resolvers.platform import Platform

ERASE_WITHDRAWN = "erase_withdrawn"
"""The kind of the daily job."""

CHUNK = 100

activator, account, role = tables.activator, tables.account, tables.account_role


async def erase_withdrawn(platform: Platform, _job: TakenJob) -> None:
    """Erase those who were withdrawn too long ago.

    What is done stays done where the job's time ends before: its next attempt goes on from there.
    """
    await erase_those_withdrawn(platform)


async def erase_those_withdrawn(platform: Platform) -> int:
    """Erase those withdrawn `withdrawn_days` ago, each in a transaction, and say how many."""
    erased = 0
    while some := await _some_to_erase(platform):
        for activator_id in some:
            async with platform.database.write() as session:
                await _erase(platform, session, activator_id, platform.now())
        erased += len(some)
    return erased


async def _some_to_erase(platform: Platform) -> list[int]:
    query = select(activator.c.id).where(
        activator.c.state == ActivatorState.WITHDRAWN,
        activator.c.erased_at.is_(None),
        activator.c.state_changed_at <= platform.now() - platform.policy.withdrawn_time,
    )
    async with platform.database.read() as session:
        return list((await session.execute(query.limit(CHUNK))).scalars())


async def _erase(
    platform: Platform, session: AsyncSession, activator_id: int, now: datetime
) -> None:
    """Erase one, and the accounts that were nothing but this activator."""
    accounts = await erase_activator(session, activator_id, now)
    without_role = ~exists().where(role.c.account_id == account.c.id)
    await session.execute(delete(account).where(account.c.id.in_(accounts), without_role))
    await platform.audit.record(
        session, None, "activator.erase", "Activator", activator_id, now=now
    )
    await record_changes(session, Subject.ACTIVATOR, [activator_id])
    if accounts:
        await record_changes(session, Subject.ACCOUNT, accounts)
