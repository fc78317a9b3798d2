"""Reading the searchable columns from the database: all of them, or those of some activators."""

from collections.abc import AsyncGenerator, Collection, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from resolvers.directory.records import Record
from resolvers.directory.reference import Reference

BATCH = 2_000
"""Activators read at once, in the order of their ids."""

activator, structure = tables.activator, tables.structure

MEMBERS = (
    (tables.activator_expertise, "field_code", "fields"),
    (tables.activator_sector, "sector_code", "sectors"),
    (tables.activator_territory, "territory_code", "territories"),
    (tables.enrolment, "network_code", "networks"),
)
"""The tables beside an activator, their column of codes, and the reference that numbers them."""

Sets = dict[int, tuple[int, ...]]

IS_LISTED = and_(activator.c.lapsed_at.is_(None), activator.c.left_at.is_(None)).label("listed")

COLUMNS = (
    *(activator.c[name] for name in Record._fields[:8]),
    activator.c.structure_id,
    structure.c.name,
    structure.c.siret,
    *(
        activator.c[name]
        for name in ("latitude", "longitude", "precision", "remote", "confirmed_at")
    ),
    IS_LISTED,
    activator.c.stars,
)


async def all_records(session: AsyncSession, reference: Reference) -> AsyncGenerator[Record]:
    """Read every activator, by keyset batches."""
    last = -1
    while True:
        found = _activators().where(activator.c.id > last).order_by(activator.c.id).limit(BATCH)
        rows = (await session.execute(found)).all()
        if not rows:
            return
        first, last = rows[0].id, rows[-1].id
        sets = [
            await _sets(session, reference, member, member[0].c.activator_id.between(first, last))
            for member in MEMBERS
        ]
        for row in rows:
            yield _record(row, sets)


async def records_of(
    session: AsyncSession, reference: Reference, ids: Collection[int]
) -> list[Record]:
    """Read these activators, some hundreds at most; one that is gone is left out.

    What they quote and the reference lacks is left out too: it is read again with a reference that
    has it.
    """
    rows = (await session.execute(_activators().where(activator.c.id.in_(ids)))).all()
    sets = [
        await _sets(session, reference, member, member[0].c.activator_id.in_(ids))
        for member in MEMBERS
    ]
    return [_record(row, sets) for row in rows]


def _activators() -> Select[Any]:
    """Those of whom something is left: who was erased exists for nobody."""
    joined = select(*COLUMNS).join(structure, structure.c.id == activator.c.structure_id)
    return joined.where(activator.c.erased_at.is_(None))


async def _sets(
    session: AsyncSession,
    reference: Reference,
    member: tuple[Table, str, str],
    among: ColumnElement[bool],
) -> Sets:
    """Read the members of some activators' sets, as numbers."""
    table, column, name = member
    numbers: dict[str, int] = getattr(reference, name).numbers
    query = select(table.c.activator_id, table.c[column]).where(among)
    rows = (await session.execute(query.order_by(table.c.activator_id))).all()
    return {
        activator_id: tuple(sorted({numbers[code] for _, code in members if code in numbers}))
        for activator_id, members in groupby(rows, key=itemgetter(0))
    }


def _record(row: Row[Any], sets: Sequence[Sets]) -> Record:
    return Record._make((*row, *(members.get(row.id, ()) for members in sets)))
