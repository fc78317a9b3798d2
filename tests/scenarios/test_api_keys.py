"""Managing API keys: who may, what is asked of a key, and what nobody can read again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.api_keys import Scope
from resolvers.api_key_actions import MOST_KEYS
from schema.nodes import global_id
from tests.people import add_account, add_activator, add_structure
from tests.portals import come, forget_keys, make_key, opens
from tests.rules.world import rows_of
from tests.service import Service

SHOWN = """fragment shown on ApiKey {
  id name network scopes origins createdAt expiresAt lastUsedAt previousExpiresAt revokedAt
}"""
ERRORS = "userErrors { code field message }"
CREATE = f"""mutation ($input: CreateApiKeyInput!) {{
  createApiKey(input: $input) {{ key apiKey {{ ...shown }} {ERRORS} }}
}} {SHOWN}"""
ROTATE = f"""mutation ($input: RotateApiKeyInput!) {{
  rotateApiKey(input: $input) {{ key apiKey {{ ...shown }} {ERRORS} }}
}} {SHOWN}"""
REVOKE = f"""mutation ($input: RevokeApiKeyInput!) {{
  revokeApiKey(input: $input) {{ apiKey {{ ...shown }} {ERRORS} }}
}} {SHOWN}"""
LIST = f"query ($network: String!) {{ apiKeys(network: $network) {{ ...shown }} }} {SHOWN}"
ASKED: dict[str, Any] = {"network": "cci", "name": "Portail", "scopes": ["DIRECTORY_READ"]}

MANAGERS = ("administrator", "manager of the network")
OTHERS = (
    "visitor",
    "account without a role",
    "activator of the network",
    "structure manager",
    "manager of another network",
    "moderator",
    "institution",
    "key of the network",
)


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, each with keys of its own."""
    yield shared_service
    await forget_keys(shared_service)


async def bearer(service: Service, kind: str) -> str | None:
    """Make a viewer of a kind; give what it comes with."""
    if kind == "visitor":
        return None
    if kind == "key of the network":
        return (await make_key(service, scopes=Scope)).text
    async with service.write() as session:
        activator = await add_activator(session, networks=["cci"])
        structure = await add_structure(session, networks=["cci"])
        roles: dict[str, tuple[tuple[Role, ...], dict[str, Any]]] = {
            "administrator": ((Role.ADMINISTRATOR,), {}),
            "manager of the network": ((Role.NETWORK_MANAGER,), {"network_code": "cci"}),
            "account without a role": ((), {}),
            "activator of the network": ((Role.ACTIVATOR,), {"activator_id": activator}),
            "structure manager": ((Role.STRUCTURE_MANAGER,), {"structure_id": structure}),
            "manager of another network": ((Role.NETWORK_MANAGER,), {"network_code": "cma"}),
            "moderator": ((Role.MODERATOR,), {}),
            "institution": ((Role.INSTITUTION,), {}),
        }
        given, about = roles[kind]
        return service.token(await add_account(session, *given, **about))


async def held(service: Service) -> Any:
    """Read the keys, but for their last use, and the audit: what a refusal leaves as it was."""
    columns = [one for one in tables.api_key.c if one.name != "last_used_at"]
    async with service.database.read() as session:
        keys = (await session.execute(select(*columns).order_by(tables.api_key.c.id))).all()
    return keys, await rows_of(service.database, tables.audit_entry, tables.revision)


async def do(service: Service, query: str, token: str | None, **asked: Any) -> Any:
    """Ask for a mutation; give its payload."""
    (payload,) = (await service.data(query, {"input": asked}, token=token)).values()
    return payload


async def told(service: Service) -> list[tuple[Any, ...]]:
    """Read the audit of keys, the last entry first: what, through what, before and after."""
    entry = tables.audit_entry
    columns = (entry.c.action, entry.c.client, entry.c.subject_id, entry.c.before, entry.c.after)
    query = select(*columns).where(entry.c.subject == "ApiKey").order_by(entry.c.sequence.desc())
    async with service.database.read() as session:
        return [tuple(row) for row in (await session.execute(query)).all()]


@pytest.mark.parametrize("kind", MANAGERS)
async def test_administrators_and_the_network_s_managers_make_rotate_list_and_revoke_its_keys(
    service: Service, kind: str
) -> None:
    token = await bearer(service, kind)

    made = await do(service, CREATE, token, **ASKED)
    key_id = made["apiKey"]["id"]
    rotated = await do(service, ROTATE, token, id=key_id)
    listed = await service.data(LIST, {"network": "cci"}, token=token)
    revoked = await do(service, REVOKE, token, id=key_id)
    left = await service.data(LIST, {"network": "cci"}, token=token)

    assert made["userErrors"] == rotated["userErrors"] == revoked["userErrors"] == []
    assert listed == {"apiKeys": [rotated["apiKey"]]}
    assert left == {"apiKeys": []}
    assert revoked["apiKey"]["revokedAt"] is not None
    actions = [(action, client) for action, client, *_ in await told(service)]
    assert actions[:3] == [
        ("api_key.revoke", "token"),
        ("api_key.rotate", "token"),
        ("api_key.create", "token"),
    ]


@pytest.mark.parametrize("action", ["create", "rotate", "revoke", "list"])
@pytest.mark.parametrize("kind", OTHERS)
async def test_nobody_else_does_and_what_is_refused_changes_nothing(
    service: Service, kind: str, action: str
) -> None:
    key_id = global_id("ApiKey", (await make_key(service)).row.id)
    token = await bearer(service, kind)
    before = await held(service)

    if action == "list":
        answer = await service.ask(LIST, {"network": "cci"}, token=token)
        assert answer["data"] is None
        assert [one["extensions"] for one in answer["errors"]] == [{"code": "FORBIDDEN"}]
    elif action == "create":
        refused = await do(service, CREATE, token, **ASKED)
        assert (refused["key"], refused["apiKey"]) == (None, None)
        assert [one["code"] for one in refused["userErrors"]] == ["FORBIDDEN"]
    else:
        query = ROTATE if action == "rotate" else REVOKE
        refused = await do(service, query, token, id=key_id)
        unknown = await do(service, query, token, id=global_id("ApiKey", 1))
        assert [one["code"] for one in refused["userErrors"]] == ["NOT_FOUND"]
        assert refused == unknown

    assert await held(service) == before


async def test_a_key_is_told_with_its_terms_and_nothing_of_its_secret(service: Service) -> None:
    token = await bearer(service, "administrator")
    origins = ["https://Portail.Example.org:443", "http://localhost:3000"]
    scopes = ["ROSTER_WRITE", "DIRECTORY_READ", "ROSTER_WRITE"]

    made = await do(
        service, CREATE, token, network="cma", name=" Né ", scopes=scopes, origins=origins, days=10
    )

    now = service.clock()
    assert made["apiKey"] | {"id": None} == {
        "id": None,
        "name": "Né",
        "network": "cma",
        "scopes": ["DIRECTORY_READ", "ROSTER_WRITE"],
        "origins": ["http://localhost:3000", "https://portail.example.org"],
        "createdAt": now.isoformat(),
        "expiresAt": (now + timedelta(days=10)).isoformat(),
        "lastUsedAt": None,
        "previousExpiresAt": None,
        "revokedAt": None,
    }
    action, _, _, before, after = (await told(service))[0]
    assert (action, before) == ("api_key.create", {})
    assert after == {
        "network_code": "cma",
        "scopes": ["directory:read", "roster:write"],
        "origins": ["http://localhost:3000", "https://portail.example.org"],
        "expires_at": (now + timedelta(days=10)).isoformat(),
    }


async def test_a_key_lasts_a_year_where_nobody_says_how_long(service: Service) -> None:
    made = await do(service, CREATE, await bearer(service, "administrator"), **ASKED)

    assert made["apiKey"]["expiresAt"] == (service.clock() + timedelta(days=365)).isoformat()


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown network": ({"network": "nope"}, "network"),
    "no network": ({"network": ""}, "network"),
    "a network with a zero": ({"network": "cci\0"}, "network"),
    "no name": ({"name": ""}, "name"),
    "a blank name": ({"name": " \t"}, "name"),
    "a long name": ({"name": "x" * 101}, "name"),
    "a name of two lines": ({"name": "a\nb"}, "name"),
    "a name with a zero": ({"name": "a\0b"}, "name"),
    "no scopes": ({"scopes": []}, "scopes"),
    "no days": ({"days": 0}, "days"),
    "negative days": ({"days": -1}, "days"),
    "more than two years": ({"days": 731}, "days"),
    "too many origins": ({"origins": [f"https://a{n}.fr" for n in range(21)]}, "origins"),
    **{
        f"the origin {origin!r}": ({"origins": ["https://good.fr", origin]}, "origins")
        for origin in (
            "",
            "*",
            "null",
            "https://*",
            "https://*.example.org",
            "portail.example.org",
            "http://portail.example.org",
            "http://localhost.example.org",
            "ftp://localhost",
            "https://",
            "https://portail.example.org/",
            "https://portail.example.org/page",
            "https://portail.example.org?a",
            "https://portail.example.org#a",
            "https://ada@portail.example.org",
            "https://portail.example.org:0",
            "https://portail.example.org:65536",
            "https://portail.example.org:x",
            "https://portail..example.org",
            "https://-portail.example.org",
            "https://portail.example.org\n",
            " https://portail.example.org",
            "https://pörtail.example.org",
            "https://\u212aelvin.example.org",
            "https://" + "a" * 64 + ".fr",
            "https://" + "a." * 150 + "fr",
            "javascript:alert(1)",
            "file://",
        )
    },
}


@pytest.mark.parametrize(("wrong", "field"), BAD.values(), ids=BAD.keys())
async def test_what_is_wrong_of_a_key_is_told_by_its_field(
    service: Service, wrong: dict[str, Any], field: str
) -> None:
    token = await bearer(service, "administrator")
    before = await held(service)

    refused = await do(service, CREATE, token, **{**ASKED, **wrong})

    assert (refused["key"], refused["apiKey"]) == (None, None)
    (error,) = refused["userErrors"]
    assert (error["code"], error["field"]) == ("BAD_USER_INPUT", field)
    assert error["message"].startswith(f"{field}: got ")
    assert await held(service) == before


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"overlapHours": -0.1}, "BAD_USER_INPUT", "overlapHours"),
        ({"overlapHours": 24.5}, "BAD_USER_INPUT", "overlapHours"),
        ({"days": 0}, "BAD_USER_INPUT", "days"),
        ({"days": 731}, "BAD_USER_INPUT", "days"),
        ({"id": "x"}, "BAD_USER_INPUT", "id"),
        ({"id": global_id("Session", 1)}, "NOT_FOUND", "id"),
        ({"id": global_id("ApiKey", 2**63)}, "NOT_FOUND", "id"),
    ],
)
async def test_what_is_wrong_of_a_rotation_is_told_by_its_field(
    service: Service, wrong: dict[str, Any], code: str, field: str
) -> None:
    token = await bearer(service, "administrator")
    key = await make_key(service)
    before = await held(service)

    refused = await do(service, ROTATE, token, **{"id": global_id("ApiKey", key.row.id), **wrong})

    (error,) = refused["userErrors"]
    assert (error["code"], error["field"], refused["key"]) == (code, field, None)
    assert await held(service) == before
    assert await opens(service, key.text)


@pytest.mark.parametrize("network", ["nope", "cci\0"])
async def test_the_keys_of_no_network_are_no_question(service: Service, network: str) -> None:
    answer = await service.ask(
        LIST, {"network": network}, token=await bearer(service, "administrator")
    )

    extensions = {"code": "BAD_USER_INPUT", "field": "network"}
    assert [one["extensions"] for one in answer["errors"]] == [extensions]


async def test_a_name_serves_once_in_a_network_until_its_key_is_revoked(service: Service) -> None:
    token = await bearer(service, "administrator")
    first = await do(service, CREATE, token, **ASKED)
    before = await held(service)

    again = await do(service, CREATE, token, **ASKED)

    error = {"code": "CONFLICT", "field": "name"}
    assert [one | {"message": None} for one in again["userErrors"]] == [error | {"message": None}]
    assert await held(service) == before
    elsewhere = await do(service, CREATE, token, **{**ASKED, "network": "cma"})
    await do(service, REVOKE, token, id=first["apiKey"]["id"])
    anew = await do(service, CREATE, token, **ASKED)
    assert elsewhere["userErrors"] == anew["userErrors"] == []


async def test_of_many_who_make_the_same_key_at_once_one_does(service: Service) -> None:
    token = await bearer(service, "administrator")

    answers = await asyncio.gather(*(do(service, CREATE, token, **ASKED) for _ in range(5)))

    codes = sorted(error["code"] for one in answers for error in one["userErrors"])
    assert codes == ["CONFLICT"] * 4
    listed = await service.data(LIST, {"network": "cci"}, token=token)
    assert len(listed["apiKeys"]) == 1


async def test_a_network_has_room_for_fifty_keys(service: Service) -> None:
    token = await bearer(service, "administrator")
    for _ in range(MOST_KEYS - 1):
        await make_key(service)

    last = await do(service, CREATE, token, **ASKED)
    more = await do(service, CREATE, token, **{**ASKED, "name": "One more"})

    assert last["userErrors"] == []
    assert [(one["code"], one["field"]) for one in more["userErrors"]] == [("CONFLICT", "network")]


async def test_a_key_is_revoked_once(service: Service) -> None:
    token = await bearer(service, "administrator")
    key_id = global_id("ApiKey", (await make_key(service)).row.id)

    answers = await asyncio.gather(*(do(service, REVOKE, token, id=key_id) for _ in range(3)))

    codes = [[error["code"] for error in one["userErrors"]] for one in answers]
    assert sorted(codes) == [[], ["CONFLICT"], ["CONFLICT"]]
    before = await held(service)
    rotated = await do(service, ROTATE, token, id=key_id)
    assert [error["code"] for error in rotated["userErrors"]] == ["CONFLICT"]
    assert await held(service) == before
    assert [action for action, *_ in await told(service)].count("api_key.revoke") >= 1


async def test_no_secret_is_in_a_table_or_in_the_logs(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    token = await bearer(service, "administrator")
    made = await do(service, CREATE, token, **ASKED)
    rotated = await do(service, ROTATE, token, id=made["apiKey"]["id"])
    texts = [made["key"], rotated["key"]]

    for text in texts:
        assert await opens(service, text)
        assert not await opens(service, text + "0")
        await come(service, text, origin="https://elsewhere.example.org")
        await come(service, text, query=f'{{ network(code: "{text}") {{ name }} }}')
    reference = {tables.territory, tables.territory_postal_code}
    stored = str(
        await rows_of(
            service.database,
            *(one for one in tables.metadata.tables.values() if one not in reference),
        )
    )
    listed = str(await service.data(LIST, {"network": "cci"}, token=token))
    printed = capsys.readouterr().err

    assert len(printed.splitlines()) > 8
    for text in texts:
        secret = text.rpartition("_")[2]
        assert len(secret) == 64
        for place in (stored, listed, printed):
            assert secret not in place
    hashes = [one for row in await rows_of(service.database, tables.api_key) for one in row]
    assert not any(isinstance(one, str) and len(one) == 64 and one in listed for one in hashes)
