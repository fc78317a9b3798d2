"""Writing what a batch of a roster changes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from resolvers.imports import CHUNK, chunks
from resolvers.roster_changes import ActivatorChange, Changes
from resolvers.roster_row import CodeSets
from resolvers.roster_store import CODE_COLUMNS

activator, structure = tables.activator, tables.structure

NOT_IN_A_ROSTER = {
    "version": 1,
    "state": ActivatorState.ACTIVE,
    "publishes_coordinates": False,
    "languages": ["fr"],
    "profile_references": [],
    "videos": [],
}
"""What a new activator has that no roster says. An update leaves all of it, but the version."""


async def write_changes(session: AsyncSession, changes: Changes, now: datetime) -> set[int]:
    """Write them; give the activators whose page changes: each has its next version."""
    await _write_structures(session, changes)
    await _insert_activators(session, changes.inserted, now)
    await _update_activators(session, changes.updated, now)
    written = [change.id for change in (*changes.inserted, *changes.updated)]
    follow = await renew_activators_of(session, changes.shown_otherwise, but=set(written))
    return {*written, *follow}


async def renew_activators_of(
    session: AsyncSession, structure_ids: Iterable[int], but: set[int]
) -> list[int]:
    """Give the activators of structures that changed their next version, but these; name them."""
    renewed: list[int] = []
    for some in chunks(sorted(structure_ids), CHUNK):
        statement = (
            update(activator)
            .where(activator.c.structure_id.in_(some), activator.c.id.not_in(but))
            .values(version=activator.c.version + 1)
            .returning(activator.c.id)
        )
        renewed += (await session.execute(statement)).scalars()
    return renewed


async def _write_structures(session: AsyncSession, changes: Changes) -> None:
    new = [{"id": one.id, **one.details._asdict()} for one in changes.new_structures.values()]
    changed = [
        {"which": key, **details._asdict()} for key, details in changes.changed_structures.items()
    ]
    await _insert(session, structure, new)
    await _update(session, structure, changed)
    memberships = [
        {"structure_id": structure_id, "network_code": network}
        for structure_id, network in changes.new_memberships
    ]
    await _insert(session, tables.membership, memberships)


async def _insert_activators(
    session: AsyncSession, inserted: list[ActivatorChange], now: datetime
) -> None:
    new = {**NOT_IN_A_ROSTER, "state_changed_at": now}
    rows = [{"id": change.id, **new, **_columns(change, now)} for change in inserted]
    enrolments = [
        {
            "network_code": network,
            "external_id": external_id,
            "activator_id": change.id,
        }
        for change in inserted
        for network, external_id in [change.key]
    ]
    await _insert(session, activator, rows)
    await _insert(session, tables.enrolment, enrolments)
    await _insert_codes(session, inserted)


async def _update_activators(
    session: AsyncSession, updated: list[ActivatorChange], now: datetime
) -> None:
    rows = [{"which": change.id, **_columns(change, now)} for change in updated]
    await _update(session, activator, rows, version=activator.c.version + 1)
    recoded = [change for change in updated if change.codes is not None]
    for column in CODE_COLUMNS if recoded else ():
        among = column.table.c.activator_id.in_([change.id for change in recoded])
        await session.execute(delete(column.table).where(among))
    await _insert_codes(session, recoded)


async def _insert_codes(session: AsyncSession, changes: list[ActivatorChange]) -> None:
    for number, column in enumerate(CODE_COLUMNS):
        rows = [
            {"activator_id": change.id, column.name: code}
            for change in changes
            for code in sorted((change.codes or NO_CODES)[number])
        ]
        await _insert(session, column.table, rows)


def _columns(change: ActivatorChange, now: datetime) -> dict[str, Any]:
    return {
        **change.profile._asdict(),
        "structure_id": change.structure_id,
        "confirmed_at": now,
        "lapsed_at": None,
        "left_at": change.left_at,
        "next_structure_id": change.next_structure_id,
    }


async def _insert(session: AsyncSession, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        await session.execute(insert(table), rows)


async def _update(
    session: AsyncSession, table: Table, rows: list[dict[str, Any]], **more: Any
) -> None:
    """Set what each row says, in the one that `which` names by its id."""
    if rows:
        one = update(table).where(table.c.id == bindparam("which"))
        await session.execute(one.values(more) if more else one, rows)


NO_CODES = CodeSets(frozenset(), frozenset(), frozenset())
