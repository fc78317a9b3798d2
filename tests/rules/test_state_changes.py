"""The life of a membership: which state may follow which, for whom, and what a refusal leaves."""

import asyncio
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.activators import STATE_TRANSITIONS, ActivatorState
from schema.nodes import global_id
from tests.people import accept_charter, add_account, add_activator, add_structure
from tests.rules.world import rows_of
from tests.service import Service

PENDING, ACTIVE, SUSPENDED, WITHDRAWN = (
    ActivatorState.PENDING,
    ActivatorState.ACTIVE,
    ActivatorState.SUSPENDED,
    ActivatorState.WITHDRAWN,
)
LEADS_TO = {
    PENDING: {ACTIVE, WITHDRAWN},
    ACTIVE: {SUSPENDED, WITHDRAWN},
    SUSPENDED: {ACTIVE, WITHDRAWN},
    WITHDRAWN: set(),
}
PAIRS = list(product(ActivatorState, ActivatorState))

CHANGE = """
mutation Change($id: ID!, $state: ActivatorState!) {
  changeActivatorState(input: {id: $id, state: $state, reason: "Parce que."}) {
    activator { id state }
    userErrors { code field message }
  }
}
"""


@dataclass(frozen=True)
class Case:
    """An activator in a state, and a member of staff."""

    service: Service
    number: int
    token: str

    async def change(self, state: ActivatorState, id: str | None = None) -> Any:
        """Ask for a state."""
        own = global_id("Activator", self.number)
        variables = {"id": own if id is None else id, "state": state.value}
        data = await self.service.data(CHANGE, variables, token=self.token)
        return data["changeActivatorState"]

    async def row(self) -> tuple[ActivatorState, int]:
        """Read its state and its version in the database."""
        table = tables.activator
        query = select(table.c.state, table.c.version).where(table.c.id == self.number)
        async with self.service.database.read() as session:
            state, version = (await session.execute(query)).one()
        return state, version


async def given(service: Service, state: ActivatorState, role: Role = Role.MODERATOR) -> Case:
    """Add an activator, and an account with a role."""
    async with service.write() as session:
        number = await add_activator(session, state=state)
        await accept_charter(session, number)
        account = await add_account(session, role)
    return Case(service, number, service.token(account))


def test_the_table_of_transitions_is_that_of_the_charter() -> None:
    assert {state: set(following) for state, following in STATE_TRANSITIONS.items()} == LEADS_TO


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize(("before", "after"), PAIRS)
async def test_staff_takes_every_step_of_the_table_and_no_other(
    shared_service: Service, before: ActivatorState, after: ActivatorState, role: Role
) -> None:
    case = await given(shared_service, before, role)
    everything = await rows_of(shared_service.database, tables.activator, tables.revision)

    answer = await case.change(after)

    if after in LEADS_TO[before]:
        id = global_id("Activator", case.number)
        assert answer == {"activator": {"id": id, "state": after.value}, "userErrors": []}
        assert await case.row() == (after, 2)
    else:
        message = f"An activator that is {before.value} cannot become {after.value}."
        error = {"code": "CONFLICT", "field": "state", "message": message}
        assert answer == {"activator": None, "userErrors": [error]}
        unchanged = await rows_of(shared_service.database, tables.activator, tables.revision)
        assert unchanged == everything


async def test_a_step_taken_twice_is_refused_the_second_time(shared_service: Service) -> None:
    case = await given(shared_service, PENDING)

    first, second = await case.change(ACTIVE), await case.change(ACTIVE)

    assert first["userErrors"] == []
    assert [error["code"] for error in second["userErrors"]] == ["CONFLICT"]
    assert await case.row() == (ACTIVE, 2)


async def test_a_step_shows_to_visitors_at_once_both_ways(shared_service: Service) -> None:
    case = await given(shared_service, PENDING)
    query, variables = (
        "query($id: ID!) { node(id: $id) { id } }",
        {"id": global_id("Activator", case.number)},
    )

    seen = [await shared_service.data(query, variables)]
    for state in (ACTIVE, SUSPENDED, ACTIVE, WITHDRAWN):
        await case.change(state)
        seen.append(await shared_service.data(query, variables))

    assert [one["node"] is not None for one in seen] == [False, True, False, True, False]


async def test_its_own_account_is_a_member_while_it_is_active_and_no_longer(
    shared_service: Service,
) -> None:
    case = await given(shared_service, PENDING)
    async with shared_service.write() as session:
        account = await add_account(session, Role.ACTIVATOR, activator_id=case.number)
    own, member = shared_service.token(account), "{ viewer { isMember } }"

    told = [await shared_service.data(member, token=own)]
    for state in (ACTIVE, SUSPENDED, ACTIVE, WITHDRAWN):
        await case.change(state)
        told.append(await shared_service.data(member, token=own))

    assert [one["viewer"]["isMember"] for one in told] == [False, True, False, True, False]


@pytest.mark.parametrize(
    ("before", "after"),
    [(PENDING, ACTIVE), (ACTIVE, SUSPENDED), (SUSPENDED, ACTIVE), (ACTIVE, WITHDRAWN)],
)
async def test_of_several_who_take_the_same_step_at_once_one_wins(
    shared_service: Service, before: ActivatorState, after: ActivatorState
) -> None:
    case = await given(shared_service, before)

    answers = await asyncio.gather(*(case.change(after) for _ in range(4)))

    codes = sorted(error["code"] for answer in answers for error in answer["userErrors"])
    assert codes == ["CONFLICT"] * 3
    assert await case.row() == (after, 2)


async def test_of_two_steps_at_once_that_exclude_each_other_the_later_is_refused(
    shared_service: Service,
) -> None:
    case = await given(shared_service, ACTIVE)

    suspended, withdrawn = await asyncio.gather(case.change(SUSPENDED), case.change(WITHDRAWN))

    assert withdrawn["userErrors"] == []
    first_suspended = suspended["userErrors"] == []
    assert await case.row() == (WITHDRAWN, 3 if first_suspended else 2)


@pytest.mark.parametrize(
    ("id", "code"),
    [
        ("", "BAD_USER_INPUT"),
        ("not base64 at all", "BAD_USER_INPUT"),
        ("QWN0aXZhdG9y", "BAD_USER_INPUT"),
        ("é", "BAD_USER_INPUT"),
        ("QQ==" * 100, "BAD_USER_INPUT"),
        (global_id("Network", "cci"), "NOT_FOUND"),
        (global_id("Activator", "x"), "NOT_FOUND"),
        (global_id("Activator", -1), "NOT_FOUND"),
        (global_id("Activator", 2**63), "NOT_FOUND"),
        (global_id("Activator", "9" * 19), "NOT_FOUND"),
    ],
)
async def test_an_id_that_names_no_activator_is_refused_by_field(
    shared_service: Service, id: str, code: str
) -> None:
    case = await given(shared_service, PENDING)
    before = await rows_of(shared_service.database, tables.activator, tables.revision)

    answer = await case.change(ACTIVE, id)

    assert answer["activator"] is None
    assert [(error["code"], error["field"]) for error in answer["userErrors"]] == [(code, "id")]
    assert await rows_of(shared_service.database, tables.activator, tables.revision) == before


async def test_the_id_of_its_structure_is_not_its_own(shared_service: Service) -> None:
    case = await given(shared_service, PENDING)
    async with shared_service.write() as session:
        await add_structure(session, id=case.number)

    answer = await case.change(ACTIVE, global_id("Structure", case.number))

    assert [error["code"] for error in answer["userErrors"]] == ["NOT_FOUND"]
    assert await case.row() == (PENDING, 1)


@pytest.mark.parametrize("state", ["DELETED", "active", "", None, 1])
async def test_a_state_that_does_not_exist_is_an_error_of_the_request(
    shared_service: Service, state: object
) -> None:
    case = await given(shared_service, PENDING)
    variables = {"id": global_id("Activator", case.number), "state": state}

    answer = await shared_service.ask(CHANGE, variables, token=case.token)

    assert answer.get("data") is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_REQUEST"]
    assert await case.row() == (PENDING, 1)
