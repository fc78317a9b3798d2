"""Figures of consultation of pages: read from the counts, some pages at a time."""

from collections import defaultdict
from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.consultations import ConsultationKind
from models.database import Database
from resolvers.loader import BatchLoader
from resolvers.paris_days import Period

table = tables.consultation


class Figures(NamedTuple):
    """How often each thing was done."""

    views: int = 0
    contact_clicks: int = 0
    website_clicks: int = 0

    @classmethod
    def of(cls, counts: dict[ConsultationKind, int]) -> "Figures":
        """Name them; what was never done is 0."""
        return cls(*(int(counts.get(kind, 0)) for kind in ConsultationKind))


class By(Enum):
    """By what the counts of a page are broken down: a column."""

    DAY = "day"
    PORTAL = "portal"
    VIEWER = "viewer"


class Asked(NamedTuple):
    """What is asked of a page."""

    activator_id: int
    period: Period
    by: By


Broken = dict[Any, Figures]
"""Figures by day, portal or kind of viewer; without those of which there are none."""


class Statistics(BatchLoader[Asked, Broken]):
    """Loads figures: one statement a period and a breakdown, however many pages there are."""

    def __init__(self, database: Database) -> None:
        """Read nothing yet."""
        super().__init__()
        self._database = database

    async def read(self, keys: list[Asked]) -> dict[Asked, Broken]:
        """Read them."""
        together: dict[tuple[Period, By], list[int]] = defaultdict(list)
        for one in keys:
            together[one.period, one.by].append(one.activator_id)
        found: dict[Asked, Broken] = {}
        async with self._database.read() as session:
            for (period, by), ids in together.items():
                for activator_id, broken in (await _read(session, ids, period, by)).items():
                    found[Asked(activator_id, period, by)] = broken
        return found


async def _read(session: AsyncSession, ids: list[int], period: Period, by: By) -> dict[int, Broken]:
    column = table.c[by.value]
    own = (table.c.activator_id, column, table.c.kind)
    query = (
        select(*own, func.sum(table.c["count"]))
        .where(table.c.activator_id.in_(ids), table.c.day.between(*period))
        .group_by(*own)
    )
    counts: dict[int, dict[Any, dict[ConsultationKind, int]]] = {one: {} for one in ids}
    for activator_id, value, kind, count in await session.execute(query):
        counts[activator_id].setdefault(value, {})[kind] = count
    return {
        activator_id: {value: Figures.of(counted) for value, counted in broken.items()}
        for activator_id, broken in counts.items()
    }


def sum_of(several: Iterable[Figures]) -> Figures:
    """Add figures up."""
    return Figures(*(sum(column) for column in zip(Figures(), *several, strict=True)))
