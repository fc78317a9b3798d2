"""A crowd for tests of the search: some hundred invented activators, all over the world."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Table, insert

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.base import ID_BITS
from models.database import Database
from models.revisions import Subject, record_changes
from models.territories import PositionPrecision
from tests.people import siret

Row = dict[str, Any]

NETWORKS = ("adie", "bpifrance", "cci", "cma", "regions")
FIELDS = ("site-internet", "contenus", "paiement-en-ligne", "place-de-marche")
SECTORS = ("A", "C", "F", "G", "U")
TERRITORIES = (
    *("REG-84", "DEP-01", "COM-01283", "DEP-69", "COM-69123", "COM-69381", "REG-94", "DEP-2A"),
    *("COM-2A004", "REG-04", "DEP-974", "COM-97411", "DEP-988", "COM-98611", "REG-11", "COM-75056"),
)
GIVEN_NAMES = ("Élodie", "Zoé", "Jean-Marc", "Ève", "Loïc", "Anaïs", "ÉMILE", "Françoise")
FAMILY_NAMES = ("Le", "Le Roux", "Leroux", "Œuvrard", "d’Almeida", "MARTIN", "Martin-Dupont", "Ça")

STARS: tuple[list[int], ...] = (
    [],
    [0, 0, 0, 0, 3],
    [0, 0, 0, 1, 3],
    [0, 0, 0, 0, 5],
    [1, 0, 2, 4, 9],
    [5, 1, 0, 0, 0],
)
"""Of nobody, of three, of four; of five and more, whose stars everyone sees."""

TIES = ((46.2561, 5.6556), (45.76, 4.85), (-13.3, -176.2), (-16.8, 180.0), (-16.8, -180.0))
"""Places where several stand; the last two are one place."""
POLES = ((90.0, 0.0), (90.0, 120.0), (-90.0, 0.0), (-89.9, -60.0), (89.99, 170.0))
OVERSEAS = (
    (16.2, -61.5),
    (4.9, -52.3),
    (-21.1, 55.5),
    (-12.8, 45.2),
    (-22.3, 166.4),
    (-17.5, -149.5),
)


class Crowd:
    """Rows by table, drawn from a seed: the same seed draws the same crowd."""

    def __init__(self, *, size: int = 400, seed: int = 20261124) -> None:
        """Draw."""
        self._random = np.random.default_rng(seed)
        self.activator_ids = self._ids(size)
        structure_ids = self._ids(size // 5)
        self.rows: dict[Table, list[Row]] = {
            tables.structure: [self._structure(id) for id in structure_ids],
            tables.activator: [self._activator(id, structure_ids) for id in self.activator_ids],
            tables.activator_expertise: self._members("field_code", FIELDS),
            tables.activator_sector: self._members("sector_code", SECTORS),
            tables.activator_territory: self._members("territory_code", TERRITORIES),
            tables.enrolment: [
                {**row, "external_id": f"C-{number}"}
                for number, row in enumerate(self._members("network_code", NETWORKS))
            ],
        }

    async def put(self, database: Database) -> None:
        """Write it into the database, in one transaction."""
        async with database.write() as session:
            for table, rows in self.rows.items():
                await session.execute(insert(table), rows)
            await record_changes(session, Subject.ACTIVATOR, self.activator_ids)

    def _ids(self, count: int) -> list[int]:
        return [int(n) for n in self._random.integers(2 ** (ID_BITS - 1), 2**ID_BITS, count)]

    def _one_of(self, choices: Any) -> Any:
        return choices[int(self._random.integers(len(choices)))]

    def _structure(self, structure_id: int) -> Row:
        place = {"postal_code": "01100", "city": "Oyonnax", "commune_code": "COM-01283"}
        return {"id": structure_id, "siret": siret(), "name": f"Atelier {structure_id}", **place}

    def _activator(self, activator_id: int, structure_ids: list[int]) -> Row:
        position = self._position()
        confirmed = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=int(self._random.integers(9)))
        return {
            "id": activator_id,
            "version": 1,
            "kind": self._one_of(tuple(ActivatorKind)),
            "state": self._one_of((ActivatorState.ACTIVE,) * 8 + tuple(ActivatorState)),
            "given_name": self._one_of(GIVEN_NAMES),
            "family_name": self._one_of(FAMILY_NAMES),
            "publishes_coordinates": False,
            "structure_id": self._one_of(structure_ids),
            "postal_code": "01100",
            "city": "Oyonnax",
            "latitude": position and position[0],
            "longitude": position and position[1],
            "precision": position and self._one_of(tuple(PositionPrecision)),
            "remote": self._one_of((True, False)),
            "languages": ["fr"],
            "profile_references": [],
            "videos": [],
            "confirmed_at": self._one_of((None, confirmed, confirmed, confirmed)),
            "lapsed_at": self._one_of((None,) * 15 + (confirmed,)),
            "left_at": self._one_of((None,) * 15 + (confirmed,)),
            "stars": STARS[activator_id % len(STARS)],
        }

    def _position(self) -> tuple[float, float] | None:
        """Draw a place: most in metropolitan France, some on an edge of the map, some none."""
        draw, at = self._random.random(), self._random.uniform
        if draw < 0.45:
            return at(42.0, 51.0), at(-5.0, 8.5)
        if draw < 0.6:
            return self._one_of(TIES)  # type: ignore[no-any-return]
        if draw < 0.75:
            south, east = self._one_of(OVERSEAS)
            return south + at(-0.2, 0.2), east + at(-0.2, 0.2)
        if draw < 0.85:
            longitude = at(179.8, 180.2)
            return at(-18.0, -12.0), longitude - 360.0 if longitude > 180.0 else longitude
        if draw < 0.9:
            return self._one_of(POLES)  # type: ignore[no-any-return]
        return (at(-90.0, 90.0), at(-180.0, 180.0)) if draw < 0.96 else None

    def _members(self, column: str, codes: tuple[str, ...]) -> list[Row]:
        """Give each activator none to three of the codes."""
        return [
            {"activator_id": activator_id, column: str(code)}
            for activator_id in self.activator_ids
            for code in self._random.choice(codes, int(self._random.integers(4)), replace=False)
        ]
