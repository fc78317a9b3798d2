"""What every import shares: its report, its batches, and one import at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")

BATCH = 500
"""Rows in one transaction: short enough that other writers hardly wait."""

CHUNK = 2_000
"""Rows in one statement; SQLite takes 32,766 parameters, PostgreSQL 32,767."""

IMPORT_LOCK = 0x4D61696C
"""The number of PostgreSQL's advisory lock that imports hold."""

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much: bytes of the file, or rows."""


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
