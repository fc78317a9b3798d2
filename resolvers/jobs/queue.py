"""The queue: a job is written in the transaction of its cause: neither is without the other."""

from collections.abc import Iterable, Mapping
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
    await enqueue_each(session, kind, [(payload, dedupe_key)], now=now, run_at=run_at)


async def enqueue_each(
    session: AsyncSession,
    kind: str,
    jobs: Iterable[tuple[Mapping[str, Any], str | None]],
    *,
    now: datetime,
    run_at: datetime | None = None,
) -> None:
    """Write several jobs of a kind at once, each a payload and its key, as `enqueue` does."""
    rows = [
        {
            "id": new_id(),
            "kind": kind,
            "dedupe_key": dedupe_key,
            "payload": dict(payload),
            "state": JobState.WAITING,
            "created_at": now,
            "run_at": run_at or now,
            "attempts": 0,
        }
        for payload, dedupe_key in jobs
    ]
    if rows:
        on_postgresql = session.get_bind().dialect.name == "postgresql"
        insert = postgresql.insert if on_postgresql else sqlite.insert
        unless_known = insert(tables.job).on_conflict_do_nothing(index_elements=["dedupe_key"])
        await session.execute(unless_known, rows)
