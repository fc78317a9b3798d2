"""Requests whose activator goes: their companies are offered others (charter, article 4)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.request_steps import AWAITING, RequestState
from schema.nodes import global_id
from tests.contact import COMPANY, Asked, add_request
from tests.people import accept_charter, add_account, add_activator
from tests.service import NOW, Service

CHANGE = """mutation ($input: ChangeActivatorStateInput!) { changeActivatorState(input: $input) {
  userErrors { code } } }"""
LEAVE = """mutation ($input: LeaveProgrammeInput!) { leaveProgramme(input: $input) {
  userErrors { code } } }"""
DECLARE = """mutation ($input: DeclareSituationChangeInput!) {
  declareSituationChange(input: $input) {
  userErrors { code } } }"""
PART = """mutation ($input: ConfirmEmploymentInput!) { confirmEmployment(input: $input) {
  userErrors { code } } }"""
DELETE = """mutation ($input: DeleteMyAccountInput!) { deleteMyAccount(input: $input) {
  userErrors { code } } }"""
OFFERS = """query ($token: String) { contactRequest(token: $token) { state
  offers { author activator { id } } } }"""


async def change(service: Service, query: str, token: str, **given: Any) -> None:
    (done,) = (await service.data(query, {"input": given}, token=token)).values()
    assert done["userErrors"] == []


async def staff(service: Service) -> str:
    async with service.write() as session:
        return service.token(await add_account(session, Role.MODERATOR))


async def suspend(service: Service, node: str, _own: str, _address: str) -> None:
    given = {"id": node, "state": "SUSPENDED", "reason": "Absent."}
    await change(service, CHANGE, await staff(service), **given)


async def withdraw(service: Service, node: str, _own: str, _address: str) -> None:
    await change(service, CHANGE, await staff(service), id=node, state="WITHDRAWN")


async def leave(service: Service, node: str, own: str, _address: str) -> None:
    await change(service, LEAVE, own, activator=node)


async def leave_structure(service: Service, node: str, own: str, _address: str) -> None:
    await change(service, DECLARE, own, id=node, change="LEFT_STRUCTURE")


async def change_kind(service: Service, node: str, own: str, _address: str) -> None:
    await change(service, DECLARE, own, id=node, change="CHANGED_ACTIVITY", kind="CHAMPION")


async def be_parted(service: Service, node: str, _own: str, _address: str) -> None:
    read = "query ($id: ID!) { activator(id: $id) { structure { id } } }"
    structure = (await service.data(read, {"id": node}))["activator"]["structure"]["id"]
    given = {"structure": structure, "stillThere": [], "left": [node]}
    await change(service, PART, await staff(service), **given)


async def delete_account(service: Service, _node: str, own: str, address: str) -> None:
    await change(service, DELETE, own, confirm=address)


async def lapse(service: Service, _node: str, _own: str, _address: str) -> None:
    for days in (190, 31, 31):
        service.clock.advance(days=days)
        await service.begin_day()
        await service.work()


GOES: dict[str, Callable[[Service, str, str, str], Awaitable[None]]] = {
    "is suspended": suspend,
    "is withdrawn": withdraw,
    "leaves the programme": leave,
    "leaves its structure": leave_structure,
    "changes its activity": change_kind,
    "is said to have left": be_parted,
    "deletes its account": delete_account,
    "lets its profile lapse": lapse,
}


async def asked(service: Service, **values: Any) -> tuple[int, str, str]:
    """Add an activator; give its number, the token of its account, and its address."""
    async with service.write() as session:
        activator = await add_activator(session, expertise=["donnees-ia"], **values)
        await accept_charter(session, activator)
        account = await add_account(session, Role.ACTIVATOR, activator_id=activator)
        table = tables.account
        query = select(table.c.email).where(table.c.id == account)
        return activator, service.token(account), (await session.execute(query)).scalar_one()


async def offered(service: Service, request: Asked) -> list[str]:
    read = (await service.data(OFFERS, {"token": request.token}))["contactRequest"]
    return [one["activator"]["id"] for one in read["offers"]]


def told(service: Service) -> list[str]:
    return [
        str(one["Subject"])
        for one in service.mails()
        if one["To"] == COMPANY["email"] and "plus disponible" in str(one["Subject"])
    ]


@pytest.mark.parametrize("goes", GOES)
async def test_the_company_is_offered_others_when_the_one_asked(
    service: Service, goes: str
) -> None:
    activator, own, address = await asked(service, confirmed_at=NOW)
    other, _, _ = await asked(service, confirmed_at=NOW + timedelta(days=365))
    request = await add_request(service, activator, state=RequestState.SUBMITTED)

    await GOES[goes](service, global_id("Activator", activator), own, address)
    await service.work()

    assert await offered(service, request) == [global_id("Activator", other)]
    assert len(told(service)) == 1


@pytest.mark.parametrize("state", RequestState)
async def test_only_companies_that_wait_for_an_answer_are_told(
    service: Service, state: RequestState
) -> None:
    activator, own, address = await asked(service)
    await asked(service)
    request = await add_request(service, activator, state=state)

    await leave(service, global_id("Activator", activator), own, address)
    await service.work()

    assert len(told(service)) == (state in AWAITING)
    assert len(await offered(service, request)) == (state in AWAITING)


async def test_nobody_is_told_of_one_who_is_back_at_once(service: Service) -> None:
    activator, own, address = await asked(service)
    await add_request(service, activator)
    node = global_id("Activator", activator)

    await suspend(service, node, own, address)
    await change(service, CHANGE, await staff(service), id=node, state="ACTIVE")
    await service.work()

    assert told(service) == []


async def test_where_nobody_else_may_be_asked_the_company_is_told_all_the_same(
    service: Service,
) -> None:
    activator, own, address = await asked(service)
    request = await add_request(service, activator)

    await suspend(service, global_id("Activator", activator), own, address)
    await service.work()

    assert await offered(service, request) == []
    assert len(told(service)) == 1


async def test_one_who_goes_a_second_time_has_the_company_told_once(service: Service) -> None:
    activator, own, address = await asked(service)
    await add_request(service, activator)
    node = global_id("Activator", activator)

    for _ in range(2):
        await suspend(service, node, own, address)
        await service.work()
        await change(service, CHANGE, await staff(service), id=node, state="ACTIVE")

    assert len(told(service)) == 1
