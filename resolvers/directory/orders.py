"""The orders of a list, each as keys that can be compared within and across segments.

Within a segment a key is a number, or a pair of bounds on a number that is exact only where it
is asked for; ties go by id. Across segments and in cursors it is a plain value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum

import numpy as np
import numpy.typing as npt

from resolvers.directory.criteria import Circle
from resolvers.directory.filters import distance_bounds, exact_distances
from resolvers.directory.rating import UNRATED
from resolvers.directory.segment import Rows, Segment

Numbers = npt.NDArray[np.float64] | npt.NDArray[np.int64]
PlainKey = float | int | str


FEW = 100
"""Rows whose distances are measured at once: to bound them first would save nothing."""


class Order(Enum):
    """How a list is ordered; equal rows go by their id, which is drawn at random."""

    DISTANCE = "DISTANCE"
    NAME = "NAME"
    RATING = "RATING"
    RELEVANCE = "RELEVANCE"
    ROTATION = "ROTATION"
    RECENTLY_CONFIRMED = "RECENTLY_CONFIRMED"


@dataclass(frozen=True)
class Keys:
    """The keys of some rows: bounds, and how to be exact about a few of them."""

    lower: Numbers
    upper: Numbers
    exact: Callable[[npt.NDArray[np.intp]], Numbers]
    """Takes places in the rows, gives their exact keys."""


def exactly(keys: Numbers) -> Keys:
    """Take keys that are exact already."""
    return Keys(keys, keys, lambda places: keys[places])


def distance_keys(segment: Segment, rows: Rows, circle: Circle) -> Keys:
    """Order by distance in metres, the nearest first."""
    if len(rows) <= FEW:
        return exactly(exact_distances(segment, rows, circle))
    lower, upper = distance_bounds(segment, rows, circle)
    return Keys(lower, upper, lambda places: exact_distances(segment, rows[places], circle))


def rotation_keys(segment: Segment, rows: Rows, day: date) -> Keys:
    """Shuffle by a hash of the id and the day: everyone is first as often as anyone."""
    seed = np.uint64(day.toordinal())
    return exactly((_mixed(segment.ids[rows].astype(np.uint64), seed) >> np.uint64(11)).view("i8"))


def _mixed(ids: npt.NDArray[np.uint64], seed: np.uint64) -> npt.NDArray[np.uint64]:
    """Mix as SplitMix64 does: each bit of id and day moves half of the bits."""
    with np.errstate(over="ignore"):
        mixed = ids + seed * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def confirmation_keys(segment: Segment, rows: Rows) -> Keys:
    """Order by confirmation, the latest first, those never confirmed last."""
    return exactly(-(segment.confirmed[rows] + 1))


def rating_keys(segment: Segment, rows: Rows, seen: npt.NDArray[np.bool_]) -> Keys:
    """Order by weighed stars, the best first; those whose stars are not seen as if unrated.

    Nothing tells them from those without a review: the key is the same to the sign of its zero.
    """
    return exactly(UNRATED - np.where(seen, segment.ratings[rows], UNRATED))


def name_keys(segment: Segment, rows: Rows) -> Keys:
    """Order by rank within the segment, which stands for the folded name."""
    return exactly(segment.name_ranks[rows])


def name_rank(segment: Segment, name: str, activator_id: int) -> float:
    """Say where a name from another segment or an older page would stand in this one."""
    wanted = name.encode("latin-1")
    names, order = segment.names, segment.by_name
    first = int(np.searchsorted(names, wanted, "left", sorter=order))
    last = int(np.searchsorted(names, wanted, "right", sorter=order))
    same = segment.ids[order[first:last]]
    rank = first + int(np.searchsorted(same, activator_id, "left"))
    stands = first <= rank < last and int(segment.ids[order[rank]]) == activator_id
    return rank if stands else rank - 0.5


def first_after(
    keys: Keys, ids: npt.NDArray[np.int64], count: int, after: tuple[float, int] | None
) -> list[tuple[float | int, int, int]]:
    """Give the first rows after a (key, id), as (key, id, place), at most `count`, in order.

    Only rows whose bounds leave a doubt are asked for their exact key.
    """
    certain = keys.upper if after is None else keys.upper[keys.lower > after[0]]
    possible = np.ones(len(ids), np.bool_) if after is None else keys.upper >= after[0]
    if len(certain) > count:
        possible &= keys.lower <= np.partition(certain, count - 1)[count - 1]
    places = np.flatnonzero(possible)
    exact = keys.exact(places)
    if after is not None:
        later = (exact > after[0]) | ((exact == after[0]) & (ids[places] > after[1]))
        places, exact = places[later], exact[later]
    chosen = _smallest(exact, ids[places], count)
    return [(exact[n].item(), int(ids[places[n]]), int(places[n])) for n in chosen]


def _smallest(exact: Numbers, ids: npt.NDArray[np.int64], count: int) -> Rows:
    """Order the `count` smallest by (key, id), without sorting long runs of equal keys."""
    chosen = np.arange(len(ids))
    if len(chosen) > count:
        last = np.partition(exact, count - 1)[count - 1]
        below, tied = np.flatnonzero(exact < last), np.flatnonzero(exact == last)
        needed = count - len(below)
        if needed < len(tied):
            tied = tied[np.argpartition(ids[tied], needed - 1)[:needed]]
        chosen = np.concatenate([below, tied])
    return chosen[np.lexsort((ids[chosen], exact[chosen]))]


def reversed_keys(keys: Keys) -> Keys:
    """Order the other way round."""
    return Keys(-keys.upper, -keys.lower, lambda places: -keys.exact(places))
