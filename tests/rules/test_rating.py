"""Stars as numbers: an average to two decimals, and a rank that knows of how many it is made."""

import pytest

from models.reviews import STARS_SHOWN_FROM
from resolvers.directory.rating import UNRATED, StarCountRow, is_rated, rank_of, rating_of


@pytest.mark.parametrize(
    ("stars", "average"),
    [
        ([0, 0, 0, 0, 1], 5.0),
        ([1, 0, 0, 0, 0], 1.0),
        ([0, 0, 1, 1, 1], 4.0),
        ([0, 0, 0, 2, 1], 4.33),
        ([0, 0, 0, 1, 2], 4.67),
        ([7, 1, 0, 0, 0], 1.13),  # 1.125
        ([0, 0, 0, 199, 1], 4.01),  # 4.005
        ([0, 0, 0, 1, 199], 5.0),  # 4.995
    ],
)
def test_an_average_has_two_decimals_and_its_half_is_rounded_up(
    stars: list[int], average: float
) -> None:
    rating = rating_of(stars)

    assert rating is not None
    assert (rating.average, rating.count) == (average, sum(stars))
    assert rating.distribution == tuple(StarCountRow(n, c) for n, c in enumerate(stars, 1))


@pytest.mark.parametrize("stars", [[], [0, 0, 0, 0, 0]])
def test_who_has_no_review_has_no_rating_and_stands_below_all(stars: list[int]) -> None:
    assert rating_of(stars) is None
    assert rank_of(stars) == UNRATED < rank_of([10_000, 0, 0, 0, 0])


def test_five_times_five_do_not_beat_two_hundred_times_nearly_five() -> None:
    assert rank_of([0, 0, 0, 20, 180]) > rank_of([0, 0, 0, 0, 5])


def test_equal_weights_are_equal_keys_however_they_come_about() -> None:
    assert rank_of([0, 0, 1, 0, 0]) == rank_of([0, 0, 7, 0, 0]) == rank_of([1, 0, 0, 0, 1]) == 3.0
    assert rank_of([0, 0, 0, 0, 5]) == rank_of([0, 0, 0, 20, 0])


def test_the_fifth_review_makes_one_rated() -> None:
    assert STARS_SHOWN_FROM == 5
    assert not is_rated([])
    assert not is_rated([1, 1, 1, 1, 0])
    assert is_rated([1, 1, 1, 1, 1])
