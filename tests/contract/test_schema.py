"""The schema is documented, its committed text is what the code says, and its guards hold."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    ObjectTypeDefinitionNode,
    parse,
    print_ast,
)

from permissions.permission import Permission
from resolvers.activators import Seen
from schema.activators import Activator
from schema.connections import ActivatorEdge
from schema.limits.bounds import Limits
from schema.schema import build_schema
from schema.structures import Structure

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "schema" / "schema.graphql"
SCHEMA = build_schema(Limits())
TYPES: dict[str, GraphQLNamedType] = SCHEMA._schema.type_map

GUARDS = {
    "Activator.position": "SEE_ON_MAP",
    "Activator.address": "SEE_ON_MAP",
    "Activator.websiteUrl": "FOLLOW_WEBSITE",
    "Activator.email": "READ_COORDINATES",
    "Activator.phone": "READ_COORDINATES",
    "Activator.rating": "SEE_STARS",
    "Activator.version": "EDIT",
    "Activator.completion": "EDIT",
    "Activator.listed": "READ_MEMBERSHIP",
    "Activator.lapsedAt": "READ_MEMBERSHIP",
    "Activator.leftAt": "READ_MEMBERSHIP",
    "Activator.employedAt": "READ_MEMBERSHIP",
    "Activator.state": "READ_MEMBERSHIP",
    "Activator.stateReason": "READ_MEMBERSHIP",
    "Activator.stateChangedAt": "READ_MEMBERSHIP",
    "Activator.enrolments": "READ_MEMBERSHIP",
    "Structure.address": "SEE_ON_MAP",
}
"""Every guarded field that reads its row, and the permission that it needs."""

OF_A_PAGE = {"ActivatorEdge.distanceKm": "SEE_ON_MAP"}
"""Guarded fields that a page makes."""

LOADED = {
    "Activator.charterAcceptance": "READ_MEMBERSHIP",
    "Activator.brokenLinks": "EDIT",
    "Activator.consultations": "SEE_CONSULTATIONS",
    "Activator.sanctions": "READ_MEMBERSHIP",
}
"""Guarded fields that are loaded when they are asked for."""

OF_FEDERATION = {"_Any", "_Entity", "_FieldSet", "_Service", "link__Import", "link__Purpose"}
OF_FEDERATION |= {"Query._entities", "Query._service"}
"""What Apollo Federation defines, and describes."""


def test_the_committed_schema_is_what_the_command_prints() -> None:
    done = subprocess.run(
        [sys.executable, "server.py", "export-schema"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == COMMITTED.read_text(), "run `make schema`, then commit it"


def test_everything_in_the_schema_has_a_description() -> None:
    silent = [
        name for name, described in described_names() if not described and not of_federation(name)
    ]

    assert silent == []


def test_every_description_is_a_sentence() -> None:
    unfinished = [
        name
        for name, described in described_names()
        if described and not of_federation(name) and described.strip()[-1] not in ".`)"
    ]

    assert unfinished == []


def described_names() -> Iterator[tuple[str, str | None]]:
    """Name everything in the schema, with its description."""
    for name, one in TYPES.items():
        if name.startswith("__"):
            continue
        yield name, one.description
        if isinstance(one, GraphQLEnumType):
            yield from (
                (f"{name}.{value}", found.description) for value, found in one.values.items()
            )
        if isinstance(one, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field, declared in one.fields.items():
                yield f"{name}.{field}", declared.description
                for argument, given in getattr(declared, "args", {}).items():
                    yield f"{name}.{field}({argument}:)", given.description


def of_federation(name: str) -> bool:
    """Say whether it, or what it belongs to, is Federation's or of a scalar that is built in."""
    owner, field = name.partition(".")[0], name.partition("(")[0]
    return owner in OF_FEDERATION or field in OF_FEDERATION


def printed_guards() -> dict[str, str]:
    """Read the guards in the committed schema."""
    printed = {
        f"{one.name.value}.{field.name.value}": print_ast(directive)
        for one in parse(COMMITTED.read_text()).definitions
        if isinstance(one, ObjectTypeDefinitionNode)
        for field in one.fields or ()
        for directive in field.directives or ()
        if directive.name.value == "guarded"
    }
    return {
        name: guard.removeprefix("@guarded(by: ").removesuffix(")")
        for name, guard in printed.items()
    }


def field_named(name: str) -> tuple[Any, Any]:
    """Find a field's type and its declaration."""
    type_name, _, field_name = name.partition(".")
    owner: Any = {"Activator": Activator, "Structure": Structure}[type_name]
    declared = owner.__strawberry_definition__.fields
    camel = SCHEMA.config.name_converter.get_graphql_name
    return owner, next(one for one in declared if camel(one) == field_name)


def test_the_committed_schema_prints_every_guard() -> None:
    assert printed_guards() == GUARDS | OF_A_PAGE | LOADED


@pytest.mark.parametrize("name", GUARDS | OF_A_PAGE | LOADED)
def test_a_guarded_field_may_be_null(name: str) -> None:
    type_name, _, field = name.partition(".")
    declared = TYPES[type_name]
    assert isinstance(declared, GraphQLObjectType)

    assert not isinstance(declared.fields[field].type, GraphQLNonNull)


@pytest.mark.parametrize(("name", "permission"), GUARDS.items())
def test_a_guarded_field_is_null_without_its_permission_and_never_looks_at_the_row(
    name: str, permission: str
) -> None:
    owner, field = field_named(name)
    others = frozenset(Permission) - {Permission[permission]}

    for grants in (frozenset(), others):
        source = owner(row=Untouchable(), grants=grants)
        assert field.get_result(source, None, [], {}) is None


@pytest.mark.parametrize(("name", "permission"), GUARDS.items())
def test_a_guarded_field_reads_the_row_with_its_permission(name: str, permission: str) -> None:
    owner, field = field_named(name)
    source = owner(row=Untouchable(), grants=frozenset({Permission[permission]}))

    with pytest.raises(AssertionError, match="was read"):
        field.get_result(source, None, [], {})


@pytest.mark.parametrize("seen_on_map", [True, False])
def test_an_edge_tells_the_distance_of_whom_the_viewer_sees_on_the_map(seen_on_map: bool) -> None:
    hit: Any = SimpleNamespace(distance=1_500.0, cursor=SimpleNamespace(encode=str))
    grants = frozenset(Permission) - (frozenset() if seen_on_map else {Permission.SEE_ON_MAP})

    edge = ActivatorEdge.of(hit, Seen(card=Untouchable(), grants=grants))  # type: ignore[arg-type]

    assert edge.distance_km == (1.5 if seen_on_map else None)


@pytest.mark.parametrize(("name", "permission"), LOADED.items())
async def test_a_guarded_field_that_is_loaded_is_not_loaded_without_its_permission(
    name: str, permission: str
) -> None:
    owner, field = field_named(name)
    granted = frozenset({Permission[permission]})
    denied, seen = (
        owner(row=Untouchable(), grants=some) for some in (frozenset(Permission) - granted, granted)
    )
    load = field.base_resolver.wrapped_func

    assert await load(denied, Untouchable()) is None
    with pytest.raises(AssertionError, match="was read"):
        await load(seen, Untouchable())


class Untouchable:
    """A row that tells when it is read."""

    def __getattr__(self, name: str) -> Any:
        """Tell."""
        raise AssertionError(f"{name} was read")
