"""Clusters: a map shows everyone within its bounds once, alone or with those who stand close."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.territories import PositionPrecision
from tests.brute_force import Person
from tests.people import add_activator
from tests.service import Service
from tests.world import ASKER_NAMES, ASKERS, FILTERS, World, number_of

CLUSTERS = """
query ($bounds: Bounds!, $zoom: Int!, $filter: ActivatorFilter) {
  activatorClusters(bounds: $bounds, zoom: $zoom, filter: $filter) {
    count
    position { latitude longitude precision }
    activator { id position { latitude longitude precision } }
  }
}
"""
MOST = 4_096

LATITUDES = st.floats(-90, 90) | st.sampled_from((-90.0, 41.0, 52.0, 90.0))
LONGITUDES = st.floats(-180, 180) | st.sampled_from((-180.0, -5.0, 9.0, 179.0, -179.0, 180.0))
BOUNDS = st.builds(
    lambda one, other, west, east: {
        "south": min(one, other),
        "north": max(one, other),
        "west": west,
        "east": east,
    },
    LATITUDES,
    LATITUDES,
    LONGITUDES,
    LONGITUDES,
)
WORLD = {"south": -90.0, "west": -180.0, "north": 90.0, "east": 180.0}
PACIFIC = {"south": -20.0, "west": 170.0, "north": -10.0, "east": -170.0}

Bounds = dict[str, float]


def within(bounds: Bounds, one: Person) -> bool:
    """Whether one stands within bounds, across the antimeridian too."""
    if one.latitude is None or one.longitude is None:
        return False
    west, east = bounds["west"], bounds["east"]
    if west <= east:
        in_width = west <= one.longitude <= east
    else:
        in_width = one.longitude >= west or one.longitude <= east
    return in_width and bounds["south"] <= one.latitude <= bounds["north"]


async def clusters(world: World, asker: str = "visitor", **asked: Any) -> list[dict[str, Any]]:
    found = await world.service.data(CLUSTERS, asked, token=world.tokens[asker])
    return list(found["activatorClusters"])


@given(asker=ASKER_NAMES, bounds=BOUNDS, zoom=st.integers(0, 22), filter=FILTERS)
@settings(max_examples=100, deadline=None)
@example(asker="visitor", bounds=WORLD, zoom=0, filter={})
@example(asker="visitor", bounds=WORLD, zoom=22, filter={})
@example(asker="moderator", bounds=PACIFIC, zoom=5, filter={})
async def test_clusters_count_each_one_within_the_bounds_once(
    world: World, asker: str, bounds: Bounds, zoom: int, filter: dict[str, Any]
) -> None:
    people = {
        one.id: one
        for one in world.holds.find(ASKERS[asker], filter)
        if ASKERS[asker].locates(one) and within(bounds, one)
    }

    found = await clusters(world, asker, bounds=bounds, zoom=zoom, filter=filter)

    counts = [cluster["count"] for cluster in found]
    assert sum(counts) == len(people)
    assert counts == sorted(counts, reverse=True)
    assert len(found) <= MOST
    alone = [cluster for cluster in found if cluster["count"] == 1]
    assert all((one["activator"] is not None) == (one["count"] == 1) for one in found)
    for cluster in alone:
        one = people[number_of(cluster["activator"]["id"])]
        assert cluster["position"] == cluster["activator"]["position"]
        assert cluster["position"]["latitude"] == one.latitude
        assert cluster["position"]["longitude"] == one.longitude


async def test_deeper_zooms_separate_all_but_those_of_one_place(world: World) -> None:
    france = {"south": 41.0, "west": -5.5, "north": 51.5, "east": 9.0}
    people = [one for one in world.holds.find(ASKERS["visitor"], {}) if within(france, one)]
    people = [one for one in people if ASKERS["visitor"].locates(one)]
    places = {(one.latitude, one.longitude) for one in people}

    sizes = [len(await clusters(world, bounds=france, zoom=zoom)) for zoom in range(23)]

    assert 1 <= sizes[0] < 4
    assert sizes[0] < sizes[6] < sizes[22]
    assert sizes[10] > len(places) * 0.9


@pytest.mark.parametrize("zoom", [0, 12, 22])
async def test_the_two_sides_of_the_antimeridian_are_one_map(world: World, zoom: int) -> None:
    across = await clusters(world, bounds=PACIFIC, zoom=zoom)
    halves = [
        *(await clusters(world, bounds={**PACIFIC, "east": 180.0}, zoom=zoom)),
        *(await clusters(world, bounds={**PACIFIC, "west": -180.0}, zoom=zoom)),
    ]

    assert sum(one["count"] for one in across) == sum(one["count"] for one in halves) > 10
    assert all(abs(one["position"]["longitude"]) >= 170 for one in across)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"bounds": {**WORLD, "south": 10.0, "north": 9.0}}, "bounds.south"),
        ({"bounds": {**WORLD, "south": -90.1}}, "bounds.south"),
        ({"bounds": {**WORLD, "north": 90.1}}, "bounds.north"),
        ({"bounds": {**WORLD, "west": -180.1}}, "bounds.west"),
        ({"bounds": {**WORLD, "east": 1e300}}, "bounds.east"),
        ({"zoom": -1}, "zoom"),
        ({"zoom": 23}, "zoom"),
        ({"filter": {"serves": "nowhere"}}, "filter.serves"),
    ],
)
async def test_what_is_no_map_is_refused_by_name(
    world: World, asked: dict[str, Any], field: str
) -> None:
    answer = await world.service.ask(CLUSTERS, {"bounds": WORLD, "zoom": 5, **asked})

    assert answer["data"] is None
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": field}


async def test_a_text_filters_the_map(world: World) -> None:
    named = [
        one
        for one in world.holds.find(ASKERS["visitor"], {})
        if one.family_name == "d’Almeida" and ASKERS["visitor"].locates(one) and within(WORLD, one)
    ]

    found = await clusters(world, bounds=WORLD, zoom=3, filter={"text": "almeida"})

    assert named
    assert sum(one["count"] for one in found) == len(named)


async def test_a_cluster_is_as_precise_as_its_least_precise_position(service: Service) -> None:
    precisions = (PositionPrecision.ADDRESS, PositionPrecision.POSTAL_CODE)
    async with service.write() as session:
        for precision in (*precisions, PositionPrecision.COMMUNE):
            await add_activator(session, latitude=46.0, longitude=5.0, precision=precision)
        await add_activator(session, latitude=46.5, longitude=6.0, precision=precisions[0])

    asked = {"bounds": {"south": 45, "west": 4, "north": 47, "east": 7}, "zoom": 12}
    found = (await service.data(CLUSTERS, asked))["activatorClusters"]

    assert [one["count"] for one in found] == [3, 1]
    assert found[0]["position"] == {"latitude": 46, "longitude": 5, "precision": "POSTAL_CODE"}
    assert found[1]["position"]["precision"] == "ADDRESS"


async def test_those_around_a_pole_stand_apart(service: Service) -> None:
    async with service.write() as session:
        for longitude in (-120.0, 0.0, 0.0, 120.0):
            await add_activator(session, latitude=88.0, longitude=longitude)
            await add_activator(session, latitude=-90.0, longitude=longitude)

    found = (await service.data(CLUSTERS, {"bounds": WORLD, "zoom": 4}))["activatorClusters"]

    assert sorted(one["count"] for one in found) == [1, 1, 1, 1, 2, 2]
