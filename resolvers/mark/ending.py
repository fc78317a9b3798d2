"""How a licence to use the mark ends by itself: its holder is told before, and when it is over.

Nobody is told valid what has ended, whether or not this was done in time: see `verifying`.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.mark_licences import LicenceState, LicenceStep
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mark.letters import ENDED, ENDING, enqueue_letter
from resolvers.mark.steps import write_step
from resolvers.platform import Platform

MARK_EXPIRY = "mark_expiry"
"""Its payload: `licence_id`."""

SECOND_NOTICE = timedelta(days=15)
"""Before the end; the first one comes when the next licence may be asked for."""

licence = tables.mark_licence


async def enqueue_endings(
    platform: Platform, session: AsyncSession, row: Row[Any], ends: datetime, *, now: datetime
) -> None:
    """Have a licence that is granted now end then, and its holder told before."""
    for before in {timedelta(days=platform.policy.mark_renewal_days), SECOND_NOTICE}:
        if ends - before > now:
            await enqueue_letter(session, ENDING, row, now=now, run_at=ends - before)
    told, key = {"licence_id": row.id}, f"{MARK_EXPIRY}:{row.id}"
    await enqueue(session, MARK_EXPIRY, told, now=now, run_at=ends, dedupe_key=key)


async def expire_licence(platform: Platform, job: TakenJob) -> None:
    """Close a licence whose time is over, unless it was closed before."""
    query = select(licence).where(
        licence.c.id == job.payload["licence_id"],
        licence.c.state == LicenceState.GRANTED,
        licence.c.expires_at <= platform.now(),
    )
    async with platform.database.write() as session:
        row = (await session.execute(query.with_for_update())).one_or_none()
        if row is not None:
            now = platform.now()
            await enqueue_letter(session, ENDED, row, now=now)
            await write_step(platform, session, None, row, LicenceStep.EXPIRE, now=now)
