"""A subgraph: it names its keys, and finds entities by them as `node` finds objects."""

from typing import Any

from models.activators import ActivatorState
from schema.nodes import global_id
from tests.people import add_activator, add_structure
from tests.service import Service

ENTITIES = """
query Entities($named: [_Any!]!) {
  _entities(representations: $named) {
    __typename
    ... on Activator { id displayName email state }
    ... on Structure { id siret name }
    ... on Network { code name }
  }
}
"""
CCI = {"__typename": "Network", "code": "cci", "name": "Chambres de commerce et d'industrie"}


async def test_the_subgraph_says_its_keys(standing: Service) -> None:
    data = await standing.data("{ _service { sdl } }")

    sdl = data["_service"]["sdl"]
    assert 'type Activator implements Node @key(fields: "id")' in sdl
    assert 'type Structure implements Node @key(fields: "id") @key(fields: "siret")' in sdl
    assert 'type Network implements Node @key(fields: "code")' in sdl
    assert "email: String @guarded(by: READ_COORDINATES)" in sdl


async def test_entities_are_found_by_each_of_their_keys_in_the_order_asked(
    service: Service,
) -> None:
    async with service.write() as session:
        structure = await add_structure(session, siret="13002526500013", name="Atelier")
        activator = await add_activator(session, family_name="Bésson", structure_id=structure)
    named = [
        {"__typename": "Structure", "siret": "13002526500013"},
        {"__typename": "Activator", "id": global_id("Activator", activator)},
        {"__typename": "Network", "code": "cci"},
        {"__typename": "Structure", "id": global_id("Structure", structure)},
    ]

    data = await service.data(ENTITIES, {"named": named})

    atelier = {
        "__typename": "Structure",
        "id": global_id("Structure", structure),
        "siret": "13002526500013",
        "name": "Atelier",
    }
    person = {
        "__typename": "Activator",
        "id": global_id("Activator", activator),
        "displayName": "Camille Bésson",
        "email": None,
        "state": None,
    }
    assert data["_entities"] == [atelier, person, CCI, atelier]


async def test_an_entity_is_what_is_stored_and_never_what_the_gateway_sent(
    service: Service,
) -> None:
    async with service.write() as session:
        activator = await add_activator(session, family_name="Bésson")
    sent = {
        "__typename": "Activator",
        "id": global_id("Activator", activator),
        "displayName": "Somebody else",
        "email": "somebody@example.org",
        "state": "PENDING",
    }

    data = await service.data(ENTITIES, {"named": [sent]})

    assert data["_entities"][0]["displayName"] == "Camille Bésson"
    assert data["_entities"][0]["email"] is None


async def test_an_entity_that_is_hidden_is_null_like_one_that_does_not_exist(
    service: Service,
) -> None:
    async with service.write() as session:
        structure = await add_structure(session, siret="13002526500013")
        activator = await add_activator(
            session, structure_id=structure, state=ActivatorState.PENDING
        )
    named = [
        {"__typename": "Activator", "id": global_id("Activator", activator)},
        {"__typename": "Activator", "id": global_id("Activator", activator + 1)},
        {"__typename": "Structure", "id": global_id("Structure", structure)},
        {"__typename": "Structure", "siret": "13002526500013"},
        {"__typename": "Structure", "siret": "55208131766522"},
        {"__typename": "Network", "code": "nobody"},
    ]

    data = await service.data(ENTITIES, {"named": named})

    assert data["_entities"] == [None] * len(named)


NOT_UNDERSTOOD: list[tuple[Any, str]] = [
    ({"__typename": "Commune", "id": "x"}, "got {'__typename': 'Commune', 'id': 'x'}"),
    ({"__typename": "Query"}, "got {'__typename': 'Query'}"),
    ({"__typename": "ExpertiseField", "code": "caisse"}, "expected an entity and its key"),
    ({"__typename": "Activator"}, "expected an entity and its key"),
    ({"__typename": "Activator", "id": None}, "expected an entity and its key"),
    ({"__typename": "Activator", "id": 7}, "got {'__typename': 'Activator', 'id': 7}"),
    ({"__typename": "Activator", "id": "x"}, "expected an id that this service gave"),
    ({"__typename": "Structure", "code": "cci"}, "expected an entity and its key"),
    ({"__typename": ["Activator"], "id": "x"}, "expected an entity and its key"),
    ({"id": "QWN0aXZhdG9yOjE="}, "expected an entity and its key"),
    ({}, "got {}"),
    ([], "got []"),
    ("Activator", "got 'Activator'"),
    (1, "got 1"),
]


async def test_a_representation_that_is_not_understood_is_an_error_at_its_place(
    standing: Service,
) -> None:
    named = [CCI, *(one for one, _ in NOT_UNDERSTOOD), CCI]

    answer = await standing.ask(ENTITIES, {"named": named})

    assert answer["data"]["_entities"] == [CCI, *[None] * len(NOT_UNDERSTOOD), CCI]
    for place, (error, (_, told)) in enumerate(zip(answer["errors"], NOT_UNDERSTOOD, strict=True)):
        assert error["path"] == ["_entities", place + 1]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert told in error["message"]


async def test_too_many_representations_are_refused_together(standing: Service) -> None:
    answer = await standing.ask(ENTITIES, {"named": [{}] * 1_001})

    [error] = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "representations"}
