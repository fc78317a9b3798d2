"""What every import shares: its report, its batches, and one import at a time."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database

T = TypeVar("T")

BATCH = 500
"""Rows in one transaction: short enough that other writers hardly wait."""

CHUNK = 2_000
"""Rows in one statement; SQLite takes 32,766 parameters, PostgreSQL 32,767."""

IMPORT_LOCK = 0x4D61696C
"""The number of PostgreSQL's advisory lock that imports hold."""

ATTEMPTS = 5
"""How often a transaction that met another writer is tried."""

COLLISIONS = frozenset({"23503", "23505", "40001", "40P01"})
"""PostgreSQL's states of a row that is gone under another, a broken unique key, a broken order, a
deadlock."""

BUSY = sqlite3.SQLITE_BUSY
"""SQLite's code where another writer held the database for longer than it waits."""

Progress = Callable[[int, int], None]
"""Told after each batch how many lines of the file are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was left out: its first line in the file, and its first bad cell.

    `value` is cut to 80 characters. `column` is empty where the line as a whole is at fault.
    """

    line: int
    column: str
    value: str
    expected: str


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do: each row of the file counts once."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)


def chunks(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut into pieces of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


async def one_import_at_a_time(session: AsyncSession) -> None:
    """Wait until no other import writes; released with the transaction.

    Two imports of the same rows would else both find them missing. On SQLite, writing takes the
    whole database, which does the same.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))


async def in_one_transaction(database: Database, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Do the work in one transaction, and anew if another writer got in its way.

    The work reads what it changes within the transaction, so that doing it anew is sound.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            async with database.write() as session:
                return await work(session)
        except DBAPIError as error:
            if not _passes(error):
                raise
    async with database.write() as session:
        return await work(session)


def _passes(error: DBAPIError) -> bool:
    """Say whether another writer was in the way, who will be gone."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code == BUSY or getattr(error.orig, "sqlstate", None) in COLLISIONS
