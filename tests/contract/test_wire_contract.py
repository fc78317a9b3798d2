"""The wire contract: the names that clients are written against are there, with their types."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    parse,
    print_ast,
)

from schema.limits.bounds import Limits
from schema.schema import build_schema

CONTRACT = parse(Path(__file__).with_name("wire_contract.graphql").read_text())

INPUT = "input_object_type_definition"


def names_of(document: DocumentNode) -> dict[str, str]:
    """List all that a document defines by name, with its type or what it is."""
    return {name: what for one in document.definitions for name, what in _names(one)}


def _names(definition: Any) -> Iterator[tuple[str, str]]:
    if not hasattr(definition, "name") or definition.kind == "directive_definition":
        return
    name = definition.name.value
    yield name, definition.kind
    for interface in getattr(definition, "interfaces", None) or ():
        yield f"{name} implements {interface.name.value}", "interface"
    for directive in definition.directives or ():
        yield f"{name} {print_ast(directive)}", "directive"
    if isinstance(definition, EnumTypeDefinitionNode):
        yield from ((f"{name}.{one.name.value}", "value") for one in definition.values or ())
    for field in getattr(definition, "fields", None) or ():
        yield f"{name}.{field.name.value}", print_ast(field.type)
        for argument in getattr(field, "arguments", None) or ():
            yield _argument(name, field, argument), print_ast(argument.type)


def _argument(name: str, field: FieldDefinitionNode, argument: InputValueDefinitionNode) -> str:
    return f"{name}.{field.name.value}({argument.name.value}:)"


PROMISED = names_of(CONTRACT)
THERE = names_of(parse(build_schema(Limits()).as_str()))


@pytest.mark.parametrize("name", PROMISED)
def test_what_the_contract_promises_is_there_with_its_type(name: str) -> None:
    assert THERE.get(name) == PROMISED[name]


def test_what_is_asked_beside_the_contract_may_be_left_out() -> None:
    arguments = [one for one in THERE if "(" in one and one.partition("(")[0] in PROMISED]
    fields = [one for one in THERE if PROMISED.get(one.partition(".")[0]) == INPUT]

    added = [one for one in (*arguments, *fields) if one not in PROMISED and "." in one]

    assert added == ["ActivatorFilter.states"]
    assert [one for one in added if THERE[one].endswith("!")] == []


def test_a_search_by_place_reaches_thirty_kilometres_by_default() -> None:
    schema = build_schema(Limits()).as_str()

    assert re.search(r"^input Near \{[^}]*radiusKm: Float = 30$", schema, re.MULTILINE)
