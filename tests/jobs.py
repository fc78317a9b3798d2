"""Jobs for tests: a platform without a directory, on a clock that tests move."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import delete, select

from models import tables
from models.database import Database
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform
from server import build_platform
from tests.service import NOW, Clock, settings_of


def platform_on(database: Database, clock: Clock, folder: Path, **settings: Any) -> Platform:
    """Assemble a platform whose mails go into a folder, unless a setting says otherwise."""
    ours = {"smtp_url": SecretStr(f"file://{folder}"), **settings}
    return build_platform(settings_of(database, **ours), database, clock)


async def add_job(database: Database, kind: str, payload: Mapping[str, Any], **values: Any) -> None:
    """Write a job, to run at `NOW` unless `run_at` says otherwise."""
    async with database.write() as session:
        await enqueue(session, kind, payload, now=NOW, **values)


async def forget_jobs(database: Database) -> None:
    """Leave nothing to be done by the tests that follow."""
    async with database.write() as session:
        await session.execute(delete(tables.job))


async def jobs_of(database: Database) -> list[Any]:
    """Read all jobs, by time."""
    query = select(tables.job).order_by(tables.job.c.run_at, tables.job.c.id)
    async with database.read() as session:
        return list((await session.execute(query)).all())


async def the_job(database: Database) -> Any:
    """Read the only job."""
    (job,) = await jobs_of(database)
    return job


class Diary:
    """A handler that keeps what it was given, and fails as long as it is told to."""

    def __init__(self, *failures: Exception) -> None:
        """Fail with these, one an attempt, then do it."""
        self.failures = list(failures)
        self.done: list[TakenJob] = []

    async def __call__(self, _platform: Platform, job: TakenJob) -> None:
        """Do the job, or fail."""
        if self.failures:
            raise self.failures.pop(0)
        self.done.append(job)
