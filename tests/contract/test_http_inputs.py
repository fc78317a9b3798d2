"""Inputs that the schema itself refuses, inputs that name nothing, and those of mutations."""

from base64 import b64encode
from typing import Any

import pytest

from tests.service import Service


def search(place: str, more: str = "") -> str:
    """Ask for activators near a place."""
    return f"{more}{{ activators(near: {{ place: {place} }}) {{ totalCount }} }}"


def change(id: str, state: str) -> str:
    """Ask for a change of state."""
    asked = f'changeActivatorState(input: {{ id: "{id}", state: {state} }})'
    return f"mutation {{ {asked} {{ activator {{ id }} userErrors {{ code field message }} }} }}"


ONE_KEY = "OneOf Input Object 'PlaceInput' must specify exactly one key."
NOT_NULL = "Value for member field 'communeCode' must be non-null"
WITH_PLACE = "query ($place: PlaceInput!) "
UNFIT: dict[str, tuple[str, dict[str, Any], str]] = {
    "no place": (search("{}"), {}, ONE_KEY),
    "no place, by variable": (search("$place", WITH_PLACE), {"place": {}}, ONE_KEY),
    "two places": (search('{ communeCode: "01283", postalCode: "01100" }'), {}, ONE_KEY),
    "two places, by variable": (
        search("$place", WITH_PLACE),
        {"place": {"communeCode": "01283", "postalCode": None}},
        ONE_KEY,
    ),
    "a null place": (search("{ communeCode: null }"), {}, NOT_NULL),
    "a null place, by variable": (
        search("$place", WITH_PLACE),
        {"place": {"communeCode": None}},
        NOT_NULL,
    ),
    "a place without its variable": (
        search("{ communeCode: $code }", "query ($code: String) "),
        {},
        ONE_KEY,
    ),
    "a place of an unknown variable": (
        search("{ communeCode: $code }"),
        {},
        "Variable '$code' is not defined.",
    ),
    "NaN": (
        search("{ coordinates: { latitude: NaN, longitude: 0 } }"),
        {},
        "Float cannot represent non numeric value: NaN",
    ),
    "Infinity": (
        search("{ coordinates: { latitude: 0, longitude: Infinity } }"),
        {},
        "Float cannot represent non numeric value: Infinity",
    ),
    "an unknown kind": (
        "{ activators(filter: { kinds: [NOPE] }) { totalCount } }",
        {},
        "Value 'NOPE' does not exist in 'ActivatorKind' enum.",
    ),
    "an unknown kind, by variable": (
        "query ($filter: ActivatorFilter) { activators(filter: $filter) { totalCount } }",
        {"filter": {"kinds": ["ADVISER", "NOPE"]}},
        "'$filter' has invalid value at .kinds[1]: Value 'NOPE' does not exist in 'ActivatorKind'",
    ),
    "an unknown key": (
        "query ($filter: ActivatorFilter) { activators(filter: $filter) { totalCount } }",
        {"filter": {"nope": 1}},
        "Expected value of type 'ActivatorFilter' not to include unknown field 'nope'",
    ),
    "a fraction of a page": (
        "query ($first: Int) { activators(first: $first) { totalCount } }",
        {"first": 1.5},
        "'$first' has invalid value: Int cannot represent non-integer value: 1.5",
    ),
    "a page beyond 32 bits": (
        "query ($first: Int) { activators(first: $first) { totalCount } }",
        {"first": 10**30},
        "'$first' has invalid value: Int cannot represent non 32-bit signed integer value",
    ),
    "an id that is a fraction": ("{ node(id: 1.5) { id } }", {}, "ID cannot represent"),
    "an unknown state": (change("x", "NOPE"), {}, "'NOPE' does not exist in 'ActivatorState' enum"),
    "a mutation without input": (
        "mutation { changeActivatorState { activator { id } } }",
        {},
        "changeActivatorState(input:)' of type 'ChangeActivatorStateInput!' is required",
    ),
}


@pytest.mark.parametrize(("query", "variables", "told"), UNFIT.values(), ids=UNFIT.keys())
async def test_what_the_schema_refuses_is_told_by_its_name(
    standing: Service, query: str, variables: dict[str, Any], told: str
) -> None:
    answer = await standing.ask(query, variables)

    assert answer.get("data") is None
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_REQUEST"}
    assert told in answer["errors"][0]["message"]
    assert "Maybe" not in str(answer)


def global_id(text: str) -> str:
    """Write an id as the service would."""
    return b64encode(text.encode()).decode()


NOTHING = {
    "an activator by number": f'activator(id: "{global_id("Activator:1")}") {{ id }}',
    "an activator beyond 64 bits": f'activator(id: "{global_id(f"Activator:{2**63}")}") {{ id }}',
    "an activator by a word": f'activator(id: "{global_id("Activator:x")}") {{ id }}',
    "an activator by another type": f'activator(id: "{global_id("Network:cci")}") {{ id }}',
    "an activator by slug": 'activator(slug: "camille-martin-zzzzzzzzzzz") { id }',
    "a structure by number": f'structure(id: "{global_id("Structure:1")}") {{ id }}',
    "a structure beyond 64 bits": f'structure(id: "{global_id(f"Structure:{2**63}")}") {{ id }}',
    "a structure by SIRET": 'structure(siret: "12345678901234") { id }',
    "a node of no type": f'node(id: "{global_id("Nope:1")}") {{ id }}',
    "a node with a null character": f'node(id: "{global_id("Network:" + chr(0))}") {{ id }}',
    "a network": 'network(code: "nope") { code }',
    "a territory": 'territory(code: "69") { code }',
}


@pytest.mark.parametrize("field", NOTHING.values(), ids=NOTHING.keys())
async def test_what_names_nothing_finds_nothing(standing: Service, field: str) -> None:
    answer = await standing.ask(f"{{ found: {field} }}")

    assert answer == {"data": {"found": None}}


async def test_an_entity_that_does_not_exist_is_null_beside_one_that_does(
    standing: Service,
) -> None:
    named = [
        {"__typename": "Structure", "siret": "\0"},
        {"__typename": "Structure", "siret": "12345678901234"},
        {"__typename": "Network", "code": "cci"},
    ]

    found = await standing.data(
        "query ($named: [_Any!]!) { _entities(representations: $named) { __typename } }",
        {"named": named},
    )

    assert found["_entities"] == [None, None, {"__typename": "Network"}]


@pytest.mark.parametrize(
    ("id", "code", "message"),
    [
        ("x", "BAD_USER_INPUT", "id: got 'x', expected an id that this service gave."),
        (global_id("Activator:1"), "NOT_FOUND", "No such activator."),
        (global_id("Network:cci"), "NOT_FOUND", "No such activator."),
    ],
)
async def test_a_mutation_tells_what_is_wrong_in_its_user_errors(
    standing: Service, id: str, code: str, message: str
) -> None:
    answer = await standing.data(change(id, "WITHDRAWN"))

    assert answer["changeActivatorState"] == {
        "activator": None,
        "userErrors": [{"code": code, "field": "id", "message": message}],
    }
