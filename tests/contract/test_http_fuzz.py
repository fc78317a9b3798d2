"""Schemathesis draws operations from the schema: whatever it asks, no error is ever ours."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from graphql import get_introspection_query
from hypothesis import HealthCheck, Phase, given, settings

from schema.limits.bounds import LimitCode, Limits
from schema.schema import build_schema

CORE = build_schema(Limits())._schema
ROOTS = [kind for kind in (CORE.query_type, CORE.mutation_type) if kind]
FIELDS = [
    f"{root.name}.{field}" for root in ROOTS for field in root.fields if not field.startswith("_")
]
THEIRS = {"BAD_USER_INPUT", "BAD_REQUEST", "FORBIDDEN", "UNAUTHENTICATED"}
THEIRS |= {code.value for code in LimitCode}


@pytest.fixture(scope="module")
def client(live_server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_server, timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def operations(client: httpx.Client) -> dict[str, Any]:
    """How to draw operations, by root field."""
    answer = client.post("/graphql", json={"query": get_introspection_query()}).json()
    schema = schemathesis.graphql.from_dict(answer["data"])
    found: list[Any] = [*schema.get_all_operations()]
    return {one.ok().label: one.ok() for one in found}


@pytest.mark.parametrize("field", FIELDS)
def test_no_error_is_ours_whatever_is_asked(
    client: httpx.Client, operations: dict[str, Any], field: str
) -> None:
    @given(case=operations[field].as_strategy())
    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        response = client.post("/graphql", json={"query": case.body})

        answer = response.json()
        assert response.status_code == 200
        assert "Traceback" not in response.text
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert codes <= THEIRS, (case.body, answer["errors"])

    ask()
