"""The audit as it is read: by administrators alone, page by page, by thing and by account."""

from base64 import b64encode
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from permissions.duties import DUTIES, Duty
from schema.nodes import global_id
from tests.people import accept_charter, add_account, add_activator, add_structure
from tests.service import Service

TRAIL = """query ($subject: ID, $email: String, $first: Int, $after: String) {
  auditTrail(subject: $subject, email: $email, first: $first, after: $after) {
    edges { cursor node { action email client subject subjectType before after } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}"""
CHANGE = """mutation ($id: ID!, $state: ActivatorState!) {
  changeActivatorState(input: {id: $id, state: $state, reason: "Parce que."}) {
    userErrors { code } }
}"""


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


async def account(service: Service, *roles: Role, **about: Any) -> tuple[str, str]:
    """Add an account; give its token and its address."""
    table = tables.account
    async with service.write() as session:
        account_id = await add_account(session, *roles, **about)
        query = select(table.c.email).where(table.c.id == account_id)
        email = (await session.execute(query)).scalar_one()
    return service.token(account_id), email


async def admitted_and_suspended(service: Service, token: str) -> str:
    """Have somebody admitted, then suspended; give the id."""
    async with service.write() as session:
        key = await add_activator(session, state=ActivatorState.PENDING)
        await accept_charter(session, key)
    number = global_id("Activator", key)
    for state in ("ACTIVE", "SUSPENDED"):
        await service.data(CHANGE, {"id": number, "state": state}, token=token)
    return number


@pytest.mark.parametrize("role", [None, *Role])
async def test_the_audit_is_read_by_administrators_alone(
    service: Service, role: Role | None
) -> None:
    async with service.write() as session:
        about: dict[Role | None, dict[str, Any]] = {
            Role.NETWORK_MANAGER: {"network_code": "cci"},
            Role.STRUCTURE_MANAGER: {"structure_id": await add_structure(session)},
            Role.ACTIVATOR: {"activator_id": await add_activator(session)},
        }
    roles = [] if role is None else [role]
    token, _ = await account(service, *roles, **about.get(role, {}))

    answer = await service.ask(TRAIL, token=token)

    if role in DUTIES[Duty.READ_AUDIT]:
        assert answer["data"]["auditTrail"]["edges"] is not None
    else:
        assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
        assert answer["data"] is None
    assert DUTIES[Duty.READ_AUDIT] == {Role.ADMINISTRATOR}


async def test_a_visitor_does_not_read_the_audit(service: Service) -> None:
    answer = await service.ask(TRAIL)

    assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    assert answer["data"] is None


async def test_what_was_done_to_one_thing_and_by_one_account_is_found(service: Service) -> None:
    reader, _ = await account(service, Role.ADMINISTRATOR)
    one, by_one = await account(service, Role.MODERATOR)
    other, by_other = await account(service, Role.MODERATOR)
    mine = await admitted_and_suspended(service, one)
    theirs = await admitted_and_suspended(service, other)

    async def found(**asked: Any) -> list[Any]:
        trail = (await service.data(TRAIL, asked, token=reader))["auditTrail"]
        return [edge["node"] for edge in trail["edges"]]

    by_thing, by_account = await found(subject=mine), await found(email=by_one.upper())
    assert by_thing == by_account
    assert by_thing[0] == {
        "action": "activator.change_state",
        "email": by_one,
        "client": "token",
        "subject": mine,
        "subjectType": "Activator",
        "before": {"state": "ACTIVE"},
        "after": {"state": "SUSPENDED"},
    }
    assert [one["after"]["state"] for one in by_thing] == ["SUSPENDED", "ACTIVE"]
    assert await found(subject=theirs, email=by_one) == []
    assert len(await found(subject=theirs, email=by_other)) == 2


async def test_a_walk_of_the_audit_skips_and_repeats_nothing_while_more_is_written(
    service: Service,
) -> None:
    reader, _ = await account(service, Role.ADMINISTRATOR)
    token, email = await account(service, Role.MODERATOR)
    for _ in range(3):
        await admitted_and_suspended(service, token)
    subjects, after = [], None

    for number in range(3):
        asked = {"email": email, "first": 2, "after": after}
        page = (await service.data(TRAIL, asked, token=reader))["auditTrail"]
        await admitted_and_suspended(service, token)
        subjects += [edge["node"]["subject"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] is (number < 2)
        assert page["pageInfo"]["hasPreviousPage"] is (number > 0)

    assert len(subjects) == 6
    assert len(set(subjects)) == 3


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"after": "x"}, "after"),
        ({"after": "-1"}, "after"),
        ({"after": "9" * 30}, "after"),
        ({"subject": "x"}, "subject"),
        ({"subject": b64encode(b"Account:\0").decode()}, "subject"),
        ({"email": "nobody"}, "email"),
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
    ],
)
async def test_what_is_no_question_to_the_audit_is_told(
    service: Service, asked: dict[str, Any], field: str
) -> None:
    reader, _ = await account(service, Role.ADMINISTRATOR)

    answer = await service.ask(TRAIL, asked, token=reader)

    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": field}
