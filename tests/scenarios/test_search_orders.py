"""The orders of a list, their defaults, and their refusals."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from tests.brute_force import Person, folded
from tests.people import add_activator
from tests.service import NOW, Service
from tests.world import ASKER_NAMES, ASKERS, FILTERS, World, number_of

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
EVERYWHERE = {
    "place": {"coordinates": {"latitude": 46.0, "longitude": 2.0}},
    "radiusKm": 20_037,
}


def by_name(one: Person) -> tuple[str, str, int]:
    return folded(one.family_name), folded(one.given_name), one.id


def latest_first(one: Person) -> tuple[float, int]:
    confirmed = one.confirmed_at or LONG_AGO
    return -confirmed.timestamp(), one.id


@given(asker=ASKER_NAMES, filter=FILTERS)
@settings(max_examples=40, deadline=None)
async def test_by_name_is_by_family_name_then_given_name_then_id(
    world: World, asker: str, filter: dict[str, Any]
) -> None:
    expected = sorted(world.holds.find(ASKERS[asker], filter), key=by_name)

    found = await world.ids(asker, filter=filter, orderBy="NAME")

    assert found == [one.id for one in expected]


@given(asker=ASKER_NAMES, filter=FILTERS)
@settings(max_examples=40, deadline=None)
async def test_the_recently_confirmed_come_first_and_those_never_confirmed_last(
    world: World, asker: str, filter: dict[str, Any]
) -> None:
    expected = sorted(world.holds.find(ASKERS[asker], filter), key=latest_first)

    found = await world.ids(asker, filter=filter, orderBy="RECENTLY_CONFIRMED")

    assert found == [one.id for one in expected]


@given(asker=ASKER_NAMES, filter=FILTERS)
@settings(max_examples=40, deadline=None)
async def test_the_best_rated_come_first_and_those_whose_stars_nobody_shows_the_asker_last(
    world: World, asker: str, filter: dict[str, Any]
) -> None:
    found = world.holds.find(ASKERS[asker], filter)
    expected = sorted(found, key=lambda one: (-ASKERS[asker].weighs(one), one.id))

    ids = await world.ids(asker, filter=filter, orderBy="RATING")

    assert ids == [one.id for one in expected]


@given(asker=ASKER_NAMES, filter=FILTERS)
@settings(max_examples=40, deadline=None)
async def test_turns_find_the_same_people_as_any_order(
    world: World, asker: str, filter: dict[str, Any]
) -> None:
    expected = world.holds.find(ASKERS[asker], filter)

    found = await world.ids(asker, filter=filter, orderBy="ROTATION")

    assert sorted(found) == sorted(one.id for one in expected)


async def test_turns_are_the_same_all_day_and_others_the_next_day(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at(moment: datetime) -> list[int]:
        monkeypatch.setattr(world.service.clock, "now", moment)
        return await world.ids(orderBy="ROTATION")

    morning = await at(datetime(2026, 11, 24, tzinfo=UTC))
    evening = await at(datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC))
    next_day = await at(datetime(2026, 11, 25, tzinfo=UTC))

    assert evening == morning
    assert next_day != morning
    assert sorted(next_day) == sorted(morning)


async def test_over_many_days_each_comes_first_about_as_often(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    filter = {"serves": "COM-98611", "kinds": ["ADVISER", "CHAMPION"]}
    people = [one.id for one in world.holds.find(ASKERS["visitor"], filter)]
    turns = 100

    firsts: Counter[int] = Counter()
    for day in range(turns * len(people)):
        monkeypatch.setattr(world.service.clock, "now", NOW + timedelta(days=day))
        page = await world.page(filter=filter, orderBy="ROTATION", first=1)
        firsts[number_of(page["edges"][0]["node"]["id"])] += 1

    assert len(people) > 3
    assert set(firsts) == set(people)
    assert all(turns * 0.6 < count < turns * 1.4 for count in firsts.values())


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ({}, "ROTATION"),
        ({"near": EVERYWHERE}, "DISTANCE"),
        ({"filter": {"text": "martin"}}, "RELEVANCE"),
        ({"filter": {"text": "martin"}, "near": EVERYWHERE}, "RELEVANCE"),
        ({"filter": {"text": "  "}}, "ROTATION"),
    ],
)
async def test_by_default_the_order_fits_what_is_asked(
    world: World, asked: dict[str, Any], order: str
) -> None:
    by_default = await world.ids(**asked)

    assert by_default
    assert by_default == await world.ids(**asked, orderBy=order)


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ({}, "DISTANCE"),
        ({"filter": {"text": "martin"}}, "DISTANCE"),
        ({}, "RELEVANCE"),
        ({"near": EVERYWHERE}, "RELEVANCE"),
        ({"filter": {"text": "  "}}, "RELEVANCE"),
    ],
)
async def test_an_order_without_what_it_orders_by_is_refused(
    world: World, asked: dict[str, Any], order: str
) -> None:
    query = """
    query ($filter: ActivatorFilter, $near: Near, $orderBy: ActivatorOrder) {
      activators(filter: $filter, near: $near, orderBy: $orderBy) { totalCount }
    }
    """

    answer = await world.service.ask(query, {**asked, "orderBy": order})

    assert answer["data"] is None
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "orderBy"}


async def test_the_distance_is_told_in_every_order_of_a_search_by_place(world: World) -> None:
    expected = world.holds.find_near(ASKERS["visitor"], {}, (46.0, 2.0), 300_000)
    distances = {one.id: distance for distance, one in expected}

    edges, _ = await world.all(near={**EVERYWHERE, "radiusKm": 300}, orderBy="NAME")

    assert [number_of(edge["node"]["id"]) for edge in edges] == [
        one.id for _, one in sorted(expected, key=lambda pair: by_name(pair[1]))
    ]
    for edge in edges:
        distance = distances[number_of(edge["node"]["id"])]
        assert edge["distanceKm"] * 1000 == pytest.approx(distance, abs=1)


async def test_names_that_begin_alike_are_ordered_by_family_first(service: Service) -> None:
    async with service.write() as session:
        await add_activator(session, family_name="Le Roux", given_name="Anne")
        await add_activator(session, family_name="Le", given_name="Zoé")
        await add_activator(session, family_name="Léa", given_name="Béa")
        await add_activator(session, family_name="LE", given_name="Éric")

    found = await service.data("{ activators(orderBy: NAME) { nodes { displayName } } }")

    names = [one["displayName"] for one in found["activators"]["nodes"]]
    assert names == ["Éric LE", "Zoé Le", "Anne Le Roux", "Béa Léa"]
