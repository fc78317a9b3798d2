"""Walks: work of a day that may be about many rows, some at a time, by number.

A handler has less time than its lease, and a directory may be large: each job does some, and has
another job do the next ones. So a day reads a table once, whatever is due.
"""

from datetime import datetime

from sqlalchemy import Column, ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database
from resolvers.jobs.queue import enqueue

CHUNK = 100
"""Rows that one job changes: other writers wait meanwhile."""


async def next_due(
    database: Database, number: Column[int], due: ColumnElement[bool], *, after: int
) -> list[int]:
    """Read the next numbers that are due, in order.

    Finding them may take long, so it locks nothing: whoever writes asks again what is due.
    """
    query = select(number).where(number > after, due).order_by(number).limit(CHUNK)
    async with database.read() as session:
        return list((await session.execute(query)).scalars())


async def go_on(
    session: AsyncSession, kind: str, done: list[int], *, now: datetime, step: str = ""
) -> None:
    """Have a job do those after these, of the same step, unless these were the last."""
    if len(done) == CHUNK:
        payload, key = {"step": step, "after": done[-1]}, f"{step}:{done[-1]}"
        await enqueue(session, kind, payload, now=now, dedupe_key=f"{kind}:{now:%Y-%m-%d}:{key}")
