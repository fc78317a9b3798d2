"""What stars make of an activator: its rating, and its rank among others (charter, article 4).

Stars are five counts, of the published reviews of one star, of two, and so on; or nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.reviews import FEWEST_STARS, STARS_SHOWN_FROM

PRIOR_REVIEWS, PRIOR_STARS = 10, 30
"""What everybody is taken to have beside its own: ten reviews of three stars. They are the same
whatever others have: a mean of the directory would tell of stars that nobody may see."""

UNRATED = 0.0
"""Below every rank."""


@dataclass(frozen=True, slots=True)
class StarCountRow:
    """How many reviews give so many stars."""

    stars: int
    count: int


@dataclass(frozen=True, slots=True)
class Rating:
    """The stars of an activator: `average` to two decimals, half rounded up."""

    average: float
    count: int
    distribution: tuple[StarCountRow, ...]


def is_rated(stars: Sequence[int]) -> bool:
    """Say whether there are enough reviews for everyone to see their stars."""
    return sum(stars) >= STARS_SHOWN_FROM


def rating_of(stars: Sequence[int]) -> Rating | None:
    """Make a rating of the counts; None where there is no review."""
    count = sum(stars)
    if not count:
        return None
    hundredths = (200 * _total(stars) + count) // (2 * count)
    counted = tuple(StarCountRow(*one) for one in enumerate(stars, start=FEWEST_STARS))
    return Rating(hundredths / 100, count, counted)


def rank_of(stars: Sequence[int]) -> float:
    """Weigh the average by how many reviews it is of: five times 5 is not two hundred times 4.9."""
    count = sum(stars)
    return (PRIOR_STARS + _total(stars)) / (PRIOR_REVIEWS + count) if count else UNRATED


def _total(stars: Sequence[int]) -> int:
    return sum(each * count for each, count in enumerate(stars, start=FEWEST_STARS))
