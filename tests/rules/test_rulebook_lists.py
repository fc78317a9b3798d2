"""The rule book in whole lists, counts, facets, clusters and searches, for each viewer."""

from collections import Counter
from typing import Any

import pytest

from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from tests.rules.charter import CELLS, KINDS, VIEWERS, Cell, allowed
from tests.rules.world import NETWORK, World, add_account_with

FACETS = """
fragment Counted on ActivatorConnection {
  totalCount
  nodes { id }
  facets {
    kinds { kind count }
    expertise { field { code } count }
    networks { network { code } count }
    departments { territory { code } count }
  }
}
"""
LISTS = """
query Lists {
  all: activators(filter: {networks: ["cci"]}, first: 100) { ...Counted }
  text: activators(filter: {networks: ["cci"], text: "camille"}, first: 100) { ...Counted }
  near: activators(
    filter: {networks: ["cci"]}, first: 100
    near: {place: {coordinates: {latitude: 45.3, longitude: 4.4}}, radiusKm: 200}
  ) { ...Counted }
  structures: activators(filter: {networks: ["cci"]}, first: 100) {
    nodes { structure { activators(first: 2) { totalCount nodes { id } } } }
  }
}
"""
LISTS += FACETS

BY_KIND = """
query ByKind($kinds: [ActivatorKind!]) {
  activators(filter: {networks: ["cci"], kinds: $kinds}, first: 100) { ...Counted }
}
"""
BY_KIND += FACETS

BY_STATE = """
query ByState {
  PENDING: activators(filter: {networks: ["cci"], states: [PENDING]}, first: 100) { ...Counted }
  ACTIVE: activators(filter: {networks: ["cci"], states: [ACTIVE]}, first: 100) { ...Counted }
  SUSPENDED: activators(filter: {networks: ["cci"], states: [SUSPENDED]}, first: 100) { ...Counted }
  WITHDRAWN: activators(filter: {networks: ["cci"], states: [WITHDRAWN]}, first: 100) { ...Counted }
}
"""
BY_STATE += FACETS

MAPS = """
query Maps($france: Bounds = {south: 41, west: -5, north: 51, east: 10}) {
  zoom0: activatorClusters(zoom: 0, filter: {networks: ["cci"]}, bounds: $france) { ...Group }
  zoom8: activatorClusters(zoom: 8, filter: {networks: ["cci"]}, bounds: $france) { ...Group }
  zoom22: activatorClusters(
    zoom: 22, filter: {networks: ["cci"]}, bounds: {south: 44.9, west: 3.9, north: 46, east: 5}
  ) { ...Group }
}
fragment Group on ActivatorCluster { count activator { id } }
"""


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("kind_of_list", ["all", "text"])
async def test_a_list_holds_and_counts_those_that_the_viewer_may_see(
    world: World, viewer: str, kind_of_list: str
) -> None:
    answer = await world.data(viewer, LISTS)

    assert told(answer[kind_of_list]) == counted(world, seen(viewer, "SEE"))


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_a_search_by_place_holds_and_counts_those_that_the_viewer_sees_on_the_map(
    world: World, viewer: str
) -> None:
    answer = await world.data(viewer, LISTS)

    assert told(answer["near"]) == counted(world, seen(viewer, "SEE_ON_MAP"))


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_a_filter_by_kind_or_state_finds_no_more_than_the_viewer_may_see(
    world: World, viewer: str
) -> None:
    token = world.tokens[viewer]
    by_state = await world.data(viewer, BY_STATE)
    by_kind = {
        kind: await world.service.data(BY_KIND, {"kinds": [kind.value]}, token=token)
        for kind in KINDS
    }

    visible = seen(viewer, "SEE")
    for kind in KINDS:
        expected = counted(world, [cell for cell in visible if cell.kind is kind])
        expected["kinds"] = counted(world, visible)["kinds"]  # a facet ignores its own filter
        assert told(by_kind[kind]["activators"]) == expected
    for state, found in by_state.items():
        cells = [cell for cell in visible if cell.state.value == state]
        assert told(found) == counted(world, cells)


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_the_map_groups_those_that_the_viewer_sees_on_it(world: World, viewer: str) -> None:
    answer = await world.data(viewer, MAPS)

    expected = seen(viewer, "SEE_ON_MAP")
    for clusters in answer.values():
        assert sum(one["count"] for one in clusters) == len(expected)
    alone = {one["activator"]["id"] for one in answer["zoom22"]}
    assert alone == {world.people[cell].id for cell in expected}


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_a_structure_lists_those_of_its_activators_that_the_viewer_may_see(
    world: World, viewer: str
) -> None:
    answer = await world.data(viewer, LISTS)

    lists = [node["structure"]["activators"] for node in answer["structures"]["nodes"]]
    assert sum(one["totalCount"] for one in lists) == len(seen(viewer, "SEE"))
    assert all(len(one["nodes"]) == 1 for one in lists)


@pytest.mark.parametrize(
    ("role", "about"),
    [
        (Role.ACTIVATOR, "activator_id"),
        (Role.STRUCTURE_MANAGER, "structure_id"),
    ],
)
async def test_who_owns_one_that_is_hidden_sees_no_other_that_is_hidden(
    world: World, role: Role, about: str
) -> None:
    cell = Cell(ActivatorKind.INSTITUTIONAL, ActivatorState.SUSPENDED, False)
    own = world.people[cell]
    number = own.number if about == "activator_id" else own.structure_number
    async with world.service.write() as session:
        account = await add_account_with(session, role, [{about: number}])

    answer = await world.service.data(BY_STATE, token=world.service.token(account))

    assert {state: found["totalCount"] for state, found in answer.items()} == {
        "PENDING": 0,
        "ACTIVE": 12 if role is Role.ACTIVATOR else 15,
        "SUSPENDED": 1,
        "WITHDRAWN": 0,
    }
    assert answer["SUSPENDED"]["nodes"] == [{"id": own.id}]


def seen(viewer: str, permission: str) -> list[Cell]:
    """List the cells that the law shows a viewer."""
    return [cell for cell in CELLS if allowed(viewer, permission, cell)]


def counted(world: World, cells: list[Cell]) -> dict[str, Any]:
    """Say what a list counts that has these cells and no other."""
    people = [world.people[cell] for cell in cells]
    return {
        "total": len(people),
        "ids": sorted(one.id for one in people),
        "kinds": Counter(cell.kind.value for cell in cells),
        "expertise": Counter(one.expertise for one in people),
        "networks": Counter(NETWORK for _ in people),
        "departments": Counter(one.department for one in people),
    }


def told(found: Any) -> dict[str, Any]:
    """Read what a list counts."""
    facets = found["facets"]
    return {
        "total": found["totalCount"],
        "ids": sorted(node["id"] for node in found["nodes"]),
        "kinds": {one["kind"]: one["count"] for one in facets["kinds"]},
        "expertise": {one["field"]["code"]: one["count"] for one in facets["expertise"]},
        "networks": {
            one["network"]["code"]: one["count"]
            for one in facets["networks"]
            if one["network"]["code"] == NETWORK
        },
        "departments": {one["territory"]["code"]: one["count"] for one in facets["departments"]},
    }
