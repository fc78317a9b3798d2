"""Sessions: opened by a link, once; continued; ended; and what is refused on the way."""

import asyncio
import secrets
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from models import tables
from models.accounts import Role
from models.sessions import secret_hash
from schema.nodes import global_id
from tests.people import add_account
from tests.rules.world import rows_of
from tests.service import Service, running

SIGN_IN = """mutation ($token: String!, $client: String) {
  signIn(input: {token: $token, client: $client}) { ...tokens }
}"""
REFRESH = """mutation ($refreshToken: String!) {
  refreshSession(input: {refreshToken: $refreshToken}) { ...tokens }
}"""
TOKENS = """fragment tokens on SignInPayload {
  accessToken refreshToken expiresAt userErrors { code field message }
}"""
SIGN_OUT = "mutation ($input: SignOutInput!) { signOut(input: $input) { userErrors { code } } }"
EVERYWHERE = "mutation { signOutEverywhere { ended userErrors { code } } }"
WHO = """{ viewer { isAuthenticated isMember email
  sessions { id client current createdAt lastUsedAt expiresAt } } }"""
USED = "The link was used, or its time is over: ask for another."
OVER = "The session is over: sign in again."


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with accounts of its own."""
    return shared_service


async def add_link(service: Service, account_id: int, **lifetime: float) -> str:
    """Give an account a link; it lasts a quarter of an hour unless said otherwise."""
    token = secrets.token_urlsafe()
    async with service.write() as session:
        expires_at = service.clock() + timedelta(**(lifetime or {"minutes": 15}))
        await session.execute(
            insert(tables.sign_in_link).values(
                token_hash=secret_hash(token), account_id=account_id, expires_at=expires_at
            )
        )
    return token


async def sessions_of(service: Service, account_id: int) -> int:
    """Count the sessions that an account ever had."""
    table = tables.session
    async with service.database.read() as session:
        query = select(table.c.id).where(table.c.account_id == account_id)
        return len((await session.execute(query)).all())


async def moderator(service: Service) -> int:
    """Add an account."""
    async with service.write() as session:
        return await add_account(session, Role.MODERATOR)


async def sign_in(service: Service, token: str, client: str | None = None) -> Any:
    answer = await service.data(SIGN_IN + TOKENS, {"token": token, "client": client})
    return answer["signIn"]


async def refresh(service: Service, token: str) -> Any:
    return (await service.data(REFRESH + TOKENS, {"refreshToken": token}))["refreshSession"]


async def signed_in(service: Service, account_id: int, client: str | None = None) -> Any:
    """Open a session."""
    return await sign_in(service, await add_link(service, account_id), client)


async def is_refused(service: Service, token: str) -> bool:
    """Say whether a token is refused; else it must be good."""
    headers = {"Authorization": f"Bearer {token}"}
    response = await service.client.post("/graphql", json={"query": WHO}, headers=headers)
    assert response.status_code in {200, 401}
    return response.status_code == 401


async def test_a_link_opens_a_session_that_viewer_tells_of(service: Service) -> None:
    account_id = await moderator(service)

    opened = await signed_in(service, account_id, "Portail CCI")
    who = (await service.data(WHO, token=opened["accessToken"]))["viewer"]

    assert opened["userErrors"] == []
    assert (who["isAuthenticated"], who["isMember"]) == (True, True)
    assert who["email"].endswith("@example.org")
    (session,) = who["sessions"]
    assert (session["client"], session["current"]) == ("Portail CCI", True)
    assert (await service.data(WHO))["viewer"] == {
        "isAuthenticated": False,
        "isMember": False,
        "email": None,
        "sessions": [],
    }


@pytest.mark.parametrize("case", ["unknown", "used", "over"])
async def test_a_link_that_is_unknown_used_or_over_opens_nothing_and_tells_not_which(
    service: Service, case: str
) -> None:
    token = "unknown"
    if case != "unknown":
        token = await add_link(service, await moderator(service))
    if case == "used":
        await sign_in(service, token)
    if case == "over":
        service.clock.advance(minutes=15)
    before = await rows_of(service.database, tables.session, tables.audit_entry)

    refused = await sign_in(service, token)

    error = {"code": "BAD_USER_INPUT", "field": "token", "message": USED}
    assert refused["userErrors"] == [error]
    assert (refused["accessToken"], refused["refreshToken"]) == (None, None)
    assert await rows_of(service.database, tables.session, tables.audit_entry) == before


async def test_of_many_who_use_a_link_at_once_one_is_let_in(service: Service) -> None:
    account_id = await moderator(service)
    token = await add_link(service, account_id)

    answers = await asyncio.gather(*(sign_in(service, token) for _ in range(10)))

    assert [bool(one["accessToken"]) for one in answers].count(True) == 1
    assert await sessions_of(service, account_id) == 1


async def test_an_access_token_ends_and_its_session_goes_on(service: Service) -> None:
    account_id = await moderator(service)
    opened = await signed_in(service, account_id)
    service.clock.advance(minutes=15)
    assert await is_refused(service, opened["accessToken"])

    renewed = await refresh(service, opened["refreshToken"])

    assert not await is_refused(service, renewed["accessToken"])
    assert renewed["refreshToken"] != opened["refreshToken"]
    assert await sessions_of(service, account_id) == 1


async def test_a_session_that_is_not_used_ends(service: Service) -> None:
    opened = await signed_in(service, await moderator(service))
    service.clock.advance(days=29)
    renewed = await refresh(service, opened["refreshToken"])
    service.clock.advance(days=29)
    again = await refresh(service, renewed["refreshToken"])
    service.clock.advance(days=30)

    late = await refresh(service, again["refreshToken"])

    assert [one["userErrors"] for one in (renewed, again)] == [[], []]
    error = {"code": "BAD_USER_INPUT", "field": "refreshToken", "message": OVER}
    assert late["userErrors"] == [error]


async def test_a_refresh_token_used_twice_ends_the_session_for_both_hands(
    service: Service,
) -> None:
    account_id = await moderator(service)
    opened, other = await signed_in(service, account_id), await signed_in(service, account_id)
    renewed = await refresh(service, opened["refreshToken"])

    reused = await refresh(service, opened["refreshToken"])

    assert reused["userErrors"][0]["message"] == OVER
    assert await is_refused(service, renewed["accessToken"])
    assert (await refresh(service, renewed["refreshToken"]))["userErrors"] != []
    assert not await is_refused(service, other["accessToken"])
    async with service.database.read() as session:
        entry = tables.audit_entry
        query = select(entry.c.action).where(entry.c.account_id == account_id)
        actions = (await session.execute(query.order_by(entry.c.sequence))).scalars().all()
    assert actions == ["session.open", "session.open", "session.token_reused"]


async def test_of_two_who_refresh_at_once_one_ends_the_session_of_both(service: Service) -> None:
    opened = await signed_in(service, await moderator(service))

    answers = await asyncio.gather(*(refresh(service, opened["refreshToken"]) for _ in range(2)))

    renewed = [one for one in answers if one["accessToken"]]
    assert len(renewed) == 1
    assert await is_refused(service, renewed[0]["accessToken"])


async def test_one_s_own_sessions_can_be_ended_one_by_one(service: Service) -> None:
    account_id = await moderator(service)
    phone, desk = await signed_in(service, account_id), await signed_in(service, account_id)
    sessions = (await service.data(WHO, token=desk["accessToken"]))["viewer"]["sessions"]
    (other,) = [one["id"] for one in sessions if not one["current"]]

    first = await service.data(SIGN_OUT, {"input": {"sessionId": other}}, token=desk["accessToken"])
    twice = await service.data(SIGN_OUT, {"input": {"sessionId": other}}, token=desk["accessToken"])
    last = await service.data(SIGN_OUT, {"input": {}}, token=desk["accessToken"])

    assert first == last == {"signOut": {"userErrors": []}}
    assert twice == {"signOut": {"userErrors": [{"code": "NOT_FOUND"}]}}
    assert await is_refused(service, phone["accessToken"])
    assert await is_refused(service, desk["accessToken"])
    assert (await refresh(service, desk["refreshToken"]))["userErrors"] != []


async def test_nobody_ends_the_session_of_another(service: Service) -> None:
    mine = await signed_in(service, await moderator(service))
    theirs = await signed_in(service, await moderator(service))
    who = (await service.data(WHO, token=theirs["accessToken"]))["viewer"]
    before = await rows_of(service.database, tables.session, tables.audit_entry)
    other, unknown = who["sessions"][0]["id"], global_id("Session", 1)

    for token, session_id, code in (
        (mine["accessToken"], other, "NOT_FOUND"),
        (mine["accessToken"], unknown, "NOT_FOUND"),
        (mine["accessToken"], global_id("Activator", 1), "NOT_FOUND"),
        (mine["accessToken"], "x", "BAD_USER_INPUT"),
        (None, other, "UNAUTHENTICATED"),
    ):
        answer = await service.data(SIGN_OUT, {"input": {"sessionId": session_id}}, token=token)
        assert answer == {"signOut": {"userErrors": [{"code": code}]}}

    assert await rows_of(service.database, tables.session, tables.audit_entry) == before
    assert not await is_refused(service, theirs["accessToken"])


async def test_signing_out_everywhere_refuses_every_token_written_so_far(
    service: Service,
) -> None:
    account_id = await moderator(service)
    sessions = [await signed_in(service, account_id) for _ in range(3)]
    by_hand = service.token(account_id)
    service.clock.advance(seconds=1)

    answer = await service.data(EVERYWHERE, token=by_hand)

    assert answer == {"signOutEverywhere": {"ended": 3, "userErrors": []}}
    for token in (by_hand, *(one["accessToken"] for one in sessions)):
        assert await is_refused(service, token)
    again = await signed_in(service, account_id)
    assert not await is_refused(service, again["accessToken"])
    visitor = {"ended": 0, "userErrors": [{"code": "UNAUTHENTICATED"}]}
    assert await service.data(EVERYWHERE) == {"signOutEverywhere": visitor}


async def test_a_session_that_ended_is_refused_by_the_other_worker_too(service: Service) -> None:
    account_id = await moderator(service)
    async with running(service.database) as other:
        other.clock.now = service.clock.now
        opened = await signed_in(service, account_id)
        assert not await is_refused(other, opened["accessToken"])

        await service.data(SIGN_OUT, {"input": {}}, token=opened["accessToken"])

        async with asyncio.timeout(0.25):
            while not await is_refused(other, opened["accessToken"]):
                pass


async def test_no_secret_is_stored_in_clear(service: Service) -> None:
    link = await add_link(service, await moderator(service))
    opened = await sign_in(service, link)

    stored = str(
        await rows_of(service.database, tables.sign_in_link, tables.session, tables.refresh_token)
    )

    for secret in (link, opened["accessToken"], opened["refreshToken"]):
        assert secret not in stored
