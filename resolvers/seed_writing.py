"""Writing invented people who are missing, with their structures."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.database import Database
from models.revisions import Subject, record_changes
from resolvers.imports import in_one_transaction, one_import_at_a_time
from resolvers.roster_store import CODE_COLUMNS
from resolvers.seed_people import InventedPerson
from resolvers.seed_structures import InventedStructure

Pair = tuple[InventedPerson, InventedStructure]


async def add_missing(database: Database, pairs: Sequence[Pair]) -> int:
    """Add, in one transaction, the people of a batch who are missing, and their structures."""

    async def write(session: AsyncSession) -> int:
        await one_import_at_a_time(session)
        missing = await _missing(session, pairs)
        if missing:
            await _insert_structures(session, [structure for _, structure in missing])
            await _insert_people(session, [person for person, _ in missing])
            ids = sorted(person.row["id"] for person, _ in missing)
            await record_changes(session, Subject.ACTIVATOR, ids)
        return len(missing)

    return await in_one_transaction(database, write)


async def _missing(session: AsyncSession, pairs: Sequence[Pair]) -> list[Pair]:
    column = tables.activator.c.id
    ids = [person.row["id"] for person, _ in pairs]
    there = set((await session.execute(select(column).where(column.in_(ids)))).scalars())
    return [pair for pair in pairs if pair[0].row["id"] not in there]


async def _insert_structures(
    session: AsyncSession, structures: Sequence[InventedStructure]
) -> None:
    column = tables.structure.c.id
    invented = {structure.row["id"]: structure for structure in structures}
    there = set((await session.execute(select(column).where(column.in_(invented)))).scalars())
    new = [structure for key, structure in invented.items() if key not in there]
    memberships = [
        {"structure_id": structure.row["id"], "network_code": network}
        for structure in new
        for network in structure.networks
    ]
    await _insert(session, tables.structure, [structure.row for structure in new])
    await _insert(session, tables.membership, memberships)


async def _insert_people(session: AsyncSession, people: Sequence[InventedPerson]) -> None:
    enrolments = [
        {
            "network_code": network,
            "external_id": person.external_id,
            "activator_id": person.row["id"],
        }
        for person in people
        for network in person.networks
    ]
    await _insert(session, tables.activator, [person.row for person in people])
    await _insert(session, tables.enrolment, enrolments)
    for number, column in enumerate(CODE_COLUMNS):
        rows = [
            {"activator_id": person.row["id"], column.name: code}
            for person in people
            for code in person.codes[number]
        ]
        await _insert(session, column.table, rows)


async def _insert(session: AsyncSession, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        await session.execute(insert(table), rows)
