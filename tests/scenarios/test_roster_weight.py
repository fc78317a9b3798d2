"""What a roster may weigh, and that nobody but those who keep one may send as much."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from models.accounts import Role
from models.api_keys import Scope
from models.database import Database
from tests.databases import sqlite_copy
from tests.people import add_account
from tests.portals import make_key
from tests.rosters import entries
from tests.service import Service, running
from tests.syncs import SYNC, counts, leave_nobody, report, roster_key

ASKED = "query ($a: String!) { network(code: $a) { code } }"


@pytest.fixture(scope="module")
async def sqlite(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    """A database whose reference data these tests only read."""
    async with sqlite_copy(sqlite_template, tmp_path_factory.mktemp("weight")) as database:
        yield database


@pytest.fixture(scope="module")
async def tight(sqlite: Database) -> AsyncIterator[Service]:
    """An application with limits that a short text reaches."""
    limits = {"max_body_bytes": 1_000, "max_variables_bytes": 100, "max_roster_bytes": 3_000}
    async with running(sqlite, **limits) as service:
        yield service


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """An application with the usual limits."""
    yield shared_service
    await leave_nobody(shared_service)


async def bearers(service: Service) -> dict[str, str | None]:
    """Make viewers of several kinds; give what each comes with."""
    async with service.write() as session:
        manager = await add_account(session, Role.NETWORK_MANAGER, network_code="cci")
        administrator = await add_account(session, Role.ADMINISTRATOR)
        moderator = await add_account(session, Role.MODERATOR)
        nobody = await add_account(session)
    other = [*set(Scope) - {Scope.ROSTER_WRITE}]
    return {
        "key": await roster_key(service),
        "manager": service.token(manager),
        "administrator": service.token(administrator),
        "visitor": None,
        "account": service.token(nobody),
        "moderator": service.token(moderator),
        "key of another scope": (await make_key(service, scopes=other)).text,
    }


async def post(service: Service, token: str | None, content: bytes) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    return await service.client.post("/graphql", content=content, headers=headers)


def told(response: httpx.Response) -> tuple[int, str]:
    """Give the status of an answer, and its code if it is a refusal."""
    errors = response.json().get("errors", [])
    return response.status_code, errors[0]["extensions"]["code"] if errors else "ok"


async def test_those_who_keep_a_roster_may_send_more_and_nobody_else(tight: Service) -> None:
    variables = orjson.dumps({"query": ASKED, "variables": {"a": "x" * 500}})
    long = {"body": variables.ljust(3_000), "variables": variables, "more": b" " * 3_001}

    found = {
        who: {name: told(await post(tight, token, content)) for name, content in long.items()}
        for who, token in (await bearers(tight)).items()
    }

    for who in ("key", "manager", "administrator"):
        refused = found[who].pop("more")
        assert refused == (413, "BODY_TOO_LARGE")
        passed = set(found.pop(who).values())
        assert passed <= {(200, "ok"), (200, "FORBIDDEN")}, who  # the key may not read
    assert set(found) == {"visitor", "account", "moderator", "key of another scope"}
    for answers in found.values():
        assert answers == {
            "body": (413, "BODY_TOO_LARGE"),
            "variables": (400, "VARIABLES_TOO_LARGE"),
            "more": (413, "BODY_TOO_LARGE"),
        }


async def test_a_document_is_as_short_for_them_as_for_everyone(tight: Service) -> None:
    key = await roster_key(tight)

    allowed = await post(tight, key, orjson.dumps({"query": "{ __typename }".ljust(1_000)}))
    refused = await post(tight, key, orjson.dumps({"query": "{ __typename }".ljust(1_001)}))

    assert (told(allowed), told(refused)) == ((200, "ok"), (413, "BODY_TOO_LARGE"))
    assert refused.json()["errors"][0]["message"] == "query: more than 1000 bytes."


ATTACKS: dict[str, Any] = {
    "many entries": {"entries": [{}] * 2_000},
    "entries within others": {"entries": [{"expertise": [{"a": [{}] * 1_000}] * 2}]},
    "lists of lists": {"entries": [[[{}] * 700] * 3]},
}


@pytest.mark.parametrize("sent", ATTACKS.values(), ids=ATTACKS.keys())
async def test_more_objects_than_two_rosters_are_refused_before_they_are_looked_at(
    service: Service, sent: dict[str, Any]
) -> None:
    content = orjson.dumps({"query": SYNC, "variables": {"input": {"network": "cci", **sent}}})
    key = await roster_key(service)

    begun = time.process_time()
    response = await post(service, key, content)
    took = time.process_time() - begun

    assert told(response) == (400, "VARIABLES_TOO_LARGE")
    assert response.json()["errors"][0]["message"] == "variables: more than 2000 objects."
    assert took < 0.5


async def test_a_request_holds_two_rosters_at_most(service: Service) -> None:
    one = "syncRoster(input: $input) { userErrors { code } }"
    asked = f"mutation ($input: SyncRosterInput!) {{ a: {one} b: {one} c: {one} }}"
    variables = {"input": {"network": "cci", "entries": []}}

    answer = await service.ask(asked, variables, token=await roster_key(service))

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["QUERY_TOO_COSTLY"]


async def test_a_thousand_entries_are_one_call_and_take_little_time(service: Service) -> None:
    key, sent = await roster_key(service), entries(1_000)

    begun = time.process_time()
    first = await report(service, key, sent, full=True)
    second = await report(service, key, sent, full=True)
    took = time.process_time() - begun

    assert (counts(first), counts(second)) == ((1_000, 0, 0, 0), (0, 0, 1_000, 0))
    assert took < 10


async def test_long_texts_cost_no_more_than_short_ones(service: Service) -> None:
    key, sent = await roster_key(service), entries(3)
    accents = "\N{COMBINING ACUTE ACCENT}\N{COMBINING CEDILLA}" * 200_000
    sent[0]["givenName"] = sent[1]["expertise"][0] = accents

    begun = time.process_time()
    found = await report(service, key, sent, keep=[accents[:50_000]])
    took = time.process_time() - begun

    assert counts(found) == (1, 0, 0, 2)
    assert took < 2
