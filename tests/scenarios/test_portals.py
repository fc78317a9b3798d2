"""Portals that come with an API key: let in, refused, for how long and to what."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models import tables
from models.accounts import Role
from models.api_keys import Scope
from permissions.viewer import Viewer
from resolvers.api_key_actions import MadeKey, revoke_api_key, rotate_api_key
from resolvers.key_secrets import KeySecrets
from resolvers.live_keys import LiveKeys
from schema.nodes import global_id
from tests.people import add_account, add_activator
from tests.portals import WHO, come, forget_keys, make_key, opens, refusal
from tests.service import SECRET, Service, running
from tests.statements import statements

OPERATOR = Viewer(account_id=1, roles=frozenset({Role.ADMINISTRATOR}))


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, each with keys of its own."""
    yield shared_service
    await forget_keys(shared_service)


async def rotate(service: Service, key: MadeKey, **how: Any) -> MadeKey:
    return await rotate_api_key(service.platform, OPERATOR, key_id=key.row.id, **how)


async def test_viewer_says_of_a_portal_its_network_and_scopes_and_no_role(
    service: Service,
) -> None:
    key = await make_key(service, scopes=[Scope.ROSTER_WRITE, Scope.CONTACT_WRITE])

    answer = await service.data(WHO, token=key.text)

    assert answer["viewer"] == {
        "isAuthenticated": True,
        "isMember": False,
        "roles": [],
        "networkCodes": [],
        "scopes": ["CONTACT_WRITE", "ROSTER_WRITE"],
        "network": "cci",
        "email": None,
    }


async def test_viewer_says_no_scope_and_no_network_of_others(service: Service) -> None:
    async with service.write() as session:
        manager = await add_account(session, Role.NETWORK_MANAGER, network_code="cci")

    for token in (None, service.token(manager)):
        viewer = (await service.data(WHO, token=token))["viewer"]
        assert (viewer["scopes"], viewer["network"]) == ([], None)


async def until(ask: Callable[[], Awaitable[Any]], answer: Any, *, seconds: float) -> None:
    """Wait until this is the answer; sleeping, since no request need wait for anything."""
    async with asyncio.timeout(seconds):
        while True:
            if await ask() == answer:
                return
            await asyncio.sleep(0.005)


async def wrong_text(service: Service, case: str) -> str:
    """Write a key that must not be believed, some of them beside one that is good."""
    key, other = await make_key(service), await make_key(service)
    head, _, secret = key.text.rpartition("_")
    if case == "expired":
        service.clock.advance(days=365)
    if case == "revoked":
        await revoke_api_key(service.platform, OPERATOR, key_id=key.row.id)
    if case == "rotated without overlap":
        await rotate(service, key, overlap_hours=0)
    return {
        "unknown": KeySecrets(SECRET).draw(12345).text,
        "with another's secret": f"{head}_{other.text.rpartition('_')[2]}",
        "of another service": KeySecrets("x" * 40).draw(key.row.id).text,
        "with a letter more": key.text + "0",
        "with a letter less": key.text[:-1],
        "in capitals": f"{head}_{secret.upper()}",
        "without a secret": f"{head}_",
        "without an underscore": head,
        "the prefix alone": "mlg_",
        "not base 32": f"mlg_uuuuuuuuuuu_{secret}",
        "not ASCII": "mlg_é",
        "very long": "mlg_" + "a" * 5_000,
    }.get(case, key.text)


WRONG = (
    "unknown",
    "with another's secret",
    "of another service",
    "with a letter more",
    "with a letter less",
    "in capitals",
    "without a secret",
    "without an underscore",
    "the prefix alone",
    "not base 32",
    "not ASCII",
    "very long",
    "expired",
    "revoked",
    "rotated without overlap",
)


@pytest.mark.parametrize("case", WRONG)
async def test_a_key_that_is_no_good_is_refused_and_not_told_why(
    service: Service, case: str
) -> None:
    text = await wrong_text(service, case)

    assert not await opens(service, text)


async def test_a_key_ends_when_its_time_is_over(service: Service) -> None:
    key = await make_key(service, days=2)
    service.clock.advance(days=1, hours=23, minutes=59)
    assert await opens(service, key.text)

    service.clock.advance(minutes=1)

    assert not await opens(service, key.text)


async def test_after_a_rotation_both_secrets_serve_for_a_day_and_then_the_new_one(
    service: Service,
) -> None:
    key = await make_key(service, days=10)

    rotated = await rotate(service, key)

    assert rotated.row.expires_at == service.clock() + timedelta(days=365)
    assert [await opens(service, one.text) for one in (key, rotated)] == [True, True]
    service.clock.advance(hours=23, minutes=59)
    assert [await opens(service, one.text) for one in (key, rotated)] == [True, True]
    service.clock.advance(minutes=1)
    assert [await opens(service, one.text) for one in (key, rotated)] == [False, True]


async def test_the_overlap_is_as_short_as_asked(service: Service) -> None:
    key = await make_key(service)
    rotated = await rotate(service, key, overlap_hours=0.5)
    assert await opens(service, key.text)

    service.clock.advance(minutes=30)

    assert [await opens(service, one.text) for one in (key, rotated)] == [False, True]


async def test_no_rotation_makes_a_secret_serve_longer_than_its_key_would_have(
    service: Service,
) -> None:
    key = await make_key(service, days=1)
    service.clock.advance(hours=23)
    rotated = await rotate(service, key)
    assert await opens(service, key.text)

    service.clock.advance(hours=1)

    assert [await opens(service, one.text) for one in (key, rotated)] == [False, True]
    late = await make_key(service, days=1)
    service.clock.advance(days=1)
    revived = await rotate(service, late)
    assert [await opens(service, one.text) for one in (late, revived)] == [False, True]


async def test_of_several_rotations_only_the_last_secret_before_serves(service: Service) -> None:
    key = await make_key(service)

    first, second = await asyncio.gather(rotate(service, key), rotate(service, key))

    opened = [await opens(service, one.text) for one in (key, first, second)]
    assert opened == [False, True, True]


async def test_a_revoked_key_is_refused_by_the_other_worker_within_a_second(
    service: Service,
) -> None:
    key = await make_key(service)
    async with running(service.database) as other:
        other.clock.now = service.clock.now
        assert await opens(other, key.text)

        await revoke_api_key(service.platform, OPERATOR, key_id=key.row.id)

        assert not await opens(service, key.text)
        await until(lambda: opens(other, key.text), False, seconds=1)


async def test_a_key_that_is_revoked_while_the_keys_are_read_is_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, read = await make_key(service), LiveKeys._read

    async def read_then_revoke(keys: LiveKeys) -> Any:
        found = await read(keys)
        monkeypatch.undo()
        await revoke_api_key(service.platform, OPERATOR, key_id=key.row.id)
        return found

    monkeypatch.setattr(LiveKeys, "_read", read_then_revoke)
    await opens(service, key.text)

    assert not await opens(service, key.text)


async def test_a_new_key_serves_with_the_other_worker_within_250_ms(service: Service) -> None:
    async with running(service.database) as other:
        other.clock.now = service.clock.now
        await opens(other, (await make_key(service)).text)

        key = await make_key(service)

        assert await opens(service, key.text)
        await until(lambda: opens(other, key.text), True, seconds=0.25)


async def last_use(service: Service, key: MadeKey) -> datetime | None:
    """Read when a key was last used."""
    table = tables.api_key
    async with service.database.read() as session:
        query = select(table.c.last_used_at).where(table.c.id == key.row.id)
        found: datetime | None = (await session.execute(query)).scalar_one()
        return found


async def until_used(service: Service, key: MadeKey, when: datetime) -> None:
    """Wait until a use is written."""
    await until(lambda: last_use(service, key), when, seconds=2)


async def test_the_last_use_is_written_at_most_once_a_minute(service: Service) -> None:
    key = await make_key(service)
    assert await last_use(service, key) is None
    first = service.clock()

    await opens(service, key.text)
    await until_used(service, key, first)
    service.clock.advance(seconds=59)
    await opens(service, key.text)
    await asyncio.sleep(0.05)
    unchanged = await last_use(service, key)
    service.clock.advance(seconds=1)
    await opens(service, key.text)

    assert unchanged == first
    await until_used(service, key, first + timedelta(minutes=1))


async def test_two_workers_write_a_use_once_a_minute_between_them(service: Service) -> None:
    key, first = await make_key(service), service.clock()
    async with running(service.database) as other:
        other.clock.now = first + timedelta(seconds=30)
        await opens(service, key.text)
        await until_used(service, key, first)

        await opens(other, key.text)

    assert await last_use(service, key) == first


async def test_no_answer_waits_for_the_last_use_to_be_written(service: Service) -> None:
    key = await make_key(service)
    await opens(service, key.text)
    service.clock.advance(minutes=2)

    async with service.write() as session:  # holds the lock for which the use must wait
        table = tables.api_key
        await session.execute(update(table).where(table.c.id == key.row.id).values(name="held"))
        async with asyncio.timeout(1):
            assert await opens(service, key.text)

    await until_used(service, key, service.clock())


async def test_a_warm_request_with_a_key_takes_no_sql(service: Service) -> None:
    async with service.write() as session:
        await add_activator(session)
    key = await make_key(service)
    query = "{ viewer { scopes network } activators { totalCount nodes { displayName } } }"
    await come(service, key.text, query=query)
    await until_used(service, key, service.clock())

    with statements(service) as sent:
        for _ in range(3):
            assert "errors" not in (await come(service, key.text, query=query)).json()
        assert not await opens(service, KeySecrets("x" * 40).draw(key.row.id).text)
        assert not await opens(service, KeySecrets(SECRET).draw(1).text)

    assert sent == []


BOX = "bounds: {south: 40, west: -6, north: 52, east: 10}, zoom: 9"
READS = {
    "networks": "networks { code }",
    "network": 'network(code: "cci") { code }',
    "expertiseFields": "expertiseFields { code }",
    "places": 'places(search: "lyon") { commune { code } }',
    "territory": 'territory(code: "DEP-69") { code }',
    "activators": "activators { totalCount }",
    "activatorClusters": f"activatorClusters({BOX}) {{ count }}",
    "activator": 'activator(id: "%(activator)s") { id }',
    "structure": 'structure(siret: "%(siret)s") { id }',
    "node": 'node(id: "%(activator)s") { id }',
    "review": 'review(id: "%(review)s") { id }',
    "nodes": 'nodes(ids: ["%(network)s"]) { id }',
    "_entities": '_entities(representations: {__typename: "Network", code: "cci"}) { __typename }',
}
"""Every root field that reads the directory."""


@pytest.fixture
async def names(service: Service) -> dict[str, str]:
    """What the queries name."""
    async with service.write() as session:
        activator_id = await add_activator(session)
        structure, activator = tables.structure, tables.activator
        query = select(structure.c.siret).join(
            activator, activator.c.structure_id == structure.c.id
        )
        siret = (await session.execute(query.where(activator.c.id == activator_id))).scalar_one()
    return {
        "activator": global_id("Activator", activator_id),
        "network": global_id("Network", "cci"),
        "review": global_id("Review", 1),
        "siret": siret,
    }


@pytest.mark.parametrize("field", READS)
async def test_only_a_key_with_the_scope_reads_the_directory(
    service: Service, names: dict[str, str], field: str
) -> None:
    others = [one for one in Scope if one is not Scope.DIRECTORY_READ]
    reader, other = await make_key(service), await make_key(service, scopes=others)
    query = f"{{ {READS[field] % names} }}"

    answer, refused = [await service.ask(query, token=one.text) for one in (reader, other)]

    assert "errors" not in answer
    assert answer == await service.ask(query)
    assert [one["extensions"] for one in refused["errors"]] == [{"code": "FORBIDDEN"}]
    assert "directory:read" in refused["errors"][0]["message"]
    assert refused["data"] in (None, {field: None}, {field: [None]})


async def test_no_root_field_is_forgotten_here(service: Service) -> None:
    query = "{ __schema { queryType { fields { name } } } }"
    fields = (await service.data(query))["__schema"]["queryType"]["fields"]

    not_the_directory = {"viewer", "auditTrail", "apiKeys", "deadJobs", "_service"}
    not_the_directory |= {"charter", "charterVersions", "exportMyData", "structuresToConfirm"}
    not_the_directory |= {"reviewPolicy", "contactRequest", "contactRequests", "contactFigures"}
    not_the_directory |= {"moderationGrounds", "moderationQueue", "moderationFigures"}
    not_the_directory |= {"declaredEngagement", "declaredEngagements"}
    not_the_directory |= {"markConditions", "markLicence", "markLicences"}
    assert {one["name"] for one in fields} == READS.keys() | not_the_directory


async def test_a_key_without_the_scope_still_learns_who_it_is(service: Service) -> None:
    key = await make_key(service, scopes=[Scope.CONTACT_WRITE])

    answer = await service.data("{ __typename viewer { network isAuthenticated } }", token=key.text)

    viewer = {"network": "cci", "isAuthenticated": True}
    assert answer == {"__typename": "Query", "viewer": viewer}


@pytest.mark.parametrize("scopes", [[Scope.CONTACT_WRITE], [*Scope]], ids=["without", "with"])
async def test_no_key_changes_the_state_of_anybody(
    service: Service, names: dict[str, str], scopes: list[Scope]
) -> None:
    key = await make_key(service, scopes=scopes)
    change = """mutation ($id: ID!) {
      changeActivatorState(input: {id: $id, state: SUSPENDED}) { userErrors { code } }
    }"""

    there = await service.data(change, {"id": names["activator"]}, token=key.text)
    nowhere = await service.data(change, {"id": global_id("Activator", 1)}, token=key.text)

    assert there == {"changeActivatorState": {"userErrors": [{"code": "FORBIDDEN"}]}}
    hidden = "NOT_FOUND" if Scope.DIRECTORY_READ in scopes else "FORBIDDEN"
    assert nowhere == {"changeActivatorState": {"userErrors": [{"code": hidden}]}}


async def test_no_key_reads_the_audit(service: Service) -> None:
    key = await make_key(service, scopes=Scope)

    answer = await service.ask("{ auditTrail { nodes { action } } }", token=key.text)

    assert [one["extensions"] for one in answer["errors"]] == [{"code": "FORBIDDEN"}]


@pytest.mark.parametrize("mutation", ["signOutEverywhere", "signOut(input: {})"])
async def test_a_key_has_no_session_to_end(service: Service, mutation: str) -> None:
    key = await make_key(service)

    query = f"mutation {{ {mutation} {{ userErrors {{ code }} }} }}"
    (payload,) = (await service.data(query, token=key.text)).values()

    assert payload == {"userErrors": [{"code": "UNAUTHENTICATED"}]}
    assert await opens(service, key.text)


async def test_another_scheme_does_not_take_a_key(service: Service) -> None:
    key = await make_key(service)

    response = await service.client.post(
        "/graphql", json={"query": WHO}, headers={"Authorization": f"Basic {key.text}"}
    )

    assert refusal(response) == (401, "UNAUTHENTICATED")
