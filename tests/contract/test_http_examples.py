"""The examples that GraphiQL opens with: each is valid, and finds something to show."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

EXAMPLES = Path(__file__).parents[2] / "web" / "src" / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.graphql"))


def test_there_are_five_examples() -> None:
    assert len(NAMES) == 5


@pytest.mark.parametrize("name", NAMES)
async def test_an_example_of_graphiql_finds_something(live_server: str, name: str) -> None:
    query = (EXAMPLES / f"{name}.graphql").read_text("utf-8")
    file = EXAMPLES / f"{name}.json"
    variables: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}

    async with httpx.AsyncClient() as client:
        response = await client.post(
            f"{live_server}/graphql", json={"query": query, "variables": variables}
        )

    answer = response.json()
    assert "errors" not in answer, answer["errors"]
    (found,) = answer["data"].values()
    assert found["nodes" if "nodes" in found else "edges"] if isinstance(found, dict) else found
