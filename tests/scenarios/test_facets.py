"""Facets: what narrowing the search to a value would find, for every value."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.brute_force import Person, Tables
from tests.world import ASKER_NAMES, ASKERS, FILTERS, World

FACETS = """
query ($filter: ActivatorFilter, $near: Near) {
  activators(filter: $filter, near: $near) {
    facets {
      kinds { kind count }
      expertise { field { code } count }
      networks { network { code } count }
      departments { territory { code } count }
    }
  }
}
"""
TOTAL = """
query ($filter: ActivatorFilter, $near: Near) {
  activators(filter: $filter, near: $near) { totalCount }
}
"""
NEAR = st.none() | st.builds(
    lambda place, radius: {"place": {"coordinates": place}, "radiusKm": radius},
    st.sampled_from(({"latitude": 46.2, "longitude": 5.6}, {"latitude": -16.8, "longitude": 180})),
    st.sampled_from((200.0, 2_000.0, 20_000.0)),
)
SAMPLE = st.integers(0, 10_000)

Counts = dict[str, int]


async def facets(world: World, asker: str, **variables: Any) -> dict[str, Counts]:
    """The counts of each facet by value, as the wire tells them."""
    found = await world.service.data(FACETS, variables, token=world.tokens[asker])
    told = found["activators"]["facets"]
    return {
        "kinds": {one["kind"]: one["count"] for one in told["kinds"]},
        "expertise": {one["field"]["code"]: one["count"] for one in told["expertise"]},
        "networks": {one["network"]["code"]: one["count"] for one in told["networks"]},
        "serves": {one["territory"]["code"]: one["count"] for one in told["departments"]},
    }


def found(
    tables: Tables, asker: str, filter: dict[str, Any], near: dict[str, Any] | None
) -> list[Person]:
    """Whom plain loops find."""
    if near is None:
        return tables.find(ASKERS[asker], filter)
    place = near["place"]["coordinates"]
    at = place["latitude"], place["longitude"]
    return [one for _, one in tables.find_near(ASKERS[asker], filter, at, near["radiusKm"] * 1000)]


def values_of(tables: Tables, facet: str, one: Person) -> list[str]:
    """The values of a facet among which one counts."""
    return {
        "kinds": [one.kind.value],
        "expertise": list(one.expertise),
        "networks": list(one.networks),
        "serves": tables.departments[one.id],
    }[facet]


@given(asker=ASKER_NAMES, filter=FILTERS, near=NEAR)
@settings(max_examples=60, deadline=None)
async def test_a_facet_counts_those_whom_all_other_filters_keep_and_leaves_out_zeros(
    world: World, asker: str, filter: dict[str, Any], near: dict[str, Any] | None
) -> None:
    tables = world.holds

    told = await facets(world, asker, filter=filter, near=near)

    for facet, counts in told.items():
        others = {name: value for name, value in filter.items() if name != facet}
        people = found(tables, asker, others, near)
        assert counts == Counter(value for one in people for value in values_of(tables, facet, one))


@given(asker=ASKER_NAMES, filter=FILTERS, near=NEAR, pick=SAMPLE)
@settings(max_examples=60, deadline=None)
async def test_a_facet_counts_what_the_search_narrowed_to_its_value_finds(
    world: World, asker: str, filter: dict[str, Any], near: dict[str, Any] | None, pick: int
) -> None:
    told = await facets(world, asker, filter=filter, near=near)

    for facet, counts in told.items():
        if counts:
            value = sorted(counts)[pick % len(counts)]
            narrowed = {**filter, facet: value if facet == "serves" else [value]}
            asked = {"filter": narrowed, "near": near}
            answer = await world.service.data(TOTAL, asked, token=world.tokens[asker])
            assert answer["activators"]["totalCount"] == counts[value]


async def test_a_text_narrows_the_facets_too(world: World) -> None:
    text = {"text": "almeida"}
    named = [
        one for one in world.holds.find(ASKERS["visitor"], {}) if one.family_name == "d’Almeida"
    ]

    told = await facets(world, "visitor", filter=text)

    assert named
    assert told["kinds"] == Counter(one.kind.value for one in named)


async def test_facets_stand_in_the_order_of_their_reference(world: World) -> None:
    told = await facets(world, "moderator")
    query = "{ expertiseFields { code } networks { code } }"
    reference = await world.service.data(query)

    fields = [one["code"] for one in reference["expertiseFields"]]
    networks = [one["code"] for one in reference["networks"]]
    assert list(told["expertise"]) == [code for code in fields if code in told["expertise"]]
    assert list(told["networks"]) == [code for code in networks if code in told["networks"]]
    assert list(told["serves"]) == sorted(told["serves"])
