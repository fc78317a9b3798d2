"""What a search asks for, checked: every code exists, every number is in range."""

import math
from dataclasses import dataclass

from models.activators import ActivatorKind, ActivatorState
from models.geography import HALF_WAY_ROUND
from models.territories import TerritoryLevel
from resolvers.directory.reference import Codes, Reference, T
from resolvers.directory.rows import PositionRow, TerritoryRow
from resolvers.directory.text import MOST_WORDS
from resolvers.directory.words import words_of
from resolvers.refusal import InvalidInput

LONGEST_TEXT = 200
MOST_CODES = 100
NO_WORD = "-"
"""Stands for a text that has no word, such as `!!!`: nobody is found by it."""

MOST_KILOMETRES = math.ceil(HALF_WAY_ROUND / 1000)


@dataclass(frozen=True, slots=True)
class Circle:
    """A centre in degrees and a radius in metres."""

    latitude: float
    longitude: float
    radius: float


@dataclass(frozen=True, slots=True)
class Criteria:
    """A search; an empty set asks for nothing in particular."""

    kinds: frozenset[ActivatorKind] = frozenset()
    states: frozenset[ActivatorState] = frozenset()
    expertise: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()
    serves: str | None = None
    words: tuple[str, ...] = ()
    remote: bool | None = None
    structure_id: int | None = None
    near: Circle | None = None


def criteria(
    reference: Reference,
    *,
    kinds: list[ActivatorKind] | None = None,
    states: list[ActivatorState] | None = None,
    expertise: list[str] | None = None,
    sectors: list[str] | None = None,
    networks: list[str] | None = None,
    serves: str | None = None,
    text: str | None = None,
    remote: bool | None = None,
    near: Circle | None = None,
) -> Criteria:
    """Check a search; raises InvalidInput naming the first field that is wrong."""
    if serves is not None and serves not in reference.territories.numbers:
        raise InvalidInput("filter.serves", serves, "a territory code such as DEP-69")
    return Criteria(
        kinds=frozenset(kinds or ()),
        states=frozenset(states or ()),
        expertise=_codes("filter.expertise", expertise, reference.fields),
        sectors=_codes("filter.sectors", sectors, reference.sectors),
        networks=_codes("filter.networks", networks, reference.networks),
        serves=serves,
        words=_words(text),
        remote=remote,
        near=near,
    )


def _codes(field: str, codes: list[str] | None, known: Codes[T]) -> frozenset[str]:
    if codes and len(codes) > MOST_CODES:
        raise InvalidInput(field, len(codes), f"at most {MOST_CODES} codes")
    for code in codes or ():
        if code not in known.numbers:
            example = known.items[0].code if known.items else "none, for none is known"
            raise InvalidInput(field, code, f"codes that exist, such as {example}")
    return frozenset(codes or ())


def _words(text: str | None) -> tuple[str, ...]:
    """Split a text into different words, the last one typed at the end."""
    if text is None:
        return ()
    if len(text) > LONGEST_TEXT:
        raise InvalidInput("filter.text", len(text), f"at most {LONGEST_TEXT} characters")
    words = tuple(dict.fromkeys(words_of(text)[::-1]))[::-1]
    if len(words) > MOST_WORDS:
        raise InvalidInput("filter.text", len(words), f"at most {MOST_WORDS} different words")
    return words or ((NO_WORD,) if text.strip() else ())


def circle(
    reference: Reference,
    *,
    radius_km: float,
    coordinates: tuple[float, float] | None = None,
    commune_code: str | None = None,
    postal_code: str | None = None,
) -> Circle:
    """Place a circle by (latitude, longitude), by commune or by postal code."""
    if not 0 < radius_km <= MOST_KILOMETRES:
        expected = f"more than 0 and at most {MOST_KILOMETRES} kilometres"
        raise InvalidInput("near.radiusKm", radius_km, expected)
    if coordinates is not None:
        latitude, longitude = checked_coordinates("near.place.coordinates", *coordinates)
    elif commune_code is not None:
        centre = commune_position(reference, "near.place.communeCode", commune_code)
        latitude, longitude = centre.latitude, centre.longitude
    else:
        centre = postal_position(reference, "near.place.postalCode", postal_code or "")
        latitude, longitude = centre.latitude, centre.longitude
    return Circle(latitude, longitude, radius_km * 1000)


def checked_coordinates(field: str, latitude: float, longitude: float) -> tuple[float, float]:
    """Check degrees; 180 and -180 are one meridian."""
    if not -90 <= latitude <= 90:
        raise InvalidInput(f"{field}.latitude", latitude, "between -90 and 90 degrees")
    if not -180 <= longitude <= 180:
        raise InvalidInput(f"{field}.longitude", longitude, "between -180 and 180 degrees")
    return latitude, longitude


def commune_position(reference: Reference, field: str, code: str) -> PositionRow:
    """Find where a commune is, by its INSEE code (`01283`) or territory code (`COM-01283`)."""
    bare = code.removeprefix("COM-")
    found = reference.territories.get(f"COM-{bare}")
    if found is None or found.level is not TerritoryLevel.COMMUNE:
        raise InvalidInput(field, code, "the INSEE code of a commune, such as 01283")
    return _position(field, code, [found])


def postal_position(reference: Reference, field: str, code: str) -> PositionRow:
    """Find where a postal code is: the largest commune that has it."""
    found = reference.by_postal_code.get(code, [])
    if not found:
        raise InvalidInput(field, code, "a postal code that exists, such as 01100")
    return _position(field, code, found)


def _position(field: str, code: str, communes: list[TerritoryRow]) -> PositionRow:
    for commune in communes:
        if commune.position is not None:
            return commune.position
    raise InvalidInput(field, code, "a place whose position is known")
