"""An account is deleted at the very moment when it does something with a contact request."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, select

from models import tables
from models.accounts import Role
from models.request_steps import RequestState
from tests.askings import REQUEST, asked
from tests.contact import add_request, state_of
from tests.helping import add_helped
from tests.people import add_account, add_activator, count
from tests.service import Service

DELETE = """mutation ($confirm: String!) {
  deleteMyAccount(input: {confirm: $confirm}) { userErrors { code } } }"""
CANCEL = """mutation ($id: ID!) { cancelContactRequest(input: {id: $id, reason: MISTAKE}) {
  contactRequest { state } userErrors { code } } }"""
ANSWER = """mutation ($id: ID!) { answerContactRequest(input: {id: $id, message: "Bonjour"}) {
  contactRequest { state } userErrors { code } } }"""
RELEASE = """mutation ($id: ID!) { releaseContactRequest(input: {id: $id}) {
  contactRequest { state } userErrors { code } } }"""

MOMENTS = tuple(number * 0.005 for number in range(8))
"""Seconds after which the account is deleted: before, while and after the other thing is done."""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all."""
    return shared_service


async def while_deleted(
    service: Service, account: int, after: float, *things: tuple[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Have an account do these things at once, and delete it meanwhile."""
    token, table = service.token(account), tables.account
    async with service.database.read() as session:
        query = select(table.c.email).where(table.c.id == account)
        email = (await session.execute(query)).scalar_one()

    async def end() -> dict[str, Any]:
        await asyncio.sleep(after)
        return await service.ask(DELETE, {"confirm": email}, token=token)

    asking = (service.ask(query, variables, token=token) for query, variables in things)
    ended, *answers = await asyncio.gather(end(), *asking)
    assert ended["data"]["deleteMyAccount"] == {"userErrors": []}
    return answers


@pytest.mark.parametrize("after", MOMENTS)
async def test_a_company_cancels_before_its_account_is_gone_or_finds_nothing(
    service: Service, after: float
) -> None:
    async with service.write() as session:
        activator, account = await add_activator(session), await add_account(session)
    some = [await add_request(service, activator, account_id=account) for _ in range(3)]

    answers = await while_deleted(
        service, account, after, *((CANCEL, {"id": one.node}) for one in some)
    )

    assert "INTERNAL" not in str(answers)
    for one, answer in zip(some, answers, strict=True):
        done = (answer.get("data") or {}).get("cancelContactRequest", {}).get("contactRequest")
        cancelled = await state_of(service, one.id) is RequestState.CANCELLED
        assert cancelled is (done is not None)


@pytest.mark.parametrize("after", MOMENTS)
async def test_an_activator_answers_before_its_account_is_gone_or_not_at_all(
    service: Service, after: float
) -> None:
    helped = await add_helped(service)

    (answer,) = await while_deleted(
        service, helped.account, after, (ANSWER, {"id": helped.asked.node})
    )

    assert "INTERNAL" not in str(answer)
    done = (answer.get("data") or {}).get("answerContactRequest", {}).get("contactRequest")
    assert ((await helped.row()).state is RequestState.ANSWERED) is (done is not None)


@pytest.mark.parametrize("after", MOMENTS)
async def test_a_company_asks_before_its_account_is_gone_or_not_at_all(
    service: Service, after: float
) -> None:
    async with service.write() as session:
        activator, account = await add_activator(session), await add_account(session)
    before = await count(service.database, tables.contact_request)

    (answer,) = await while_deleted(service, account, after, (REQUEST, {"input": asked(activator)}))

    assert "INTERNAL" not in str(answer)
    done = (answer.get("data") or {}).get("requestContact", {}).get("contactRequest")
    asked_more = await count(service.database, tables.contact_request) - before
    assert asked_more == (done is not None)


async def test_who_is_signed_in_with_an_account_that_is_gone_is_told_so(service: Service) -> None:
    async with service.write() as session:
        activator = await add_activator(session)
        account = await add_account(session, Role.MODERATOR)
    held = await add_request(service, activator, state=RequestState.HELD)
    token = service.token(account)
    assert (await service.data("{ viewer { roles } }", token=token))["viewer"]["roles"]
    async with service.write() as session:  # no worker has been told yet
        await session.execute(delete(tables.account).where(tables.account.c.id == account))

    answers = [
        await service.data(RELEASE, {"id": held.node}, token=token),
        await service.data(REQUEST, {"input": asked(activator)}, token=token),
    ]

    for (payload,) in (answer.values() for answer in answers):
        assert payload["contactRequest"] is None
        assert [error["code"] for error in payload["userErrors"]] == ["UNAUTHENTICATED"]
    assert await state_of(service, held.id) is RequestState.HELD
