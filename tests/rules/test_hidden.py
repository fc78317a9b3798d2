"""What is hidden answers like what does not exist, to the last byte."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from sqlalchemy import event

from models.activators import ActivatorKind, ActivatorState
from models.base import new_id
from models.database import Database
from resolvers.directory.slugs import slug_of
from schema.nodes import global_id
from tests.people import siret
from tests.rules.asking import answer_to
from tests.rules.charter import CELLS, Cell, allowed
from tests.rules.world import World

HIDDEN = [cell for cell in CELLS if not cell.published and not allowed("a visitor", "SEE", cell)]
INSTITUTIONAL = Cell(ActivatorKind.INSTITUTIONAL, ActivatorState.ACTIVE, False)

BY_NAME = """
query ByName($name: String!) {
  activators(filter: {text: $name}) { ...Found }
  institutional: activators(filter: {text: $name, kinds: [INSTITUTIONAL]}) { ...Found }
  near: activators(
    filter: {text: $name}, near: {place: {communeCode: "01283"}, radiusKm: 20000}
  ) { ...Found }
  activatorClusters(
    zoom: 5, filter: {text: $name}, bounds: {south: 41, west: -5, north: 51, east: 10}
  ) { count }
}
fragment Found on ActivatorConnection {
  totalCount
  edges { cursor distanceKm node { id } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  facets {
    kinds { kind count }
    expertise { count }
    networks { count }
    departments { count }
  }
}
"""
ONE = {
    "activator by id": "query($id: ID!) { activator(id: $id) { id } }",
    "activator by slug": "query($slug: String!) { activator(slug: $slug) { id } }",
    "node": "query($id: ID!) { node(id: $id) { id } }",
    "nodes": "query($id: ID!) { nodes(ids: [$id]) { id } }",
    "structure by id": "query($structure: ID!) { structure(id: $structure) { id } }",
    "structure by siret": "query($siret: String!) { structure(siret: $siret) { id } }",
    "structure as node": "query($structure: ID!) { node(id: $structure) { id } }",
    "entities": """
        query($entities: [_Any!]!) { _entities(representations: $entities) { __typename } }
    """,
    "a change of state": """
        mutation($id: ID!) {
          changeActivatorState(input: {id: $id, state: WITHDRAWN}) {
            activator { id } userErrors { code field message }
          }
        }
    """,
}
ORDERS = """
query($order: ActivatorOrder!, $after: String, $before: String, $last: Int) {
  activators(
    filter: {text: "camille"}, orderBy: $order, after: $after, before: $before, last: $last
  ) {
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage }
  }
}
"""


async def test_a_visitor_who_asks_for_institutional_activators_finds_no_trace_of_them(
    world: World,
) -> None:
    query = """
    query($id: ID!) {
      activators(filter: {kinds: [INSTITUTIONAL]}) {
        totalCount nodes { id } facets { kinds { kind } expertise { count } networks { count }
        departments { count } }
      }
      activatorClusters(
        zoom: 9, filter: {kinds: [INSTITUTIONAL]}
        bounds: {south: 41, west: -5, north: 51, east: 10}
      ) { count }
      node(id: $id) { id }
    }
    """

    data = await world.service.data(query, {"id": world.people[INSTITUTIONAL].id})

    found = data["activators"]
    assert (found["totalCount"], found["nodes"]) == (0, [])
    assert {"kind": "INSTITUTIONAL"} not in found["facets"].pop("kinds")
    assert found["facets"] == {"expertise": [], "networks": [], "departments": []}
    assert data["activatorClusters"] == []
    assert data["node"] is None


@pytest.mark.parametrize("cell", HIDDEN, ids=str)
async def test_the_name_of_somebody_hidden_is_found_no_more_than_one_that_nobody_has(
    world: World, cell: Cell
) -> None:
    hidden = world.people[cell].name

    answers = {
        name: await answer_to(world.service, BY_NAME, {"name": name})
        for name in (hidden, hidden[:-2], hidden + "s", "Camille Unheardofname")
    }

    assert set(answers.values()) == {answers["Camille Unheardofname"]}


@pytest.mark.parametrize("query", ONE.values(), ids=ONE.keys())
async def test_somebody_hidden_is_refused_like_somebody_who_does_not_exist(
    world: World, query: str
) -> None:
    nobody = await answer_to(world.service, query, of_nobody())

    for cell in HIDDEN:
        assert await answer_to(world.service, query, world.people[cell].variables) == nobody


@pytest.mark.parametrize("query", ONE.values(), ids=ONE.keys())
async def test_somebody_hidden_takes_as_many_statements_as_somebody_who_does_not_exist(
    world: World, query: str
) -> None:
    with statements(world.service.database) as of_none:
        await answer_to(world.service, query, of_nobody())

    for cell in HIDDEN:
        with statements(world.service.database) as of_hidden:
            await answer_to(world.service, query, world.people[cell].variables)
        assert len(of_hidden) == len(of_none)


@pytest.mark.parametrize("order", ["NAME", "RATING", "ROTATION", "RECENTLY_CONFIRMED", "RELEVANCE"])
async def test_a_cursor_at_somebody_hidden_is_a_place_like_any_other(
    world: World, order: str
) -> None:
    moderator = world.tokens["moderator"]
    everybody = await world.service.data(ORDERS, {"order": order, "last": 100}, token=moderator)
    hidden = {world.people[cell].id for cell in HIDDEN}
    cursors = [
        edge["cursor"] for edge in everybody["activators"]["edges"] if edge["node"]["id"] in hidden
    ]

    for cursor in cursors:
        for window in ({"after": cursor}, {"before": cursor, "last": 20}):
            elsewhere = {key: moved(one) for key, one in window.items()}
            here = await answer_to(world.service, ORDERS, {"order": order, **window})
            there = await answer_to(world.service, ORDERS, {"order": order, **elsewhere})
            assert here == there

    assert len(cursors) == len(HIDDEN)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Keep the statements that ask about structures or activators."""
    kept: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM activator" in statement or "FROM structure" in statement:
            kept.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", keep)
    try:
        yield kept
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", keep)


def of_nobody() -> dict[str, Any]:
    """Name an activator and a structure that do not exist."""
    activator, structure = new_id(), new_id()
    number = siret()
    return {
        "id": global_id("Activator", activator),
        "slug": slug_of("Camille Unheardofname", activator),
        "siret": number,
        "structure": global_id("Structure", structure),
        "entities": [
            {"__typename": "Activator", "id": global_id("Activator", activator)},
            {"__typename": "Structure", "siret": number},
            {"__typename": "Structure", "id": global_id("Structure", structure)},
        ],
    }


def moved(cursor: Any) -> Any:
    """Write the cursor of a row that does not exist, just beside that of one that does."""
    if not isinstance(cursor, str):
        return cursor
    order, key, number, day = orjson.loads(urlsafe_b64decode(cursor))
    return urlsafe_b64encode(orjson.dumps([order, key, number + 1, day])).decode()
