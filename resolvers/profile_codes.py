"""The three sets of codes of a profile, each in a table of its own."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables

CODE_COLUMNS = {
    "expertise": tables.activator_expertise.c.field_code,
    "sectors": tables.activator_sector.c.sector_code,
    "serves": tables.activator_territory.c.territory_code,
}


async def read_codes(session: AsyncSession, activator_id: int) -> dict[str, frozenset[str]]:
    """Read all three."""
    codes = {}
    for name, column in CODE_COLUMNS.items():
        query = select(column).where(column.table.c.activator_id == activator_id)
        codes[name] = frozenset((await session.execute(query)).scalars())
    return codes


async def replace_codes(
    session: AsyncSession, activator_id: int, codes: Mapping[str, frozenset[str]]
) -> None:
    """Put these sets in the place of what was there; a set that is not named stays."""
    for name, some in codes.items():
        column = CODE_COLUMNS[name]
        table = column.table
        await session.execute(delete(table).where(table.c.activator_id == activator_id))
        rows = [{"activator_id": activator_id, column.name: code} for code in sorted(some)]
        if rows:
            await session.execute(insert(table), rows)
