"""Inventing the people of an invented structure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Table

from models.activators import ActivatorState
from models.territories import PositionPrecision
from resolvers.directory.reference import Reference
from resolvers.directory.rows import TerritoryRow
from resolvers.directory.words import words_of
from resolvers.seed_structures import (
    InventedStructure,
    Words,
    at_city,
    drawn_id,
    draws_of,
    kind_of,
)

STATES = {
    ActivatorState.ACTIVE: 88,
    ActivatorState.PENDING: 6,
    ActivatorState.SUSPENDED: 3,
    ActivatorState.WITHDRAWN: 3,
}
"""How many of 100 people stand where."""

FICTION = ("0199001", "0261911", "0353011", "0465711", "0536491", "0639981", "0639982", "0639983")
"""Beginnings of numbers that the regulator (ARCEP) keeps free, for films and trials."""

A_STREET = 0.003
"""Degrees: how far from its commune's centre an address stands, about 300 m."""


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """An activator, as rows of the tables."""

    row: dict[str, Any]
    external_id: str
    networks: tuple[str, ...]
    codes: tuple[list[str], list[str], list[str]]
    """Expertise, sectors, territories served."""
    acceptance: dict[str, Any] | None
    """That it accepted the charter, if it is no longer pending; by account 0, for it has none."""
    helped: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    """What companies asked it and said of it, as rows by table."""


class People:
    """Invents the people of structures; `today` is when the last of them confirmed its page."""

    def __init__(self, reference: Reference, words: Words, today: datetime) -> None:
        """Take the places and the words."""
        self._reference = reference
        self._words = words
        self._today = today

    def invent(self, number: int, structure: InventedStructure) -> InventedPerson:
        """Invent the person of this number, who works in this structure."""
        draws = draws_of("person", number)
        row = {
            "id": drawn_id(draws),
            "version": 1,
            "stars": [],
            "kind": kind_of(structure),
            "structure_id": structure.row["id"],
            **{name: structure.row[name] for name in ADDRESS},
            **self._identity(draws, number, structure),
            **self._standing(draws, structure),
            **self._position(draws, structure.commune),
            **self._profile(draws, structure),
        }
        codes = (
            self._expertise(draws, structure),
            sorted(draws.sample(structure.trade["sectors"], draws.randint(0, 2))),
            [self._served(draws, structure.commune)],
        )
        name, acceptance = f"demo-{number + 1:06}", self._acceptance(number, row)
        return InventedPerson(row, name, structure.networks, codes, acceptance)

    def _acceptance(self, number: int, row: dict[str, Any]) -> dict[str, Any] | None:
        if row["state"] is ActivatorState.PENDING:
            return None
        drawn = {"id": drawn_id(draws_of("acceptance", number)), "account_id": 0}
        return {**drawn, "activator_id": row["id"], "accepted_at": self._today}

    def _identity(self, draws: Random, number: int, structure: InventedStructure) -> dict[str, Any]:
        given, family = self._names(draws, structure.commune)
        address = "-".join([*words_of(given), *words_of(family)])
        return {
            "given_name": given,
            "family_name": family,
            "email": f"{address}.{number + 1}@example.org",
            "phone": f"+33{draws.choice(FICTION)[1:]}{draws.randrange(1000):03}",
            "publishes_coordinates": draws.random() < 0.3,
        }

    def _names(self, draws: Random, commune: TerritoryRow) -> tuple[str, str]:
        """Name it as in its region once in three times; else as anywhere."""
        department = commune.department()
        region = department.parent.code if department and department.parent else ""
        regional = self._words["regional"].get(region)
        words = regional if regional and draws.random() < 1 / 3 else self._words
        return draws.choice(words["given"]), draws.choice(words["family"])

    def _standing(self, draws: Random, structure: InventedStructure) -> dict[str, Any]:
        (state,) = draws.choices([*STATES], [*STATES.values()])
        state = ActivatorState.ACTIVE if structure.exemplary else state
        days = (draws.randint(1, 365) + 1) // 2
        ago = timedelta(days=days, seconds=-draws.randint(7 * 3600, 19 * 3600))
        pending = state is ActivatorState.PENDING
        return {"state": state, "confirmed_at": None if pending else self._today - ago}

    def _position(self, draws: Random, commune: TerritoryRow) -> dict[str, Any]:
        """Stand where the commune does, or in a street near by."""
        shift = draws.gauss(0, A_STREET), draws.gauss(0, A_STREET)
        in_a_street = draws.random() < 0.7  # drawn in any case, for the draws that follow
        located = commune.position
        if located is None:
            return dict.fromkeys(("latitude", "longitude", "precision"))
        street = located.precision is PositionPrecision.COMMUNE and in_a_street
        return {
            "latitude": round(located.latitude + shift[0], 5) if street else located.latitude,
            "longitude": round(located.longitude + shift[1], 5) if street else located.longitude,
            "precision": PositionPrecision.ADDRESS if street else located.precision,
        }

    def _profile(self, draws: Random, structure: InventedStructure) -> dict[str, Any]:
        trade, details, city = structure.trade, self._words["details"], structure.row["city"]
        name = "-".join(words_of(structure.row["name"]))
        headline = draws.choice(trade["headlines"]).format(city=at_city(city), place=city)
        closings = trade.get("closings", details["closings"])
        presentation = f"{draws.choice(trade['presentations'])} {draws.choice(closings)}"
        quoted = draws.sample(details["references"], draws.choice([0, 0, 1, 1, 2]))
        shown = draws.sample(details["videos"], draws.choice([0, 0, 0, 1]))
        return {
            "headline": headline,
            "presentation": presentation if draws.random() < 0.9 else None,
            "website_url": f"https://www.example.org/{name}" if draws.random() < 0.8 else None,
            "remote": draws.random() < 0.5,
            "pricing": draws.choice(trade["pricing"]) if trade["pricing"] else None,
            "languages": draws.choice(details["languages"]),
            "profile_references": [
                {"title": title, "url": f"{WORK}/{'-'.join(words_of(title))}", "description": text}
                for title, text in quoted
            ],
            "videos": [
                {"title": title, "url": f"{FILMS}/{'-'.join(words_of(title))}.mp4"}
                for title in shown
            ],
        }

    def _expertise(self, draws: Random, structure: InventedStructure) -> list[str]:
        """Choose among the fields of the trade; the first is what it is about."""
        first, *others = structure.trade["fields"]
        some = draws.sample(others, draws.randint(1, min(3, len(others))))
        leading = structure.exemplary or first == "financement" or draws.random() < 0.6
        return sorted({first, *some} if leading else some)

    def _served(self, draws: Random, commune: TerritoryRow) -> str:
        """Choose the department, now and then the region or the commune alone."""
        department = commune.department() or commune
        region = department.parent or department
        (served,) = draws.choices([department, region, commune], [60, 25, 15])
        return served.code


ADDRESS = ("address_line", "postal_code", "city", "commune_code")
WORK = "https://www.example.org/references"
FILMS = "https://www.example.org/videos"
