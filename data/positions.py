"""Give each commune a position: that of the listed place, else a mean over its neighbours."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.sources import Commune, Place

NEIGHBOUR_KM = 15.0
EARTH_RADIUS_KM = 6371.0
PRECISION = {  # by the way a position was found, best first
    "listed": "COMMUNE",
    "postal code": "POSTAL_CODE",
    "intercommunality": "INTERCOMMUNALITY",
    "first four digits": "DEPARTMENT",
    "department": "DEPARTMENT",
}

Claims = Mapping[Commune, Sequence[Place]]
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Position:
    """Degrees (WGS 84), and the way they were found: a key of PRECISION."""

    latitude: float
    longitude: float
    way: str


def vector(place: Place | Position) -> Vector:
    """Put a position on the unit sphere, where means and distances know no antimeridian."""
    north, east = math.radians(place.latitude), math.radians(place.longitude)
    flat = math.cos(north)
    return np.array([flat * math.cos(east), flat * math.sin(east), math.sin(north)])


def mean_position(places: Iterable[Place], way: str) -> Position:
    """Average places as vectors; five decimals of a degree are about a metre."""
    x, y, z = np.sum([vector(place) for place in places], axis=0)
    latitude, longitude = math.atan2(z, math.hypot(x, y)), math.atan2(y, x)
    return Position(round(math.degrees(latitude), 5), round(math.degrees(longitude), 5), way)


def nearest_km(origin: Vector, others: Sequence[Vector]) -> float:
    """Measure the way to the nearest of the others, over a round earth."""
    return EARTH_RADIUS_KM * math.acos(min(1.0, float(np.max(np.array(others) @ origin))))


def remoteness_km(
    claims: Claims, known: Mapping[Commune, Place]
) -> dict[tuple[Commune, Place], float]:
    """Measure each claim's way to the nearest place known in its intercommunality.

    In its department where none is known there; infinite where none is known at all.
    """
    around = defaultdict(list)
    for commune, place in known.items():
        for key in {commune.intercommunality or commune.department, commune.department}:
            around[key].append((commune, vector(place)))
    remoteness = {}
    for commune, places in claims.items():
        keys = (commune.intercommunality or commune.department, commune.department)
        neighbours = ([v for other, v in around[key] if other is not commune] for key in keys)
        others = next(filter(None, neighbours), None)
        for place in places:
            km = nearest_km(vector(place), others) if others else math.inf
            remoteness[commune, place] = km
    return remoteness


def settle(claims: Claims, known: Mapping[Commune, Place]) -> dict[Commune, Place]:
    """Give each place to one commune, the least remote claim first.

    In metropolitan France the list names the region only, and homonyms abound: there a claim
    with no known neighbour within NEIGHBOUR_KM is not believed.
    """
    settled: dict[Commune, Place] = {}
    taken = set()
    remoteness = remoteness_km(claims, known)
    for (commune, place), km in sorted(remoteness.items(), key=lambda item: item[1]):
        believed = km <= NEIGHBOUR_KM or commune.area == commune.department
        if believed and commune not in settled and place not in taken:
            settled[commune] = place
            taken.add(place)
    return settled


def find_listed(communes: Iterable[Commune], places: Iterable[Place]) -> dict[Commune, Place]:
    """Find the communes that the list holds: the undisputed claims vouch for the others."""
    named = defaultdict(list)
    for place in places:
        named[place.area, place.alias].append(place)
    claims = {c: [p for name in sorted(c.aliases) for p in named[c.area, name]] for c in communes}
    claimants = Counter(place for found in claims.values() for place in found)
    undisputed = {
        commune: found
        for commune, found in claims.items()
        if len(found) == 1 and claimants[found[0]] == 1
    }
    return settle(claims, settle(undisputed, {c: found[0] for c, found in undisputed.items()}))


def circles(commune: Commune) -> dict[str, list[str]]:
    """Name those with whom an unlisted commune shares its position, by way, closest first."""
    return {
        "postal code": list(commune.postal_codes),
        "intercommunality": [commune.intercommunality] if commune.intercommunality else [],
        "first four digits": [commune.department + code[:4] for code in commune.postal_codes],
        "department": [commune.department],
    }


def locate(communes: Iterable[Commune], places: Iterable[Place]) -> dict[Commune, Position]:
    """Locate the communes, each by the first way that finds a place; a few have none."""
    communes = list(communes)
    listed = find_listed(communes, places)
    members = defaultdict(list)
    for commune, place in listed.items():
        for way, names in circles(commune).items():
            for name in names:
                members[way, name].append(place)
    located = {commune: mean_position([place], "listed") for commune, place in listed.items()}
    for commune in communes:
        for way, names in circles(commune).items():
            shared = dict.fromkeys(place for name in names for place in members[way, name])
            if shared and commune not in located:
                located[commune] = mean_position(shared, way)
    return located
