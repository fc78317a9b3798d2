"""A synthetic population: as many activators as asked for, the same ones each time.

They live where people live: a commune is drawn by its inhabitants, a place around its centre.
All kinds and all states are there; a structure holds three activators on average.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from benchmarks import invented
from models.activators import ActivatorKind, ActivatorState
from models.base import ID_BITS
from models.territories import PositionPrecision, TerritoryLevel
from resolvers.directory.reference import Reference
from resolvers.directory.rows import TerritoryRow

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""Rows by table, parents first."""

CHUNK = 9_000
PER_STRUCTURE = 3
JITTER = 0.015
"""Degrees: the standard deviation of a place around its commune's centre."""
UNPLACED = 0.01
FIRST_DAY, DAYS = datetime(2025, 1, 1, tzinfo=UTC), 365

KINDS = {
    ActivatorKind.ADVISER: 40,
    ActivatorKind.SOLUTION_PROVIDER: 35,
    ActivatorKind.FUNDING_ADVISER: 10,
    ActivatorKind.INSTITUTIONAL: 8,
    ActivatorKind.CHAMPION: 7,
}
STATES = {
    ActivatorState.ACTIVE: 92,
    ActivatorState.PENDING: 4,
    ActivatorState.SUSPENDED: 2,
    ActivatorState.WITHDRAWN: 2,
}
STARS: tuple[list[int], ...] = ([], [], [0, 0, 1, 1, 2], [0, 1, 2, 9, 30])
"""Of nobody, of few, of many."""
TABLES = (
    *("structure", "membership", "activator", "activator_expertise", "activator_sector"),
    *("activator_territory", "enrolment"),
)


class Communes:
    """The communes that have a position, drawn by their inhabitants."""

    def __init__(self, reference: Reference) -> None:
        """Weigh them; Paris, Lyon and Marseille count once, without their districts."""
        self._found = [
            item
            for item in reference.territories.items
            if item.level is TerritoryLevel.COMMUNE
            and item.parent is not None
            and item.parent.level is TerritoryLevel.DEPARTMENT
            and item.position is not None
            and item.postal_codes
        ]
        self._weights = list(accumulate(item.population or 0 for item in self._found))

    def drawn(self, draw: Random, count: int) -> list[TerritoryRow]:
        """Draw some."""
        return draw.choices(self._found, cum_weights=self._weights, k=count)


@dataclass(frozen=True, slots=True)
class Office:
    """A structure, where it is and the network that federates it."""

    id: int
    home: TerritoryRow
    network: str


class Population:
    """Rows of activators and of what belongs to them."""

    def __init__(self, reference: Reference, size: int) -> None:
        """Prepare; the same size gives the same rows."""
        self._draw = Random(size)
        self._size = size
        self._communes = Communes(reference)
        self._fields = [item.code for item in reference.fields.items]
        self._sectors = [item.code for item in reference.sectors.items]
        self._networks = [item.code for item in reference.networks.items]

    def chunks(self) -> Iterator[Rows]:
        """Make the rows, chunk by chunk, each whole in itself."""
        ids = _ids(self._draw, self._size)
        office_ids = _ids(self._draw, self._size // PER_STRUCTURE + 1)
        for start in range(0, self._size, CHUNK):
            of_offices = slice(start // PER_STRUCTURE, (start + CHUNK) // PER_STRUCTURE)
            yield self._chunk(ids[start : start + CHUNK], office_ids[of_offices])

    def _chunk(self, ids: list[int], office_ids: list[int]) -> Rows:
        rows: Rows = {name: [] for name in TABLES}
        offices = []
        for key, home in zip(
            office_ids, self._communes.drawn(self._draw, len(office_ids)), strict=True
        ):
            office = Office(key, home, self._draw.choice(self._networks))
            offices.append(office)
            rows["structure"].append(self._structure(office))
            rows["membership"].append({"structure_id": key, "network_code": office.network})
        for key in ids:
            office = self._draw.choice(offices)
            rows["activator"].append(self._activator(key, office))
            self._add_sets(rows, key, office)
        return rows

    def _structure(self, office: Office) -> Row:
        name = f"{self._draw.choice(invented.FAMILY)} {self._draw.choice(invented.SUFFIXES)}"
        return {
            "id": office.id,
            "siret": f"{office.id % 10**14:014d}",
            "name": name,
            "legal_form": self._draw.choice(invented.FORMS),
            **self._address(office.home),
        }

    def _address(self, home: TerritoryRow) -> Row:
        return {
            "address_line": f"{self._draw.randint(1, 99)} {self._draw.choice(invented.STREETS)}",
            "postal_code": self._draw.choice(home.postal_codes),
            "city": home.name[:100],
            "commune_code": home.code,
        }

    def _activator(self, key: int, office: Office) -> Row:
        draw = self._draw
        given, family = draw.choice(invented.GIVEN), draw.choice(invented.FAMILY)
        return {
            "id": key,
            "version": 1,
            "kind": draw.choices(list(KINDS), weights=list(KINDS.values()))[0],
            "state": draw.choices(list(STATES), weights=list(STATES.values()))[0],
            "given_name": given,
            "family_name": family,
            "email": f"{key}@example.org",
            "phone": "+33199001234",
            "publishes_coordinates": draw.random() < 0.3,
            "headline": draw.choice(invented.HEADLINES),
            "presentation": draw.choice(invented.PRESENTATIONS) if draw.random() < 0.5 else None,
            "structure_id": office.id,
            **self._address(office.home),
            **self._position(office.home),
            "website_url": f"https://www.example.org/{key}",
            "remote": draw.random() < 0.4,
            "pricing": None,
            "languages": ["fr"],
            "profile_references": [],
            "videos": [],
            "confirmed_at": FIRST_DAY + timedelta(days=draw.random() * DAYS),
            "stars": STARS[key % len(STARS)],
        }

    def _position(self, home: TerritoryRow) -> Row:
        centre = home.position
        if centre is None or self._draw.random() < UNPLACED:
            return {"latitude": None, "longitude": None, "precision": None}
        return {
            "latitude": self._draw.gauss(centre.latitude, JITTER),
            "longitude": self._draw.gauss(centre.longitude, JITTER * 1.4),
            "precision": PositionPrecision.ADDRESS,
        }

    def _add_sets(self, rows: Rows, key: int, office: Office) -> None:
        draw = self._draw
        fields = draw.sample(self._fields, draw.choice((2, 3, 3, 4)))
        sectors = draw.sample(self._sectors, draw.choice((0, 0, 1, 2)))
        places = {self._served(office.home) for _ in range(draw.choice((1, 2)))}
        for table, column, codes in (
            ("activator_expertise", "field_code", fields),
            ("activator_sector", "sector_code", sectors),
            ("activator_territory", "territory_code", sorted(places)),
        ):
            rows[table] += [{"activator_id": key, column: code} for code in codes]
        rows["enrolment"].append(
            {"network_code": office.network, "external_id": str(key), "activator_id": key}
        )

    def _served(self, home: TerritoryRow) -> str:
        """Choose the commune, its department or its region."""
        levels = [home]
        while (above := levels[-1].parent) is not None:
            levels.append(above)
        return self._draw.choices(levels, weights=(2, 5, 3)[: len(levels)])[0].code


def _ids(draw: Random, count: int) -> list[int]:
    """Draw ids as `new_id` does; in order, for databases take them faster."""
    found: set[int] = set()
    while len(found) < count:
        found.add(draw.getrandbits(ID_BITS - 1) | 1 << (ID_BITS - 1))
    return sorted(found)
