"""Portals for tests: keys of networks, and how a request is made with one."""

import itertools
from collections.abc import Iterable
from typing import Any

import httpx
from sqlalchemy import delete

from models import tables
from models.api_keys import Scope
from models.base import new_id
from models.revisions import Subject, record_changes
from resolvers.api_key_actions import MadeKey, make_api_key
from resolvers.api_key_terms import terms_of
from tests.service import Service

WHO = "{ viewer { isAuthenticated isMember roles networkCodes scopes network email } }"
PORTAL = "https://portail.example.org"

_numbers = itertools.count(1)


async def make_key(
    service: Service,
    *,
    network: str = "cci",
    scopes: Iterable[Scope] = (Scope.DIRECTORY_READ,),
    origins: Iterable[str] = (),
    days: int | None = None,
) -> MadeKey:
    """Make a key of a network, as an operator does."""
    terms = terms_of(name=f"Key {next(_numbers)}", scopes=[*scopes], origins=[*origins])
    return await make_api_key(service.platform, None, network=network, terms=terms, days=days)


async def forget_keys(service: Service) -> None:
    """Leave no key to the next test: a network has room for some only."""
    async with service.write() as session:
        await session.execute(delete(tables.api_key))
        await record_changes(session, Subject.ACCOUNT, [new_id()])


async def come(
    service: Service, key: str, *, origin: str | None = None, query: str = WHO, **headers: str
) -> httpx.Response:
    """Ask with a key, from a server or from a page of an origin."""
    sent = {"Authorization": f"Bearer {key}", **headers}
    if origin is not None:
        sent["Origin"] = origin
    encoded = {name.encode(): value.encode() for name, value in sent.items()}
    return await service.client.post("/graphql", json={"query": query}, headers=encoded)


async def opens(service: Service, key: str) -> bool:
    """Say whether a key is good; else it must be refused like any bad token."""
    response = await come(service, key)
    if response.status_code == 200:
        return bool(response.json()["data"]["viewer"]["isAuthenticated"])
    assert refusal(response) == (401, "UNAUTHENTICATED")
    assert response.json()["errors"][0]["message"] == "The token is not valid, or not any more."
    assert response.headers["WWW-Authenticate"] == "Bearer"
    return False


def refusal(response: httpx.Response) -> tuple[int, str]:
    """Give the status and the code of an answer that is one error alone."""
    body: Any = response.json()
    (error,) = body["errors"]
    assert "data" not in body
    return response.status_code, error["extensions"]["code"]
