"""Distances and boxes on the Earth, against the exact geodesic."""

import numpy as np
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pyproj import Geod

from models.geography import (
    FAR,
    HALF_WAY_ROUND,
    Box,
    boxes_around,
    cartesian,
    geodesic,
    geodesic_bounds,
    split,
)

GEOD = Geod(ellps="WGS84")
LATITUDES = st.floats(-90, 90) | st.sampled_from((-90.0, -89.999, 0.0, 1e-9, 89.999, 90.0))
LONGITUDES = st.floats(-180, 180) | st.sampled_from((-180.0, -179.999, 0.0, 179.999, 180.0))
PLACES = st.tuples(LATITUDES, LONGITUDES)
RADII = st.floats(0.01, FAR) | st.floats(FAR, HALF_WAY_ROUND)
AZIMUTHS = np.arange(0.0, 360.0, 5.0)


def exact(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(GEOD.inv(one[1], one[0], other[1], other[0])[2])


def bounds(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    places = cartesian(np.array([one[0], other[0]]), np.array([one[1], other[1]]))
    lower, upper = geodesic_bounds(places[0], places[1:])
    return float(lower[0]), float(upper[0])


def inside(box: Box, latitude: float, longitude: float) -> bool:
    return box.west <= longitude <= box.east and box.south <= latitude <= box.north


@given(PLACES, PLACES)
@example((0.0, 0.0), (0.0, 180.0))
@example((0.0, 0.0), (0.5, 179.7))
@example((90.0, 0.0), (-90.0, 0.0))
@example((46.0, 2.0), (46.0, 2.0))
def test_the_geodesic_lies_between_its_bounds(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    lower, upper = bounds(one, other)

    assert lower <= exact(one, other) <= upper <= HALF_WAY_ROUND + 1


@given(PLACES, st.floats(0, 360), st.floats(0, 1_000_000))
def test_the_bounds_leave_few_to_measure(
    one: tuple[float, float], azimuth: float, distance: float
) -> None:
    longitude, latitude, _ = GEOD.fwd(one[1], one[0], azimuth, distance)

    lower, upper = bounds(one, (latitude, longitude))

    assert upper - lower < 0.003 + 0.0001 * distance


@given(PLACES, st.lists(PLACES, max_size=5))
def test_many_distances_are_measured_at_once_and_exactly(
    one: tuple[float, float], others: list[tuple[float, float]]
) -> None:
    latitudes, longitudes = np.array(others, dtype=np.float64).reshape(-1, 2).T

    assert geodesic(*one, latitudes, longitudes).tolist() == [exact(one, to) for to in others]


@given(PLACES, RADII)
@example((89.0, 0.0), 200_000.0)
@example((71.9, 179.99), 1_999_999.0)
@example((-17.0, 180.0), 10.0)
def test_the_boxes_around_a_place_hold_all_within_the_radius(
    place: tuple[float, float], radius: float
) -> None:
    boxes = boxes_around(*place, radius)

    starts = np.full(len(AZIMUTHS), place[1]), np.full(len(AZIMUTHS), place[0])
    for part in (1.0, 0.999, 0.5):
        longitudes, latitudes, _ = GEOD.fwd(
            *starts, AZIMUTHS, np.full(len(AZIMUTHS), radius * part)
        )
        for latitude, longitude in zip(latitudes, longitudes, strict=True):
            assert any(inside(box, latitude, longitude) for box in boxes)


@given(PLACES, RADII, PLACES)
def test_a_place_within_the_radius_is_in_one_box_around(
    place: tuple[float, float], radius: float, other: tuple[float, float]
) -> None:
    assume(exact(place, other) <= radius)

    found = [box for box in boxes_around(*place, radius) if inside(box, *other)]

    assert found
    assert len(found) == 1 or abs(other[1]) == 180


@given(PLACES, RADII)
def test_boxes_are_on_the_map(place: tuple[float, float], radius: float) -> None:
    for box in boxes_around(*place, radius):
        assert -180 <= box.west <= box.east <= 180
        assert -90 <= box.south <= box.north <= 90


@given(PLACES, st.floats(0.01, 1_000))
def test_a_small_circle_has_small_boxes(place: tuple[float, float], radius: float) -> None:
    assume(abs(place[0]) < 60)

    boxes = boxes_around(*place, radius)

    assert sum(box.east - box.west for box in boxes) < 0.1


@given(LATITUDES, LONGITUDES, LONGITUDES, LONGITUDES)
def test_a_box_from_east_to_west_is_cut_at_the_antimeridian(
    latitude: float, west: float, east: float, longitude: float
) -> None:
    assume(abs(longitude) < 180)  # one meridian with two names

    boxes = split(west, latitude, east, latitude)

    within = west <= longitude <= east if west <= east else longitude >= west or longitude <= east
    assert any(inside(box, latitude, longitude) for box in boxes) == within
    assert len(boxes) == (1 if west <= east else 2)
    assert all(box.west <= box.east for box in boxes)


def test_a_box_that_runs_past_the_antimeridian_is_cut_there() -> None:
    assert split(-190, -1, -170, 1) == [Box(170, -1, 180, 1), Box(-180, -1, -170, 1)]
    assert split(170, -1, 190, 1) == [Box(170, -1, 180, 1), Box(-180, -1, -170, 1)]
    assert split(-300, -1, 60, 1) == [Box(-180, -1, 180, 1)]
    assert split(-180, -1, 180, 1) == [Box(-180, -1, 180, 1)]
