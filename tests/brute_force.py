"""The search as its rules say it: plain loops over the tables, apart from the directory."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from pyproj import Geod
from sqlalchemy import Row, select

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.database import Database

GEOD = Geod(ellps="WGS84")

Filter = Mapping[str, Any]
"""A filter as the wire spells it."""


@dataclass(frozen=True)
class Person:
    """An activator, as the tables tell of it."""

    id: int
    kind: ActivatorKind
    state: ActivatorState
    given_name: str
    family_name: str
    latitude: float | None
    longitude: float | None
    remote: bool
    confirmed_at: datetime | None
    lapsed_at: datetime | None
    left_at: datetime | None
    stars: list[int]
    expertise: frozenset[str]
    sectors: frozenset[str]
    serves: frozenset[str]
    networks: frozenset[str]

    def distance(self, latitude: float, longitude: float) -> float | None:
        """Measure the metres from a place; None for one that is nowhere."""
        if self.latitude is None:
            return None
        return float(GEOD.inv(longitude, latitude, self.longitude, self.latitude)[2])


@dataclass(frozen=True)
class Asker:
    """Who asks: of the rule book, what decides who is seen."""

    member: bool = False
    staff: bool = False
    institution: bool = False
    networks: frozenset[str] = frozenset()

    def sees(self, person: Person) -> bool:
        """All see the active and listed ones but institutions; owners and staff see them all."""
        owner = not self.networks.isdisjoint(person.networks)
        listed = person.lapsed_at is None and person.left_at is None
        exists = (person.state is ActivatorState.ACTIVE and listed) or owner or self.staff
        return exists and (self.member or owner or person.kind is not ActivatorKind.INSTITUTIONAL)

    def weighs(self, person: Person) -> Fraction:
        """Weigh the stars that are seen: with five reviews by all, with fewer by some; else none.

        Nobody sees any of champions and institutions.
        """
        owner = not self.networks.isdisjoint(person.networks)
        unrated = person.kind in (ActivatorKind.CHAMPION, ActivatorKind.INSTITUTIONAL)
        count = sum(person.stars)
        seen = count >= 5 or owner or self.staff or self.institution
        if unrated or not seen or not count:
            return Fraction(0)
        return Fraction(30 + sum(n * each for n, each in enumerate(person.stars, 1)), 10 + count)

    def locates(self, person: Person) -> bool:
        """Only members know where those who sell are."""
        owner = not self.networks.isdisjoint(person.networks)
        sells = person.kind is ActivatorKind.SOLUTION_PROVIDER
        return self.sees(person) and (self.member or owner or not sells)


@dataclass(frozen=True)
class Tables:
    """What the tables hold."""

    people: list[Person]
    parents: Mapping[str, str | None]
    """Of each territory, the one above it."""

    def above(self, code: str) -> list[str]:
        """List the territories above one, the nearest first."""
        parent = self.parents[code]
        return [] if parent is None else [parent, *self.above(parent)]

    def works_in(self, person: Person, code: str) -> bool:
        """Whether one works in a territory: in it, in one above it or in one within it."""
        here = {code, *self.above(code)}
        return any(one in here or code in self.above(one) for one in person.serves)

    @cached_property
    def departments(self) -> dict[int, list[str]]:
        """List for each person the departments where it works."""
        codes = [code for code in self.parents if code.startswith("DEP-")]
        return {one.id: [code for code in codes if self.works_in(one, code)] for one in self.people}

    def keeps(self, filter: Filter, person: Person) -> bool:
        """Whether a filter without text keeps one."""
        return (
            (not filter.get("kinds") or person.kind.value in filter["kinds"])
            and (not filter.get("states") or person.state.value in filter["states"])
            and _any_of(filter.get("expertise"), person.expertise)
            and _any_of(filter.get("sectors"), person.sectors)
            and _any_of(filter.get("networks"), person.networks)
            and (filter.get("serves") is None or self.works_in(person, filter["serves"]))
            and (filter.get("remote") is None or person.remote is filter["remote"])
        )

    def find(self, asker: Asker, filter: Filter) -> list[Person]:
        """Find, in no order."""
        return [one for one in self.people if asker.sees(one) and self.keeps(filter, one)]

    def find_near(
        self, asker: Asker, filter: Filter, place: tuple[float, float], radius: float
    ) -> list[tuple[float, Person]]:
        """Find within a radius in metres, the nearest first, then by id."""
        placed = ((one.distance(*place), one) for one in self.find(asker, filter))
        found = [
            (distance, one)
            for distance, one in placed
            if distance is not None and distance <= radius and asker.locates(one)
        ]
        return sorted(found, key=lambda pair: (pair[0], pair[1].id))


def _any_of(asked: Iterable[str] | None, codes: frozenset[str]) -> bool:
    return not asked or not codes.isdisjoint(asked)


def folded(text: str) -> str:
    """Drop accents and case, as the order by name does."""
    plain = text.casefold().replace("œ", "oe").replace("æ", "ae")
    letters = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


async def read_tables(database: Database) -> Tables:
    """Read them."""
    async with database.read() as session:
        territories = (await session.execute(select(tables.territory))).all()
        rows = (await session.execute(select(tables.activator))).all()
        sets: dict[str, dict[int, set[str]]] = {}
        for name, table, column in (
            ("expertise", tables.activator_expertise, "field_code"),
            ("sectors", tables.activator_sector, "sector_code"),
            ("serves", tables.activator_territory, "territory_code"),
            ("networks", tables.enrolment, "network_code"),
        ):
            codes = sets.setdefault(name, {})
            members = await session.execute(select(table.c.activator_id, table.c[column]))
            for activator_id, code in members:
                codes.setdefault(activator_id, set()).add(code)
    people = [_person(row, sets) for row in rows]
    return Tables(people, {row.code: row.parent_code for row in territories})


def _person(row: Row[Any], sets: Mapping[str, Mapping[int, set[str]]]) -> Person:
    values: dict[str, Any] = {
        name: getattr(row, name) for name in Person.__annotations__ if name not in sets
    }
    for name, codes in sets.items():
        values[name] = frozenset(codes.get(row.id, ()))
    return Person(**values)
