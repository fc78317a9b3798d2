"""Where an activator is: by the clock and the holidays of its department delays are counted."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.territories import TerritoryLevel

activator = tables.activator

place = tables.territory.alias("place")
above = tables.territory.alias("above")
beyond = tables.territory.alias("beyond")

_ABOVE_IS_DEPARTMENT = above.c.level == TerritoryLevel.DEPARTMENT
"""Not so above a municipal district, which is a commune within a commune."""
DEPARTMENT: ColumnElement[str | None] = case(
    (_ABOVE_IS_DEPARTMENT, above.c.code), else_=beyond.c.code
)
REGION: ColumnElement[str | None] = case(
    (_ABOVE_IS_DEPARTMENT, above.c.parent_code), else_=beyond.c.parent_code
)


def located(query: Select[Any]) -> Select[Any]:
    """Add where activators are: `DEPARTMENT` and `REGION` are null where nothing says so."""
    return (
        query.outerjoin(place, place.c.code == activator.c.commune_code)
        .outerjoin(above, above.c.code == place.c.parent_code)
        .outerjoin(beyond, beyond.c.code == above.c.parent_code)
    )


async def department_of(session: AsyncSession, activator_id: int) -> str | None:
    """Give the code of its department; None where nothing says where it is."""
    query = located(select(DEPARTMENT).select_from(activator))
    own = query.where(activator.c.id == activator_id)
    code: str | None = (await session.execute(own)).scalar_one_or_none()
    return code
