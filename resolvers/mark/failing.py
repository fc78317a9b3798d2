"""Each day: licences whose conditions fail are noted, and revoked once they failed for too long.

Whoever mends what fails begins anew. What those hold who left the programme is closed at once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.mark_licences import LicenceState, LicenceStep
from resolvers.imports import in_one_transaction
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.walks import go_on, next_due
from resolvers.mark.conditions import failing_codes
from resolvers.mark.facts import read_facts
from resolvers.mark.letters import FAILED, FAILING, enqueue_letter
from resolvers.mark.steps import write_step
from resolvers.platform import Platform

MARK_CONDITIONS = "mark_conditions"
"""The kind of the daily job, and of those that go on: their payload has `after`."""

licence, activator = tables.mark_licence, tables.activator

LIVE = licence.c.state.in_([LicenceState.REQUESTED, LicenceState.GRANTED])


async def look_at_conditions(platform: Platform, job: TakenJob) -> None:
    """Look at the next licences; a job looks at those after them."""
    after = job.payload.get("after", 0)
    some = await next_due(platform.database, licence.c.id, LIVE, after=after)
    if not some:
        return

    async def look(session: AsyncSession) -> None:
        rows = await _locked(session, some)
        now = platform.now()
        facts = await read_facts(session, {row.activator_id for row in rows}, now)
        for row in rows:
            of_it = facts[row.activator_id]
            if of_it.state is ActivatorState.WITHDRAWN:
                await write_step(platform, session, None, row, LicenceStep.SURRENDER, now=now)
            elif row.state is LicenceState.GRANTED:
                codes = failing_codes(platform.policy, of_it, now)
                await _note(platform, session, row, codes, now)
        await go_on(session, MARK_CONDITIONS, some, now=now)

    await in_one_transaction(platform.database, look)


async def _locked(session: AsyncSession, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Lock those of them that still last."""
    query = select(licence).where(licence.c.id.in_(ids), LIVE).order_by(licence.c.id)
    return (await session.execute(query.with_for_update())).all()


async def _note(
    platform: Platform, session: AsyncSession, row: Row[Any], codes: list[str], now: datetime
) -> None:
    """Write what fails, since when; revoke what failed for too long."""
    since = row.failing_since
    if codes and since is not None and since < _end_of(now, platform.policy.mark_failing_days):
        await enqueue_letter(session, FAILED, row, now=now)
        step, audited = LicenceStep.REVOKE, {"failing": codes}
        await write_step(
            platform, session, None, row, step, now=now, audited=audited, failing=codes
        )
    elif codes != row.failing:
        since = (since or now) if codes else None
        if row.failing_since is None:
            await enqueue_letter(session, FAILING, row, now=now)
        values = {"failing": codes, "failing_since": since, "version": row.version + 1}
        await session.execute(update(licence).where(licence.c.id == row.id).values(values))
        was, becomes = {"failing": row.failing}, {"failing": codes}
        await platform.audit.record(
            session,
            None,
            "mark_licence.conditions",
            "MarkLicence",
            row.id,
            now=now,
            before=was,
            after=becomes,
        )


def _end_of(now: datetime, days_ago: int) -> datetime:
    """Give the end of the day that was so many days ago: a job may run a little sooner."""
    return datetime.combine(now.date() - timedelta(days=days_ago - 1), time(), tzinfo=UTC)
