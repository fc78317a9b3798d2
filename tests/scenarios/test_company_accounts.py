"""An account for the company that asked, if it wants one (charter, article 4)."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.api_keys import Scope
from tests.contact import COMPANY, Asked, add_request_of
from tests.jobs import forget_jobs
from tests.people import add_account
from tests.portals import forget_keys, make_key
from tests.registrations import mails_to, text_of
from tests.rules.world import rows_of
from tests.service import Service

OPEN = """mutation ($token: String!) {
  openCompanyAccount(input: {token: $token}) {
    contactRequest { id } linkSent userErrors { code field } } }"""
SIGN_IN = """mutation ($token: String!) {
  signIn(input: {token: $token}) { accessToken userErrors { code } } }"""
MINE = "{ viewer { email roles } contactRequests { totalCount nodes { id need } } }"
READ = "query ($token: String) { contactRequest(token: $token) { need } }"
DELETE = """mutation ($confirm: String!) {
  deleteMyAccount(input: {confirm: $confirm}) { userErrors { code } } }"""
WRITTEN = (
    *(tables.account, tables.contact_request, tables.job, tables.session, tables.audit_entry),
    tables.change,
)


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, with nothing to be done."""
    shared_service.clock.advance(minutes=2)
    await forget_jobs(shared_service.database)
    yield shared_service
    await forget_keys(shared_service)


async def open_account(service: Service, request: Asked, token: str | None = None) -> Any:
    answer = await service.data(OPEN, {"token": request.token}, token=token)
    return answer["openCompanyAccount"]


async def signed_in(service: Service, email: str) -> str:
    """Come in by the last link that an address was sent."""
    (mail,) = mails_to(service, email)
    (token,) = set(re.findall(r"#token=([\w-]+)", text_of(mail)))
    answer = (await service.data(SIGN_IN, {"token": token}))["signIn"]
    assert answer["userErrors"] == []
    return str(answer["accessToken"])


async def address_of(service: Service, account_id: int) -> str:
    query = select(tables.account.c.email).where(tables.account.c.id == account_id)
    async with service.database.read() as session:
        return str((await session.execute(query)).scalar_one())


async def test_the_link_opens_no_session_and_has_one_mailed_to_the_address(
    service: Service,
) -> None:
    first, second = [await add_request_of(service, "solange@example.org") for _ in range(2)]
    other = await add_request_of(service, "autre@example.org")
    sessions = await rows_of(service.database, tables.session)

    answer = await open_account(service, first)
    assert await rows_of(service.database, tables.session) == sessions
    await service.work()

    assert answer == {"contactRequest": {"id": first.node}, "linkSent": True, "userErrors": []}
    token = await signed_in(service, "solange@example.org")
    mine = await service.data(MINE, token=token)
    assert mine["viewer"] == {"email": "solange@example.org", "roles": []}
    ids = {one["id"] for one in mine["contactRequests"]["nodes"]}
    assert ids == {first.node, second.node}
    assert other.node not in ids
    assert mine["contactRequests"]["nodes"][0]["need"] == COMPANY["need"]


async def test_who_is_signed_in_with_the_address_has_it_at_once(service: Service) -> None:
    async with service.write() as session:
        account = await add_account(session)
    request = await add_request_of(service, await address_of(service, account))
    token = service.token(account)

    answer = await open_account(service, request, token)

    assert (answer["linkSent"], answer["userErrors"]) == (False, [])
    assert (await service.data(MINE, token=token))["contactRequests"]["totalCount"] == 1


async def test_who_is_signed_in_with_another_address_gets_nothing_of_it(service: Service) -> None:
    async with service.write() as session:
        colleague = await add_account(session)
    request = await add_request_of(service, "patronne@example.org")
    token = service.token(colleague)

    answer = await open_account(service, request, token)
    await service.work()

    assert answer["linkSent"] is True
    assert (await service.data(MINE, token=token))["contactRequests"]["totalCount"] == 0
    assert len(mails_to(service, "patronne@example.org")) == 1


async def test_a_request_that_is_in_an_account_stays_there(service: Service) -> None:
    async with service.write() as session:
        account = await add_account(session)
    request = await add_request_of(service, "quelquun@example.org", account_id=account)
    before = await rows_of(service.database, *WRITTEN)

    answer = await open_account(service, request)

    assert [one["code"] for one in answer["userErrors"]] == ["CONFLICT"]
    assert await rows_of(service.database, *WRITTEN) == before


async def test_twice_and_at_once_make_one_account_and_one_mail(service: Service) -> None:
    some = [await add_request_of(service, "ensemble@example.org") for _ in range(3)]

    answers = await asyncio.gather(*(open_account(service, one) for one in some * 3))
    again = await open_account(service, some[0])
    await service.work()

    assert [one["userErrors"] for one in (*answers, again)] == [[]] * 10
    accounts = await rows_of(service.database, tables.account)
    assert str(accounts).count("ensemble@example.org") == 1
    assert len(mails_to(service, "ensemble@example.org")) == 1
    token = await signed_in(service, "ensemble@example.org")
    assert (await service.data(MINE, token=token))["contactRequests"]["totalCount"] == 3


@pytest.mark.parametrize("secret", ["", "x", "a\0b", "1_" + "0" * 64, "é" * 5_000])
async def test_what_opens_no_request_opens_no_account(service: Service, secret: str) -> None:
    before = await rows_of(service.database, *WRITTEN)

    answer = (await service.data(OPEN, {"token": secret}))["openCompanyAccount"]

    assert answer["userErrors"] == [{"code": "NOT_FOUND", "field": "token"}]
    assert (answer["contactRequest"], answer["linkSent"]) == (None, False)
    assert await rows_of(service.database, *WRITTEN) == before


async def test_a_portal_needs_the_scope(service: Service) -> None:
    request = await add_request_of(service, "portail@example.org")
    may = await make_key(service, scopes=[Scope.CONTACT_WRITE])
    may_not = await make_key(service, scopes=[Scope.DIRECTORY_READ])

    refused = await open_account(service, request, may_not.text)

    assert [one["code"] for one in refused["userErrors"]] == ["FORBIDDEN"]
    assert (await open_account(service, request, may.text))["linkSent"] is True


async def test_without_its_account_the_company_still_has_its_link(service: Service) -> None:
    request = await add_request_of(service, "adieu@example.org")
    await open_account(service, request)
    await service.work()
    token = await signed_in(service, "adieu@example.org")

    gone = await service.data(DELETE, {"confirm": "adieu@example.org"}, token=token)

    assert gone["deleteMyAccount"]["userErrors"] == []
    read = await service.data(READ, {"token": request.token})
    assert read["contactRequest"] == {"need": COMPANY["need"]}
    table = tables.contact_request
    query = select(table.c.account_id).where(table.c.id == request.id)
    async with service.database.read() as session:
        assert (await session.execute(query)).scalar_one() is None
