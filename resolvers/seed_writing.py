"""Writing invented people who are missing, with their structures."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.database import Database
from models.revisions import Subject, record_changes
from resolvers.charter_standing import version_in_force
from resolvers.imports import in_one_transaction, one_import_at_a_time
from resolvers.roster_store import CODE_COLUMNS
from resolvers.seed_people import InventedPerson
from resolvers.seed_structures import InventedStructure

Pair = tuple[InventedPerson, InventedStructure]

HELPED = (
    tables.contact_request,
    tables.contact_request_step,
    tables.engagement,
    tables.review,
    tables.review_text,
    tables.review_history,
)
"""What companies asked people and said of them; what stands on others comes after these."""


async def add_missing(database: Database, pairs: Sequence[Pair]) -> int:
    """Add, in one transaction, the people of a batch who are missing, and their structures.

    A roster may hold an invented number or SIRET: whoever has it stays as it is.
    """

    async def write(session: AsyncSession) -> int:
        await one_import_at_a_time(session)
        missing = await _missing(session, pairs)
        if missing:
            ids = await _insert_structures(session, [structure for _, structure in missing])
            await _insert_people(session, missing, ids)
            people = sorted(person.row["id"] for person, _ in missing)
            await record_changes(session, Subject.ACTIVATOR, people)
        return len(missing)

    return await in_one_transaction(database, write)


async def _missing(session: AsyncSession, pairs: Sequence[Pair]) -> list[Pair]:
    """Leave out who is there, by identifier or by its number in one of its networks."""
    column, enrolment = tables.activator.c.id, tables.enrolment
    ids = [person.row["id"] for person, _ in pairs]
    there = set((await session.execute(select(column).where(column.in_(ids)))).scalars())
    numbers = [person.external_id for person, _ in pairs]
    query = select(enrolment.c.network_code, enrolment.c.external_id)
    named = query.where(
        enrolment.c.network_code.in_({network for one, _ in pairs for network in one.networks}),
        enrolment.c.external_id.in_(numbers),
    )
    taken = {tuple(row) for row in await session.execute(named)}
    return [
        (person, structure)
        for person, structure in pairs
        if person.row["id"] not in there
        and taken.isdisjoint((network, person.external_id) for network in person.networks)
    ]


async def _insert_structures(
    session: AsyncSession, structures: Sequence[InventedStructure]
) -> dict[str, int]:
    """Insert those whose SIRET is not there; give the identifiers of all, by SIRET."""
    table = tables.structure
    invented = {structure.row["siret"]: structure for structure in structures}
    query = select(table.c.siret, table.c.id).where(table.c.siret.in_(invented))
    there: dict[str, int] = {row.siret: row.id for row in await session.execute(query)}
    new = [structure for siret, structure in invented.items() if siret not in there]
    memberships = [
        {"structure_id": structure.row["id"], "network_code": network}
        for structure in new
        for network in structure.networks
    ]
    await _insert(session, table, [structure.row for structure in new])
    await _insert(session, tables.membership, memberships)
    return {siret: structure.row["id"] for siret, structure in invented.items()} | there


async def _insert_people(
    session: AsyncSession, pairs: Sequence[Pair], structure_ids: dict[str, int]
) -> None:
    people = [person for person, _ in pairs]
    rows = [
        {**person.row, "structure_id": structure_ids[structure.row["siret"]]}
        for person, structure in pairs
    ]
    enrolments = [
        {
            "network_code": network,
            "external_id": person.external_id,
            "activator_id": person.row["id"],
        }
        for person in people
        for network in person.networks
    ]
    await _insert(session, tables.activator, rows)
    await _insert(session, tables.enrolment, enrolments)
    await _insert_acceptances(session, people)
    await _insert_helped(session, rows, people)
    for number, column in enumerate(CODE_COLUMNS):
        codes = [
            {"activator_id": person.row["id"], column.name: code}
            for person in people
            for code in person.codes[number]
        ]
        await _insert(session, column.table, codes)


async def _insert_helped(
    session: AsyncSession, rows: Sequence[dict[str, Any]], people: Sequence[InventedPerson]
) -> None:
    """Insert what companies asked them and said of them, in the order in which rows stand."""
    structures = {row["id"]: row["structure_id"] for row in rows}
    for table in HELPED:
        helped = [dict(row) for person in people for row in person.helped.get(table, ())]
        for row in helped if table is tables.contact_request else ():
            row["structure_id"] = structures[row["activator_id"]]
        await _insert(session, table, helped)


async def _insert_acceptances(session: AsyncSession, people: Sequence[InventedPerson]) -> None:
    """Have them accept the charter in force; an acceptance outlives whom it is of."""
    version, table = await version_in_force(session), tables.charter_acceptance
    given = [{**one.acceptance, "version": version} for one in people if one.acceptance]
    ids = [one["activator_id"] for one in given]
    query = select(table.c.activator_id).where(
        table.c.version == version, table.c.activator_id.in_(ids)
    )
    there = set((await session.execute(query)).scalars())
    new = [one for one in given if version and one["activator_id"] not in there]
    await _insert(session, table, new)


async def _insert(session: AsyncSession, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        await session.execute(insert(table), rows)
