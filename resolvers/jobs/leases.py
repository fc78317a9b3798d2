"""Leases: a job belongs to the worker that took it until its lease is over, then to anyone.

A worker that was killed so loses nothing. One that took too long changes nothing either: what it
says of a job counts only while the lease is its own.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from models import tables
from models.database import Database
from models.jobs import JobState
from resolvers.jobs.handling import TakenJob

table = tables.job


async def is_any_due(database: Database, *, now: datetime) -> bool:
    """Say whether there is a job to take, without a lock that others would wait for."""
    async with database.read() as session:
        query = select(table.c.id).where(_due(now)).limit(1)
        return (await session.execute(query)).first() is not None


async def take_due(
    database: Database, *, now: datetime, lease: timedelta, most: int
) -> list[TakenJob]:
    """Take the jobs that have waited longest; no two workers are given the same one."""
    query = (
        select(table)
        .where(_due(now))
        .order_by(table.c.run_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    until = now + lease
    async with database.write() as session:
        rows = (await session.execute(query)).all()
        taken = update(table).where(table.c.id.in_([row.id for row in rows]))
        if rows:
            values = {"leased_until": until, "attempts": table.c.attempts + 1}
            await session.execute(taken.values(values))
    return [
        TakenJob(row.id, row.kind, row.payload, row.attempts + 1, row.created_at, until)
        for row in rows
    ]


async def finish(database: Database, job: TakenJob, *, now: datetime) -> bool:
    """Say that it is done, and forget what it was about; False where the lease was lost."""
    return await _settle(
        database, job, state=JobState.DONE, payload={}, finished_at=now, last_error=None
    )


async def put_back(database: Database, job: TakenJob, *, run_at: datetime, error: str) -> bool:
    """Leave it for later, with the name of what went wrong."""
    return await _settle(database, job, run_at=run_at, last_error=error)


async def bury(database: Database, job: TakenJob, *, now: datetime, error: str) -> bool:
    """Give it up; what it was about is kept, so that an administrator can have it tried again."""
    return await _settle(database, job, state=JobState.DEAD, finished_at=now, last_error=error)


async def give_back(database: Database, jobs: Iterable[TakenJob]) -> None:
    """Give back what was begun and stopped, as if it had never been taken."""
    for job in jobs:
        await _settle(database, job, attempts=job.attempts - 1)


async def _settle(database: Database, job: TakenJob, **values: Any) -> bool:
    own = and_(table.c.id == job.id, table.c.leased_until == job.leased_until)
    statement = update(table).where(own).values(leased_until=None, **values)
    async with database.write() as session:
        return (await session.execute(statement.returning(table.c.id))).first() is not None


def _due(now: datetime) -> ColumnElement[bool]:
    lease = table.c.leased_until
    return and_(
        table.c.state == JobState.WAITING,
        table.c.run_at <= now,
        or_(lease.is_(None), lease <= now),
    )
