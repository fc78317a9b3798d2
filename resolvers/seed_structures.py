"""Inventing structures: each a number, from which all the rest follows."""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import Any

from stdnum import luhn

from models.activators import ActivatorKind
from models.base import ID_BITS
from models.territories import TerritoryLevel
from resolvers.directory.reference import Reference
from resolvers.directory.rows import TerritoryRow

SIREN_SERIES = "29"
"""What the SIREN of an invented structure begins with; we know of no real one there."""

SIRENS = 10**6
"""How many SIREN the series has; each may have several establishments."""

Words = dict[str, Any]


@dataclass(frozen=True, slots=True)
class InventedStructure:
    """A structure, as a row of its table, with what its people have in common."""

    number: int
    row: dict[str, Any]
    trade: Words
    commune: TerritoryRow
    networks: tuple[str, ...]
    exemplary: bool
    """One of the first: its people are active and build websites, for the examples."""


def draws_of(kind: str, number: int) -> Random:
    """Draw the same for the same thing on every database, however many there are."""
    return Random(f"maillage {kind} {number}")  # noqa: S311  nothing here is secret


def drawn_id(draws: Random) -> int:
    """Draw an identifier of the same form as `models.base.new_id`."""
    return draws.getrandbits(ID_BITS - 1) | 1 << (ID_BITS - 1)


def invented_siret(number: int) -> str:
    """Give a SIRET whose two checksums hold; each number has its own."""
    siren = f"{SIREN_SERIES}{number % SIRENS:06}"
    siren += luhn.calc_check_digit(siren)
    siret = f"{siren}{1 + number // SIRENS:04}"
    return siret + str(luhn.calc_check_digit(siret))


def at_city(name: str) -> str:
    """Put the preposition: à Oyonnax, au Havre, aux Abymes."""
    for article, preposition in (("Le ", "au "), ("Les ", "aux ")):
        if name.startswith(article):
            return preposition + name.removeprefix(article)
    return f"à {name}"


def city_of(commune: TerritoryRow) -> str:
    """Name the city of a commune, or of a municipal district."""
    parent = commune.parent
    district = parent is not None and parent.level is TerritoryLevel.COMMUNE
    return parent.name if district and parent is not None else commune.name


class Structures:
    """Invents structures in real communes, as many as these have inhabitants."""

    def __init__(self, reference: Reference, words: Words) -> None:
        """Take the places and the words."""
        self._reference = reference
        self._words = words

    def invent(self, number: int) -> InventedStructure:
        """Invent the structure of this number."""
        draws = draws_of("structure", number)
        identifier = drawn_id(draws)
        first: list[str] = self._words["places"]["first"]
        exemplary = number < len(first)
        commune = self._commune(draws, f"COM-{first[number]}" if exemplary else None)
        trades = self._words["trades"]
        (trade,) = draws.choices(trades, [one["weight"] for one in trades])
        trade = trades[0] if exemplary else trade
        city = city_of(commune)
        name = draws.choice(trade["structures"])
        street = draws.choice(self._words["places"]["streets"])
        row = {
            "id": identifier,
            "siret": invented_siret(number),
            "name": name.format(place=city, family=draws.choice(self._words["family"])),
            "legal_form": draws.choice(trade["legal_forms"]),
            "address_line": f"{draws.randint(1, 120)} {street}",
            "postal_code": draws.choice(commune.postal_codes),
            "city": city,
            "commune_code": commune.code,
        }
        some = draws.sample(trade["networks"], 2 if draws.random() < 0.2 else 1)
        networks = tuple(sorted({"cci", *some[1:]} if number == 0 else some))
        return InventedStructure(number, row, trade, commune, networks, exemplary)

    def _commune(self, draws: Random, code: str | None) -> TerritoryRow:
        communes, weights = self._inhabited
        (drawn,) = draws.choices(communes, cum_weights=weights)
        return drawn if code is None else self._reference.territories[code]

    @cached_property
    def _inhabited(self) -> tuple[list[TerritoryRow], list[int]]:
        """List the communes, districts in the place of their city, and their people so far."""
        territories = self._reference.territories.items
        cities = {one.parent.code for one in territories if one.parent and _is_commune(one.parent)}
        communes = [
            one
            for one in territories
            if _is_commune(one)
            and one.code not in cities
            and one.population
            and one.position
            and one.postal_codes
        ]
        return communes, list(accumulate(one.population or 0 for one in communes))


def _is_commune(territory: TerritoryRow) -> bool:
    return territory.level is TerritoryLevel.COMMUNE


def kind_of(structure: InventedStructure) -> ActivatorKind:
    """Say of what kind its people are."""
    return ActivatorKind(structure.trade["kind"])
