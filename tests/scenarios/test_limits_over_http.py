"""What one request may weigh, ask and take, over HTTP: each limit at its edge, and each attack."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from graphql import get_introspection_query
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.database import Database
from models.revisions import Revision
from schema.nodes import global_id
from tests.databases import sqlite_copy
from tests.people import add_account, add_activator
from tests.service import Service, running

CHANGE = """mutation ($id: ID!) {
    changeActivatorState(input: { id: $id, state: SUSPENDED, reason: "Parce que." }) {
        userErrors { message }
    }
}"""


@pytest.fixture(scope="module")
async def sqlite(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    """A database that these tests only read."""
    async with sqlite_copy(sqlite_template, tmp_path_factory.mktemp("limits")) as database:
        yield database


@pytest.fixture(scope="module")
async def guarded(sqlite: Database) -> AsyncIterator[Service]:
    """An application with the usual limits."""
    async with running(sqlite) as service:
        yield service


@pytest.fixture(scope="module")
async def tight(sqlite: Database) -> AsyncIterator[Service]:
    """An application with limits that a short text reaches."""
    async with running(sqlite, **LIMITS) as service:
        yield service


def body(query: str, variables: Any = None, *, size: int = 0) -> bytes:
    """Write a request, with spaces up to a size in bytes."""
    return orjson.dumps({"query": query, "variables": variables}).ljust(size)


async def post(service: Service, content: bytes) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    return await service.client.post("/graphql", content=content, headers=headers)


CODE = "query ($code: String!) { network(code: $code) { code } }"
ASKED = "{ __typename }"
LIMITS = {
    "max_tokens": 200,
    "max_depth": 3,
    "max_aliases": 1,
    "max_root_fields": 2,
    "max_cost": 552,
    "max_body_bytes": 1_000,
    "max_variables_bytes": 100,
}
EDGES = {
    "max_tokens": (
        body(ASKED + "#\n" * 197),
        body(ASKED + "#\n" * 198),
        (200, "TOO_MANY_TOKENS"),
    ),
    "max_depth": (
        body('{ territory(code: "COM-69123") { parent { code } } }'),
        body('{ territory(code: "COM-69123") { parent { parent { code } } } }'),
        (200, "QUERY_TOO_DEEP"),
    ),
    "max_aliases": (
        body("{ a: __typename __typename }"),
        body("{ a: __typename b: __typename }"),
        (200, "TOO_MANY_ALIASES"),
    ),
    "max_root_fields": (
        body("{ networks { code } __typename }"),
        body("{ networks { code } __typename viewer { isMember } }"),
        (200, "TOO_MANY_ROOT_FIELDS"),
    ),
    "max_cost": (
        body("{ activators(first: 50) { nodes { slug } } }"),
        body("{ activators(first: 51) { nodes { slug } } }"),
        (200, "QUERY_TOO_COSTLY"),
    ),
    "max_body_bytes": (
        body(ASKED, size=1_000),
        body(ASKED, size=1_001),
        (413, "BODY_TOO_LARGE"),
    ),
    "max_variables_bytes": (
        body(CODE, {"code": "x" * 89}),
        body(CODE, {"code": "x" * 90}),
        (400, "VARIABLES_TOO_LARGE"),
    ),
}


@pytest.mark.parametrize("limit", EDGES)
async def test_a_limit_allows_its_value_and_refuses_one_more(tight: Service, limit: str) -> None:
    allowed, over, told = EDGES[limit]

    accepted, refused = await post(tight, allowed), await post(tight, over)

    assert accepted.status_code == 200
    assert "errors" not in accepted.json()
    (error,) = refused.json()["errors"]
    assert "data" not in refused.json()
    assert (refused.status_code, error["extensions"]["code"]) == told
    assert str(LIMITS[limit]) in error["message"].replace(",", "")


def chain(fields: str, links: int) -> str:
    """Write a bomb: each fragment spreads the next one twice."""
    spreads = (f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }} " for n in range(links))
    return f"{{ ...f0 }} {''.join(spreads)} fragment f{links} on Query {{ {fields} }}"


FIELDS = (
    "id slug kind displayName headline presentation remote languages pricing email phone "
    "websiteUrl confirmedAt state alias: id other: slug more: kind"
)
CIRCLE = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a } "
ATTACKS: dict[str, Callable[[int], bytes]] = {
    "a fragment bomb": lambda n: body(chain("networks { code }", 80) + " " * n),
    "a short fragment bomb": lambda n: body(chain("networks { code name }", 20) + " " * n),
    "circular fragments": lambda n: body(CIRCLE + " " * n),
    "31 aliases": lambda n: body("{" + "".join(f"a{i}: __typename " for i in range(31 + n)) + "}"),
    "aliases up to the body's limit": lambda n: body(
        "{" + "".join(f"a{i}: networks {{ code }} " for i in range(3_500 + n)) + "}"
    ),
    "fields within fields": lambda n: body("{ a " * (190 - n) + "}" * (190 - n)),
    "braces up to the body's limit": lambda n: body("{ a " * (24_000 - n)),
    "JSON of 99,000 lists": lambda n: b"[" * (99_000 + n),
    "JSON of 16,000 objects": lambda n: b'{"a":' * (16_000 + n),
    "variables of 1,000 lists": lambda n: (
        b'{"query": "{a}", "variables": {"a": %s1%s}}' % (b"[" * (1_000 + n), b"]" * (1_000 + n))
    ),
    "comments up to the body's limit": lambda n: body("#\n" * 30_000 + ASKED + " " * n),
    "empty lines up to the body's limit": lambda n: body(
        "\n" * 40_000 + "{ activators { nodes {" + "".join(f" z{i}" for i in range(100 + n)) + "}}}"
    ),
    "a number of 5,000 digits": lambda n: body(
        "{ activators(first: " + "9" * (5_000 + n) + ") { totalCount } }"
    ),
    "one long word": lambda n: body("{ " + "a" * (90_000 + n) + " }"),
    "one long string": lambda n: body('{ node(id: "' + "a" * (90_000 + n) + '") { id } }'),
    "ids by the hundred": lambda n: body(
        "{ nodes(ids: [" + ", ".join(['"x"'] * (400 + n)) + "]) { id } }"
    ),
}


FULL_OF_ERRORS: dict[str, Callable[[int], bytes]] = {
    "unknown fields, each on its line": lambda n: body(
        "{ activators { nodes {" + "".join(f"\nz{i}" for i in range(900 + n)) + "}}}"
    ),
    "25 fragments, compared two by two": lambda n: body(
        "{ activators { nodes {"
        + "".join(f" ...F{i}" for i in range(25))
        + f" z{n} }} }} }}"
        + "".join(f" fragment F{i} on Activator {{ {FIELDS} }}" for i in range(25))
    ),
}
"""Documents within the limits that the standard rules refuse."""


async def quickest(service: Service, attack: Callable[[int], bytes], most_bytes: int) -> float:
    """Attack five times, each with another text, so that no cache knows it; give CPU seconds.

    A watch would tell as well what else the machine does.
    """
    durations = []
    for attempt in range(5):
        begun = time.process_time()
        response = await post(service, attack(attempt))
        durations.append(time.process_time() - begun)
        assert response.status_code < 500
        assert response.json()["errors"]
        assert len(response.content) < most_bytes
    return min(durations)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
async def test_an_attack_costs_less_than_fifty_milliseconds(
    guarded: Service, attack: Callable[[int], bytes]
) -> None:
    assert await quickest(guarded, attack, most_bytes=1_000) < 0.050


@pytest.mark.parametrize("attack", FULL_OF_ERRORS.values(), ids=FULL_OF_ERRORS.keys())
async def test_a_document_full_of_errors_costs_no_more_and_is_told_a_hundred(
    guarded: Service, attack: Callable[[int], bytes]
) -> None:
    assert await quickest(guarded, attack, most_bytes=25_000) < 0.050


async def test_the_introspection_of_graphiql_passes(guarded: Service) -> None:
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )

    found = await guarded.data(query)

    assert {"Query", "Activator"} <= {one["name"] for one in found["__schema"]["types"]}


@asynccontextmanager
async def writers_wait(database: Database) -> AsyncIterator[None]:
    """Hold what every write needs: SQLite's lock, or the row of the revision."""
    if database.is_sqlite:
        lock = sqlite3.connect(database.url.database or "", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        yield
        lock.execute("ROLLBACK")
        lock.close()
    else:
        async with database.read() as session:
            await session.execute(select(Revision).with_for_update())
            yield


async def test_an_operation_that_takes_too_long_is_given_up_and_changes_nothing(
    database: Database,
) -> None:
    async with running(database, max_operation_seconds=0.2) as service:
        async with service.write() as session:
            activator = await add_activator(session)
            token = service.token(await add_account(session, Role.MODERATOR))
        variables = {"id": global_id("Activator", activator)}

        async with writers_wait(database):
            begun = time.perf_counter()
            response = await service.client.post(
                "/graphql",
                json={"query": CHANGE, "variables": variables},
                headers={"Authorization": f"Bearer {token}"},
            )
            took = time.perf_counter() - begun
        await asyncio.sleep(0.1)

        assert (response.status_code, took < 1.0) == (503, True)
        (error,) = response.json()["errors"]
        assert error["extensions"]["code"] == "OPERATION_TIMEOUT"
        assert error["message"] == "The operation took more than 0.2 seconds."
        async with database.read() as session:
            state = (await session.execute(select(tables.activator.c.state))).scalar_one()
        assert state is ActivatorState.ACTIVE
        assert await service.data(CHANGE, variables, token=token) == {
            "changeActivatorState": {"userErrors": []}
        }
