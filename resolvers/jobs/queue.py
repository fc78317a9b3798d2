"""The queue: a job is written in the transaction of its cause: neither is without the other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.jobs import JobState


async def enqueue(
    session: AsyncSession,
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    run_at: datetime | None = None,
    dedupe_key: str | None = None,
) -> None:
    """Write a job, to run now or at `run_at`; a second one with the same key is left out."""
    values = {
        "id": new_id(),
        "kind": kind,
        "dedupe_key": dedupe_key,
        "payload": dict(payload),
        "state": JobState.WAITING,
        "created_at": now,
        "run_at": run_at or now,
        "attempts": 0,
    }
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    statement = insert(tables.job).values(values)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["dedupe_key"]))
