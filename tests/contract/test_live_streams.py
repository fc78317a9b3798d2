"""Streams of events speak graphql-sse, each on a connection of its own."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from models import tables
from models.api_keys import Scope
from models.revisions import Subject, record_changes
from tests.contact import Asked, add_request, revoke_links
from tests.live import STATE, stream, until_nobody_follows
from tests.people import add_activator
from tests.portals import PORTAL, forget_keys, make_key
from tests.service import Service

EVENTS = "text/event-stream"
JSON = "application/json"
ALL = f"application/graphql-response+json, {JSON}, {EVENTS}"

pytestmark = pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True, scope="module")
"""What carries subscriptions knows nothing of databases."""


@pytest.fixture(scope="module")
async def service(shared_service: Service) -> Service:
    """One application for all of them."""
    return shared_service


@pytest.fixture
async def asked(service: Service) -> AsyncIterator[Asked]:
    """A contact request; once who follows it has gone, nothing of that is left."""
    async with service.write() as session:
        activator_id = await add_activator(session)
    yield await add_request(service, activator_id)
    await until_nobody_follows(service)


async def change(service: Service, asked: Asked, state: str) -> None:
    """Have a request in another state."""
    own = update(tables.contact_request).where(tables.contact_request.c.id == asked.id)
    async with service.write() as session:
        await session.execute(own.values(state=state))
        await record_changes(session, Subject.CONTACT_REQUEST, [asked.id])


def state_in(event: tuple[str, Any]) -> str:
    """Read the state that an answer shows."""
    name, told = event
    assert name == "next"
    return str(told["data"]["contactRequestChanged"]["state"])


@pytest.mark.parametrize("accept", [EVENTS, ALL, f"{EVENTS}, */*;q=0.1"])
async def test_a_subscription_is_answered_by_events(
    service: Service, address: str, asked: Asked, accept: str
) -> None:
    async with stream(address, {"token": asked.token}, Accept=accept) as events:
        assert events.response.headers["Content-Type"] == f"{EVENTS}; charset=utf-8"
        assert events.response.headers["X-Accel-Buffering"] == "no"
        assert events.response.headers["Cache-Control"] == "no-store"

        first = await events.event()
        await change(service, asked, "ANSWERED")
        second = await events.event()

    assert [state_in(first), state_in(second)] == ["ACKNOWLEDGED", "ANSWERED"]


async def test_a_subscription_may_be_asked_by_get(address: str, asked: Asked) -> None:
    query = f'subscription {{ contactRequestChanged(token: "{asked.token}") {{ state }} }}'
    async with (
        httpx.AsyncClient(trust_env=False) as http,
        http.stream(
            "GET", f"http://{address}", params={"query": query}, headers={"Accept": EVENTS}
        ) as response,
    ):
        lines = response.aiter_lines()
        assert [await anext(lines), await anext(lines)] == [
            "event: next",
            'data: {"data":{"contactRequestChanged":{"state":"ACKNOWLEDGED"}}}',
        ]


async def test_it_is_complete_once_the_viewer_may_not_see_it(
    service: Service, address: str, asked: Asked
) -> None:
    async with stream(address, {"token": asked.token}) as events:
        await events.event()

        await revoke_links(service, asked.id)
        await change(service, asked, "ANSWERED")

        name, told = await events.event()
        assert (name, told["errors"][0]["extensions"]["code"]) == ("next", "NOT_FOUND")
        assert await events.event() == ("complete", None)
        with pytest.raises(EOFError):
            await events.event()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { none }", "BAD_REQUEST"),
        ('subscription { contactRequestChanged(token: "none") { id } }', "NOT_FOUND"),
        (f"subscription {{ {'a: __typename ' * 300} }}", "TOO_MANY_ALIASES"),
    ],
)
async def test_what_cannot_be_followed_is_told_by_the_stream(
    address: str, query: str, code: str
) -> None:
    async with stream(address, {}, query) as events:
        name, told = await events.event()
        assert (name, told["errors"][0]["extensions"]["code"]) == ("next", code)
        assert await events.event() == ("complete", None)


async def refused(address: str, query: str, **headers: str) -> tuple[int, str]:
    """Ask what is not answered by a stream; give the status and the code."""
    async with httpx.AsyncClient(trust_env=False) as http:
        response = await http.post(f"http://{address}", json={"query": query}, headers=headers)
    assert response.headers["Content-Type"].startswith("application/")
    return response.status_code, response.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("accept", [JSON, "application/graphql-response+json", "*/*"])
async def test_a_subscription_needs_a_client_that_takes_events(address: str, accept: str) -> None:
    assert await refused(address, STATE, Accept=accept) == (406, "NOT_ACCEPTABLE")


async def test_a_query_is_not_answered_by_events(address: str) -> None:
    assert await refused(address, "{ __typename }", Accept=EVENTS) == (406, "NOT_ACCEPTABLE")
    async with httpx.AsyncClient(trust_env=False) as http:
        both = await http.post(
            f"http://{address}", json={"query": "{ __typename }"}, headers={"Accept": ALL}
        )
    assert both.json() == {"data": {"__typename": "Query"}}


async def test_a_wrong_token_is_refused_before_anything_is_streamed(address: str) -> None:
    found = await refused(address, STATE, Accept=EVENTS, Authorization="Bearer wrong")

    assert found == (401, "UNAUTHENTICATED")


async def test_a_page_reads_events_with_a_key_that_allows_it(
    service: Service, address: str, asked: Asked
) -> None:
    made = await make_key(service, scopes=[Scope.CONTACT_WRITE], origins=[PORTAL])
    headers = {"Origin": PORTAL, "Authorization": f"Bearer {made.text}"}

    async with stream(address, {"token": asked.token}, **headers) as events:
        assert events.response.headers["Access-Control-Allow-Origin"] == PORTAL
        assert state_in(await events.event()) == "ACKNOWLEDGED"
    headers["Origin"] = "https://elsewhere.example.org"
    assert await refused(address, STATE, Accept=EVENTS, **headers) == (403, "ORIGIN_NOT_ALLOWED")
    await forget_keys(service)
