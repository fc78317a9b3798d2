"""Reference data in memory: territories, taxonomy, sectors and networks.

Small and almost never changed: read whole, immutable, shared by every card. Each thing has a
number, by which the snapshot's columns name it.
"""

import asyncio
import gc
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from sqlalchemy import Result, Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.territories import TerritoryLevel
from resolvers.directory.rows import (
    ExpertiseFieldRow,
    Label,
    NetworkRow,
    PositionRow,
    SectorRow,
    TerritoryRow,
)

Bools = npt.NDArray[np.bool_]
Found = Result[Any]


class Coded(Protocol):
    """A thing known by its code."""

    @property
    def code(self) -> str:
        """Its code, which never changes."""


T = TypeVar("T", bound=Coded)


class NotRead(LookupError):
    """A code that the database has and this worker has not read yet: it will, in a moment."""


class Codes(Generic[T]):
    """Things in their order, found by number or by code."""

    def __init__(self, items: list[T]) -> None:
        """Number them."""
        self.items = items
        self.numbers = {item.code: number for number, item in enumerate(items)}

    def __len__(self) -> int:
        """Count them."""
        return len(self.items)

    def get(self, code: str) -> T | None:
        """Find by code."""
        number = self.numbers.get(code)
        return None if number is None else self.items[number]

    def __getitem__(self, code: str) -> T:
        """Find one that exists by code; raises NotRead."""
        try:
            return self.items[self.numbers[code]]
        except KeyError:
            raise NotRead(code) from None

    def ordered(self, codes: list[str]) -> tuple[T, ...]:
        """Find some that exist by code, in the order of the whole; raises NotRead."""
        return tuple(sorted(map(self.__getitem__, codes), key=lambda item: self.numbers[item.code]))

    def mask(self, codes: frozenset[str]) -> Bools:
        """Mark these codes, which all exist."""
        wanted = np.zeros(len(self.items), dtype=np.bool_)
        wanted[[self.numbers[code] for code in codes]] = True
        return wanted


@dataclass(frozen=True)
class Reference:
    """All of it; territories stand parents first, each before what lies within it."""

    fields: Codes[ExpertiseFieldRow]
    sectors: Codes[SectorRow]
    networks: Codes[NetworkRow]
    territories: Codes[TerritoryRow]

    @cached_property
    def ends(self) -> list[int]:
        """Say for each territory the number just after the last one within it."""
        ends = list(range(1, len(self.territories) + 1))
        for number in reversed(range(len(ends))):
            parent = self.territories.items[number].parent
            if parent is not None:
                above = self.territories.numbers[parent.code]
                ends[above] = max(ends[above], ends[number])
        return ends

    def related(self, code: str) -> Bools:
        """Mark the territory, those above it and those within it."""
        wanted = np.zeros(len(self.territories), dtype=np.bool_)
        number = self.territories.numbers[code]
        wanted[number : self.ends[number]] = True
        above = self.territories.items[number].parent
        while above is not None:
            wanted[self.territories.numbers[above.code]] = True
            above = above.parent
        return wanted

    @cached_property
    def departments(self) -> list[TerritoryRow]:
        """List the departments by code."""
        level = TerritoryLevel.DEPARTMENT
        found = [item for item in self.territories.items if item.level is level]
        return sorted(found, key=lambda item: item.code)

    def departments_serving(self, territories: tuple[int, ...]) -> tuple[int, ...]:
        """Say in which departments (numbers in `departments`) one who serves these is found.

        Those are the departments that `related` joins to one of the territories.
        """
        found = self._served.get(territories)
        if found is None:
            joined = {number for one in territories for number in self._departments_of(one)}
            found = self._served[territories] = tuple(sorted(joined))
        return found

    @cached_property
    def _served(self) -> dict[tuple[int, ...], tuple[int, ...]]:
        return {}

    def _departments_of(self, number: int) -> list[int]:
        numbers = self._department_numbers
        department = self.territories.items[number].department()
        if department is not None:
            return [numbers[department.code]]
        within = self.territories.items[number : self.ends[number]]
        return [numbers[item.code] for item in within if item.code in numbers]

    @cached_property
    def _department_numbers(self) -> dict[str, int]:
        return {item.code: number for number, item in enumerate(self.departments)}

    @cached_property
    def by_postal_code(self) -> dict[str, list[TerritoryRow]]:
        """Find communes by postal code, the larger first."""
        found: dict[str, list[TerritoryRow]] = {}
        for item in sorted(self.territories.items, key=lambda one: -(one.population or 0)):
            for postal_code in item.postal_codes:
                found.setdefault(postal_code, []).append(item)
        return found


ROWS = (
    select(tables.expertise_field).order_by(tables.expertise_field.c.rank),
    select(tables.sector).order_by(tables.sector.c.code),
    select(tables.network).order_by(tables.network.c.code),
    select(tables.territory).order_by(tables.territory.c.code),
    select(tables.territory_postal_code).order_by(tables.territory_postal_code.c.postal_code),
)


async def load_reference(session: AsyncSession) -> Reference:
    """Read it whole; the rows are made into things away from the event loop."""
    found = [await session.execute(query) for query in ROWS]
    return await asyncio.to_thread(_made, *found)


def _made(
    fields: Found, sectors: Found, networks: Found, territories: Found, postal_codes: Found
) -> Reference:
    """Make it of rows that the driver holds already.

    Without the cyclic collector, which would look again and again at rows that make no cycles: it
    takes a third of the time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return Reference(
            fields=Codes(
                [
                    ExpertiseFieldRow(r.code, r.theme_code, Label(r.label_fr, r.label_en))
                    for r in fields
                ]
            ),
            sectors=Codes([SectorRow(r.code, Label(r.label_fr, r.label_en)) for r in sectors]),
            networks=Codes([NetworkRow(r.code, r.name, r.kind, r.admission) for r in networks]),
            territories=Codes(_territories(territories, postal_codes)),
        )
    finally:
        if collects:
            gc.enable()


def _territories(territories: Found, codes: Found) -> list[TerritoryRow]:
    """Lay the tree out depth first."""
    postal_codes: dict[str, list[str]] = {}
    for row in codes:
        postal_codes.setdefault(row.territory_code, []).append(row.postal_code)
    children: dict[str | None, list[Row[Any]]] = {}
    for row in territories:
        children.setdefault(row.parent_code, []).append(row)
    laid: list[TerritoryRow] = []
    _lay(None, children, postal_codes, laid)
    return laid


def _lay(
    parent: TerritoryRow | None,
    children: dict[str | None, list[Row[Any]]],
    postal_codes: dict[str, list[str]],
    laid: list[TerritoryRow],
) -> None:
    for row in children.get(parent.code if parent else None, []):
        item = _territory(row, parent, tuple(postal_codes.get(row.code, ())))
        laid.append(item)
        _lay(item, children, postal_codes, laid)


def _territory(
    row: Row[Any], parent: TerritoryRow | None, postal_codes: tuple[str, ...]
) -> TerritoryRow:
    placed = row.latitude is not None
    position = PositionRow(row.latitude, row.longitude, row.precision) if placed else None
    return TerritoryRow(
        row.code, row.level, row.name, parent, row.population, position, postal_codes
    )
