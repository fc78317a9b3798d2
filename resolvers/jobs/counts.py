"""How the queue stands, for metrics: what each process did, and what waits in the database."""

import asyncio

from prometheus_client import Counter, Gauge
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from models import tables
from models.database import Database
from models.jobs import JobState

JOBS_DONE = Counter("maillage_jobs_done", "Jobs done by this server's workers.", ["kind"])
JOBS_FAILED = Counter(
    "maillage_jobs_failed", "Attempts at a job that failed, the last one too.", ["kind"]
)
JOBS_WAITING = Gauge(
    "maillage_jobs_waiting",
    "Jobs in the database to be done, now or later.",
    multiprocess_mode="mostrecent",
)
JOBS_DEAD = Gauge(
    "maillage_jobs_dead",
    "Jobs in the database that were given up: an administrator lists and retries them.",
    multiprocess_mode="mostrecent",
)


async def count_jobs(database: Database) -> None:
    """Count what waits and what is dead; a database that does not answer leaves the last count."""
    state = tables.job.c.state
    query = (
        select(state, func.count())
        .where(state.in_([JobState.WAITING, JobState.DEAD]))
        .group_by(state)
    )
    try:
        async with asyncio.timeout(2), database.read() as session:
            counts = {row[0]: row[1] for row in await session.execute(query)}
    except (SQLAlchemyError, OSError, TimeoutError):
        return
    JOBS_WAITING.set(counts.get(JobState.WAITING, 0))
    JOBS_DEAD.set(counts.get(JobState.DEAD, 0))
