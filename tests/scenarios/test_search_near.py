"""Searching by place equals measuring everyone: the same people, order, count and distances."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.brute_force import Person
from tests.crowd import OVERSEAS, POLES, TIES
from tests.world import ASKER_NAMES, ASKERS, FILTERS, World, number_of

LANDMARKS = (*TIES, *POLES, *OVERSEAS, (46.0, 2.0), (-17.0, 179.95), (-17.0, -179.95), (0.0, 0.0))

PLACES = (
    st.tuples(st.floats(-90, 90), st.floats(-180, 180))
    | st.tuples(st.floats(42, 51), st.floats(-5, 8.5))
    | st.sampled_from(LANDMARKS)
    | st.integers(0, 10_000)
)
"""A place, or the number of a person who stands there."""

RADII = (
    st.floats(0.01, 20_000)
    | st.sampled_from((0.01, 30.0, 300.0, 3_000.0, 20_000.0))
    | st.integers(0, 10_000)
)
"""Kilometres, or the number of a person who stands exactly that far."""


def chosen(people: list[Person], number: int) -> tuple[float, float]:
    """Where one of those stands who stand somewhere."""
    placed = [one for one in people if one.latitude is not None]
    one = placed[number % len(placed)]
    assert one.latitude is not None
    assert one.longitude is not None
    return one.latitude, one.longitude


def exactly_to(people: list[Person], place: tuple[float, float], number: int) -> float:
    """The kilometres to one of those who stand somewhere."""
    placed = [one for one in people if one.latitude is not None]
    distance = placed[number % len(placed)].distance(*place)
    assert distance is not None
    return min(max(distance / 1000, 0.01), 20_000.0)


@given(asker=ASKER_NAMES, at=PLACES, within=RADII, filter=FILTERS)
@settings(max_examples=200, deadline=None)
async def test_a_search_near_a_place_finds_whom_measuring_everyone_finds(
    world: World,
    asker: str,
    at: tuple[float, float] | int,
    within: float,
    filter: dict[str, Any],
) -> None:
    people = world.holds.people
    place = chosen(people, at) if isinstance(at, int) else at
    radius = exactly_to(people, place, within) if isinstance(within, int) else within
    expected = world.holds.find_near(ASKERS[asker], filter, place, radius * 1000)

    coordinates = {"latitude": place[0], "longitude": place[1]}
    near = {"place": {"coordinates": coordinates}, "radiusKm": radius}
    edges, total = await world.all(asker, filter=filter, near=near)

    assert [number_of(edge["node"]["id"]) for edge in edges] == [one.id for _, one in expected]
    assert total == len(expected)
    for edge, (distance, _) in zip(edges, expected, strict=True):
        assert abs(edge["distanceKm"] * 1000 - distance) < 1


TOTAL = """
query ($near: Near, $filter: ActivatorFilter) {
  activators(near: $near, filter: $filter) { totalCount }
}
"""


@pytest.mark.parametrize("said", [{"communeCode": "69123"}, {"postalCode": "69001"}])
async def test_a_place_may_be_said_by_commune_or_by_postal_code(
    world: World, said: dict[str, str]
) -> None:
    places = await world.service.data(
        '{ places(search: "Lyon", first: 1) { position { ...at } } } '
        "fragment at on Position { latitude longitude }"
    )
    lyon = places["places"][0]["position"]

    found = await world.all(near={"place": said, "radiusKm": 300})

    assert found[0]
    assert found == await world.all(near={"place": {"coordinates": lyon}, "radiusKm": 300})


async def test_the_radius_is_thirty_kilometres_unless_said_otherwise(world: World) -> None:
    place = {"communeCode": "01283"}

    edges, _ = await world.all(near={"place": place})

    assert edges
    assert edges == (await world.all(near={"place": place, "radiusKm": 30}))[0]


@pytest.mark.parametrize(
    ("near", "field"),
    [
        ({"radiusKm": 0}, "near.radiusKm"),
        ({"radiusKm": -1}, "near.radiusKm"),
        ({"radiusKm": 20_039}, "near.radiusKm"),
        ({"radiusKm": 1e300}, "near.radiusKm"),
        ({"place": {"coordinates": {"latitude": 91, "longitude": 0}}}, "latitude"),
        ({"place": {"coordinates": {"latitude": 0, "longitude": -181}}}, "longitude"),
        ({"place": {"communeCode": "99999"}}, "near.place.communeCode"),
        ({"place": {"communeCode": ""}}, "near.place.communeCode"),
        ({"place": {"communeCode": "REG-84"}}, "near.place.communeCode"),
        ({"place": {"postalCode": "99999"}}, "near.place.postalCode"),
        ({"place": {"postalCode": "011"}}, "near.place.postalCode"),
    ],
)
async def test_what_is_no_circle_on_the_earth_is_refused_by_name(
    world: World, near: dict[str, Any], field: str
) -> None:
    answer = await world.service.ask(TOTAL, {"near": {"place": {"communeCode": "01283"}, **near}})

    told = answer["errors"][0]["extensions"]
    assert answer["data"] is None
    assert told["code"] == "BAD_USER_INPUT"
    assert told["field"].endswith(field)


@pytest.mark.parametrize(
    ("filter", "field"),
    [
        ({"expertise": ["site-internet", "unknown"]}, "filter.expertise"),
        ({"sectors": ["a"]}, "filter.sectors"),
        ({"networks": [""]}, "filter.networks"),
        ({"networks": ["cci"] * 101}, "filter.networks"),
        ({"serves": "69"}, "filter.serves"),
        ({"serves": "COM-99999"}, "filter.serves"),
    ],
)
async def test_a_code_that_does_not_exist_is_refused_by_name(
    world: World, filter: dict[str, Any], field: str
) -> None:
    answer = await world.service.ask(TOTAL, {"filter": filter})

    assert answer["data"] is None
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": field}
