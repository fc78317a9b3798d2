"""Rotating keys: what was sealed under another key is sealed anew under the newest one.

It may be interrupted and run again, beside a running service: each row opens at any time.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, func, select, update

from models import tables
from models.database import Database
from resolvers.imports import Progress
from resolvers.platform import Platform
from resolvers.sealing import Sealer, Unreadable

CHUNK = 200
"""Rows in one transaction: short enough that other writers hardly wait."""

WALKS = 5
"""How often to come back for rows that were held, or that a service wrote with another key."""

PAUSE = 0.2
"""Seconds between two walks, for who holds a row."""


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column that holds sealed texts, and the key of its rows."""

    column: Column[Any]
    key: Column[Any]

    @property
    def table(self) -> Table:
        """Its table."""
        return self.column.table

    @property
    def name(self) -> str:
        """Its table's name, in plain text."""
        return str(self.table.name)

    def under_another(self, name: str) -> ColumnElement[bool]:
        """Say which of its texts need another key than the one of this name."""
        return ~self.column.startswith(f"{name}:")


SEALED = tuple(
    SealedColumn(table.c.sealed, *table.primary_key)
    for table in (
        tables.contact_request,
        tables.contact_message,
        tables.diagnosis,
        tables.engagement,
        tables.review,
        tables.review_text,
        tables.review_history,
        tables.profile_report,
        tables.moderation_case,
        tables.sanction,
        tables.declared_engagement,
    )
)
"""Everything that is sealed."""


@dataclass(frozen=True, slots=True)
class Unopened:
    """A text that none of our keys opens: where it stands. It is left as it is."""

    table: str
    id: int


@dataclass(slots=True)
class Rotation:
    """What was done: the name of the newest key, and the texts sealed anew, by table."""

    key: str
    sealed: dict[str, int] = field(default_factory=dict)
    unreadable: list[Unopened] = field(default_factory=list)
    left: int = 0
    """Texts that still need another key; those that none opens are among them."""


async def rotate_keys(platform: Platform, *, progress: Progress | None = None) -> Rotation:
    """Seal anew all that is not under the newest key, then look whether all is.

    Rows that somebody holds are passed over and come last, so that nobody waits for us for long.
    """
    database, sealer = platform.database, platform.sealer
    done = Rotation(sealer.newest, {one.name: 0 for one in SEALED})
    total = await _left(database, sealer)
    for walk in range(WALKS):
        if walk:
            await asyncio.sleep(PAUSE)
        done.unreadable.clear()
        for one in SEALED:
            await _walk(database, sealer, one, done, progress, total)
        done.left = await _left(database, sealer)
        if done.left <= len(done.unreadable):
            break
    async with database.write() as session:
        told = {**done.sealed, "left": done.left}
        await platform.audit.record(
            session, None, "service.rotate_keys", "Service", "keys", now=platform.now(), after=told
        )
    return done


async def _walk(
    database: Database,
    sealer: Sealer,
    one: SealedColumn,
    done: Rotation,
    progress: Progress | None,
    total: int,
) -> None:
    """Walk over a table by its key, in chunks, each in a transaction of its own."""
    after: int | None = -1
    while after is not None:
        after = await _seal_some(database, sealer, one, done, after)
        if progress is not None:
            progress(sum(done.sealed.values()), total)


async def _seal_some(
    database: Database, sealer: Sealer, one: SealedColumn, done: Rotation, after: int
) -> int | None:
    """Seal the next chunk anew; give its last key, None where it was the last chunk.

    Of PostgreSQL, rows are locked as an update does, so that messages may be added meanwhile.
    """
    query = (
        select(one.key, one.column)
        .where(one.key > after, one.under_another(sealer.newest))
        .order_by(one.key)
        .limit(CHUNK)
        .with_for_update(skip_locked=True, key_share=True)
    )
    anew, unreadable = 0, []
    async with database.write() as session:
        rows = (await session.execute(query)).all()
        for number, text in rows:
            try:
                sealed = sealer.seal(sealer.open(text))
            except Unreadable:
                unreadable.append(Unopened(one.name, number))
                continue
            await session.execute(
                update(one.table).where(one.key == number).values({one.column: sealed})
            )
            anew += 1
    done.sealed[one.name] += anew
    done.unreadable += unreadable
    return rows[-1][0] if len(rows) == CHUNK else None


async def _left(database: Database, sealer: Sealer) -> int:
    """Count the texts that need another key than the newest."""
    left = 0
    async with database.read() as session:
        for one in SEALED:
            query = select(func.count()).select_from(one.table)
            found = await session.execute(query.where(one.under_another(sealer.newest)))
            left += found.scalar_one()
    return left
