"""Writing communes, and moving the activators that stand where these do."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.territories import PositionPrecision
from resolvers.directory.reference import Reference
from resolvers.directory.rows import PositionRow, TerritoryRow
from resolvers.imports import CHUNK, chunks
from resolvers.placing import position_of

activator, territory, postal = tables.activator, tables.territory, tables.territory_postal_code


async def write_communes(
    session: AsyncSession, inserted: Sequence[TerritoryRow], updated: Sequence[TerritoryRow]
) -> None:
    """Insert and update communes with their postal codes."""
    for some in chunks(inserted, CHUNK):
        rows = [
            {
                "code": one.code,
                "level": one.level,
                "parent_code": one.parent.code if one.parent else None,
                **_values(one),
            }
            for one in some
        ]
        await session.execute(insert(territory), rows)
    named = update(territory).where(territory.c.code == bindparam("which"))
    for some in chunks(updated, CHUNK):
        await session.execute(named, [{"which": one.code, **_values(one)} for one in some])
    for some in chunks([*inserted, *updated], CHUNK):
        await _write_postal_codes(session, some)


async def _write_postal_codes(session: AsyncSession, communes: Sequence[TerritoryRow]) -> None:
    codes = [one.code for one in communes]
    await session.execute(delete(postal).where(postal.c.territory_code.in_(codes)))
    rows = [
        {"territory_code": one.code, "postal_code": code}
        for one in communes
        for code in one.postal_codes
    ]
    if rows:
        await session.execute(insert(postal), rows)


def _values(commune: TerritoryRow) -> dict[str, Any]:
    return {
        "name": commune.name,
        "population": commune.population,
        **position_columns(commune.position),
    }


def position_columns(position: PositionRow | None) -> dict[str, Any]:
    """Write a position, or none, in the columns that both tables have."""
    names = ("latitude", "longitude", "precision")
    return {name: getattr(position, name, None) for name in names}


async def place_activators(session: AsyncSession, reference: Reference) -> list[int]:
    """Move each activator that gave no coordinates of its own to where its commune is now.

    Give those that moved.
    """
    own = PositionPrecision.ADDRESS
    columns = [activator.c[name] for name in ("latitude", "longitude", "precision")]
    batch = (
        select(activator.c.id, activator.c.commune_code, activator.c.postal_code, *columns)
        .where(or_(activator.c.precision.is_(None), activator.c.precision != own))
        .order_by(activator.c.id)
        .limit(CHUNK)
    )
    moving = (
        update(activator)
        .where(activator.c.id == bindparam("which"))
        .values(version=activator.c.version + 1)
    )
    last, all_moved = -1, list[int]()
    while rows := (await session.execute(batch.where(activator.c.id > last))).all():
        moved = []
        for one, commune_code, postal_code, *old in rows:
            commune = reference.territories.get(commune_code) if commune_code else None
            new = position_columns(position_of(reference, commune, postal_code))
            if [*new.values()] != old:
                moved.append({"which": one, **new})
        if moved:
            await session.execute(moving, moved)
            all_moved += [one["which"] for one in moved]
        last = rows[-1].id
    return all_moved
