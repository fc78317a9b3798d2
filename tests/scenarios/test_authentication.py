"""Who is asking: by a token that is valid, of an account that is there, with its roles of now."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, insert, update
from sqlmodel import col

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.base import new_id
from models.revisions import KEPT, Revision, Subject, record_changes
from resolvers.tokens import Tokens
from tests.conftest import BACKENDS
from tests.databases import postgres_copy, sqlite_copy
from tests.people import add_account, add_activator, add_structure
from tests.service import NOW, SECRET, Service, running

WHO = "{ viewer { isAuthenticated isMember roles networkCodes structureIds activatorIds } }"
HOUR = timedelta(hours=1)
ISSUER = "http://127.0.0.1:8000"


@dataclass
class Place:
    """An application, another worker on the same database, and what roles are about."""

    here: Service
    elsewhere: Service
    activator_id: int
    structure_id: int

    async def account(self, *roles: Role, **about: Any) -> int:
        async with self.here.write() as session:
            return await add_account(session, *roles, **about)

    async def ask(self, authorization: str) -> httpx.Response:
        return await self.here.client.post(
            "/graphql", json={"query": WHO}, headers={b"Authorization": authorization.encode()}
        )

    async def roles_everywhere(self, account_id: int) -> list[list[str]]:
        token = self.here.token(account_id)
        found = [await one.data(WHO, token=token) for one in (self.here, self.elsewhere)]
        return [one["viewer"]["roles"] for one in found]


@pytest.fixture(scope="module", params=BACKENDS)
async def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            copy = sqlite_copy(template, tmp_path_factory.mktemp("place"))
        else:
            server = request.getfixturevalue("postgres")
            copy = postgres_copy(server, request.getfixturevalue("postgresql_template"))
        database = await stack.enter_async_context(copy)
        here = await stack.enter_async_context(running(database))
        second = await stack.enter_async_context(running(database))
        async with here.write() as session:
            structure_id = await add_structure(session)
            activator_id = await add_activator(session, structure_id=structure_id)
        yield Place(here, second, activator_id, structure_id)


async def test_nobody_is_signed_in_without_a_token(place: Place) -> None:
    found = await place.here.data(WHO)

    assert not any(found["viewer"].values())


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
async def test_a_token_gives_the_roles_of_its_account(place: Place, role: Role) -> None:
    about: dict[Role, dict[str, Any]] = {
        Role.ACTIVATOR: {"activator_id": place.activator_id},
        Role.STRUCTURE_MANAGER: {"structure_id": place.structure_id},
        Role.NETWORK_MANAGER: {"network_code": "cci"},
    }
    account_id = await place.account(role, **about.get(role, {}))

    viewer = (await place.here.data(WHO, token=place.here.token(account_id)))["viewer"]

    assert (viewer["isAuthenticated"], viewer["isMember"]) == (True, True)
    assert viewer["roles"] == [role.name]
    assert bool(viewer["activatorIds"]) == (role is Role.ACTIVATOR)
    assert bool(viewer["structureIds"]) == (role is Role.STRUCTURE_MANAGER)
    assert viewer["networkCodes"] == (["cci"] if role is Role.NETWORK_MANAGER else [])


async def test_an_account_without_a_role_is_signed_in_and_no_member(place: Place) -> None:
    account_id = await place.account()

    viewer = (await place.here.data(WHO, token=place.here.token(account_id)))["viewer"]

    assert (viewer["isAuthenticated"], viewer["isMember"], viewer["roles"]) == (True, False, [])


def unsigned(token: str, algorithm: str) -> str:
    """Name another algorithm and drop the signature."""
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm}).encode()).rstrip(b"=")
    return ".".join([header.decode(), token.split(".")[1], ""])


def forgeries(good: str, account_id: int) -> dict[str, str]:
    """Write what must not be believed, about an account that exists."""
    ours, theirs = Tokens(SECRET, ISSUER), Tokens("another secret, as long as ours is", ISSUER)
    head, claims, signature = good.split(".")
    return {
        "expired": ours.write(account_id, now=NOW - HOUR, lifetime=HOUR),
        "of another issuer": Tokens(SECRET, "https://elsewhere.example").write(
            account_id, now=NOW, lifetime=HOUR
        ),
        "of another secret": theirs.write(account_id, now=NOW, lifetime=HOUR),
        "of nobody": ours.write(1, now=NOW, lifetime=HOUR),
        "without an algorithm": unsigned(good, "none"),
        "without a signature": unsigned(good, "HS256"),
        "with other claims": f"{head}.{claims[:-4]}AAAA.{signature}",
        "garbage": "garbage",
        "dots": "..",
        "not ASCII": "é",
        "very long": "a" * 5_000,
    }


NAMES = forgeries("..", 0)


@pytest.mark.parametrize("name", NAMES)
async def test_a_token_that_is_not_ours_and_of_now_is_refused(place: Place, name: str) -> None:
    account_id = await place.account(Role.MODERATOR)
    token = forgeries(place.here.token(account_id), account_id)[name]

    response = await place.ask(f"Bearer {token}")

    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert response.json() == {
        "errors": [
            {
                "message": "The token is not valid, or not any more.",
                "extensions": {"code": "UNAUTHENTICATED"},
            }
        ]
    }


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer  ", "Basic YTpi", "Token abc"])
async def test_another_scheme_is_refused_with_the_one_expected(
    place: Place, authorization: str
) -> None:
    response = await place.ask(authorization)

    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert error["message"] == "Authorization: expected `Bearer TOKEN`."


async def until_everywhere(
    place: Place, account_id: int, roles: list[str], *, seconds: float = 0.25
) -> None:
    """Wait until both workers know the roles."""
    async with asyncio.timeout(seconds):
        while True:
            if await place.roles_everywhere(account_id) == [roles, roles]:
                return
            await asyncio.sleep(0.005)


async def test_a_role_that_is_taken_away_is_gone_here_at_once_and_soon_elsewhere(
    place: Place,
) -> None:
    account_id = await place.account(Role.MODERATOR)
    assert await place.roles_everywhere(account_id) == [["MODERATOR"], ["MODERATOR"]]
    role = tables.account_role

    async with place.here.write() as session:
        await session.execute(delete(role).where(role.c.account_id == account_id))
        await record_changes(session, Subject.ACCOUNT, [account_id])

    assert (await place.roles_everywhere(account_id))[0] == []
    await until_everywhere(place, account_id, [])


async def test_a_role_that_is_given_is_there_at_once_and_soon_elsewhere(place: Place) -> None:
    account_id = await place.account()
    assert await place.roles_everywhere(account_id) == [[], []]
    given = {"id": new_id(), "account_id": account_id, "role": Role.INSTITUTION}

    async with place.here.write() as session:
        await session.execute(insert(tables.account_role).values(given))
        await record_changes(session, Subject.ACCOUNT, [account_id])

    assert (await place.roles_everywhere(account_id))[0] == ["INSTITUTION"]
    await until_everywhere(place, account_id, ["INSTITUTION"])


async def test_a_worker_that_missed_too_many_changes_believes_no_role_that_it_knew(
    place: Place,
) -> None:
    account_id = await place.account(Role.MODERATOR)
    await place.roles_everywhere(account_id)
    role = tables.account_role

    async with place.here.write() as session:
        await session.execute(delete(role).where(role.c.account_id == account_id))
        await session.execute(update(Revision).values(value=col(Revision.value) + KEPT))
        await record_changes(session, Subject.ACCOUNT, [1])

    await until_everywhere(place, account_id, [], seconds=10)  # each reads the whole directory


async def test_the_token_of_an_account_that_is_deleted_is_refused(place: Place) -> None:
    account_id = await place.account(Role.MODERATOR)
    token = place.here.token(account_id)
    assert (await place.ask(f"Bearer {token}")).status_code == 200

    async with place.here.write() as session:
        await session.execute(delete(tables.account).where(tables.account.c.id == account_id))
        await record_changes(session, Subject.ACCOUNT, [account_id])

    assert (await place.ask(f"Bearer {token}")).status_code == 401


@pytest.mark.parametrize("state", ActivatorState, ids=lambda state: state.value)
async def test_an_activator_is_a_member_while_it_is_active(
    place: Place, state: ActivatorState
) -> None:
    async with place.here.write() as session:
        activator_id = await add_activator(session, state=state)
        account_id = await add_account(session, Role.ACTIVATOR, activator_id=activator_id)

    viewer = (await place.here.data(WHO, token=place.here.token(account_id)))["viewer"]

    assert viewer["isMember"] == (state is ActivatorState.ACTIVE)
