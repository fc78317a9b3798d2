"""Where an activator is: by the clock and the holidays of its department delays are counted."""

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.territories import TerritoryLevel
from resolvers.contact.standing import above, beyond, place

activator = tables.activator

DEPARTMENT: ColumnElement[str | None] = case(
    (above.c.level == TerritoryLevel.DEPARTMENT, above.c.code), else_=beyond.c.code
)
"""The department of an activator's commune; a municipal district is a commune within a commune."""


async def department_of(session: AsyncSession, activator_id: int) -> str | None:
    """Give the code of its department; None where nothing says where it is."""
    query = (
        select(DEPARTMENT)
        .select_from(activator)
        .join(place, place.c.code == activator.c.commune_code)
        .join(above, above.c.code == place.c.parent_code)
        .outerjoin(beyond, beyond.c.code == above.c.parent_code)
        .where(activator.c.id == activator_id)
    )
    code: str | None = (await session.execute(query)).scalar_one_or_none()
    return code
