"""Moving an activator's page to another structure, which says that it works there."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from resolvers.directory.reference import Reference
from resolvers.placing import position_of


async def move_to_structure(
    session: AsyncSession,
    reference: Reference,
    activator: Row[Any],
    structure: Row[Any],
    now: datetime,
) -> None:
    """Attach an activator to a structure, in the caller's transaction that has locked its row.

    Its place becomes the structure's; it is listed again if it had left the one before. A roster
    leaves both as they are from now on. The caller records the change.
    """
    table, version = tables.activator, activator.version + 1
    address = {
        name: getattr(structure, name)
        for name in ("address_line", "postal_code", "city", "commune_code")
    }
    code = structure.commune_code
    commune = None if code is None else reference.territories.get(code)
    position = position_of(reference, commune, structure.postal_code)
    place = {
        name: None if position is None else getattr(position, name)
        for name in ("latitude", "longitude", "precision")
    }
    standing = {"left_at": None, "next_structure_id": None, "employed_at": now}
    edited = activator.edited | dict.fromkeys(("structure", *address, *place), version)
    changed = {"structure_id": structure.id, "version": version, "edited": edited}
    await session.execute(
        update(table)
        .where(table.c.id == activator.id)
        .values({**address, **place, **standing, **changed})
    )
