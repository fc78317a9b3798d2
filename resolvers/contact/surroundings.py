"""Where help is looked for: around the company, or else around the activator that it asked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.territories import TerritoryLevel
from models.working_days import calendar_of
from resolvers.contact.content import content_of
from resolvers.platform import Platform

activator, territory = tables.activator, tables.territory


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A place, the territories that it is in, and its day."""

    latitude: float | None
    """Degrees (WGS 84), as `longitude`; None where nothing says where it is."""
    longitude: float | None
    codes: tuple[str, ...]
    """Its commune and what is above it, the smallest first."""
    today: date


async def surroundings_of(
    platform: Platform, session: AsyncSession, row: Row[Any], *, now: datetime
) -> Surroundings:
    """Say where to look for others to whom a request may go."""
    content = content_of(platform.sealer, row)
    around = await _around(session, content["commune"] if content else None)
    if around:
        latitude, longitude = around[0].latitude, around[0].longitude
    else:
        asked = (await session.execute(_asked(row.activator_id))).one()
        around = await _around(session, asked.commune_code)
        latitude, longitude = asked.latitude, asked.longitude
    department = next((one.code for one in around if one.level is TerritoryLevel.DEPARTMENT), None)
    today = now.astimezone(calendar_of(department).zone).date()
    return Surroundings(latitude, longitude, tuple(one.code for one in around), today)


def _asked(activator_id: int) -> Any:
    """Select where the activator that was asked is, or else its commune."""
    return (
        select(
            activator.c.commune_code,
            func.coalesce(activator.c.latitude, territory.c.latitude).label("latitude"),
            func.coalesce(activator.c.longitude, territory.c.longitude).label("longitude"),
        )
        .outerjoin(territory, territory.c.code == activator.c.commune_code)
        .where(activator.c.id == activator_id)
    )


async def _around(session: AsyncSession, code: str | None) -> list[Row[Any]]:
    """Read a territory and those above it."""
    line: list[Row[Any]] = []
    while code is not None:
        query = select(territory).where(territory.c.code == code)
        found = (await session.execute(query)).one_or_none()
        if found is None:
            break
        line.append(found)
        code = found.parent_code
    return line
