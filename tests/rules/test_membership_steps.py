"""Who takes which step of a membership: each kind of viewer, each pair of states."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import insert, update

from models import tables
from models.accounts import Role
from models.activators import STATE_TRANSITIONS, ActivatorState
from models.networks import AdmissionPolicy
from permissions.steps import STEPS_FROM
from schema.nodes import global_id
from tests.people import accept_charter, add_account, add_activator, add_structure, set_admission
from tests.rules.test_state_changes import ACTIVE, LEADS_TO, PENDING, SUSPENDED, WITHDRAWN
from tests.rules.world import rows_of
from tests.service import NOW, Service

ADMITTING, WAITING, ELSEWHERE = "cci", "adie", "cma"
"""Networks: one that enrols everybody here and may admit, one that may not, another that may."""

CHANGE = """mutation ($id: ID!, $state: ActivatorState!, $reason: String) {
  changeActivatorState(input: {id: $id, state: $state, reason: $reason}) {
    activator { id state stateReason stateChangedAt }
    userErrors { code field message }
  }
}"""
WATCHED = (tables.activator, tables.job, tables.audit_entry, tables.revision)
STAFF, ADMITS, OWNS, OTHER = "staff", "admits", "owns", "other"
VIEWERS: dict[str, tuple[str, Role | None, dict[str, Any]]] = {
    "moderator": (STAFF, Role.MODERATOR, {}),
    "administrator": (STAFF, Role.ADMINISTRATOR, {}),
    "manager of its network that admits": (
        ADMITS,
        Role.NETWORK_MANAGER,
        {"network_code": ADMITTING},
    ),
    "manager of its network that may not": (OWNS, Role.NETWORK_MANAGER, {"network_code": WAITING}),
    "manager of another that admits": (OTHER, Role.NETWORK_MANAGER, {"network_code": ELSEWHERE}),
    "manager of its structure": (OWNS, Role.STRUCTURE_MANAGER, {"structure_id": "its own"}),
    "itself": (OWNS, Role.ACTIVATOR, {"activator_id": "its own"}),
    "institution": (OTHER, Role.INSTITUTION, {}),
    "visitor": (OTHER, None, {}),
}


@dataclass(frozen=True)
class Person:
    """An activator, and one who asks for a step."""

    service: Service
    number: int
    token: str | None

    async def change(self, state: ActivatorState, reason: str | None = "Parce que.") -> Any:
        """Ask for a state."""
        id = global_id("Activator", self.number)
        variables = {"id": id, "state": state.value, "reason": reason}
        data = await self.service.data(CHANGE, variables, token=self.token)
        return data["changeActivatorState"]


@pytest.fixture(scope="module")
async def service(shared_service: Service) -> Service:
    """One application for all of these, two of whose networks are allowed to admit."""
    async with shared_service.write() as session:
        for code in (ADMITTING, ELSEWHERE):
            await set_admission(session, code, AdmissionPolicy.BY_NETWORK)
    return shared_service


async def given(
    service: Service, viewer: str, state: ActivatorState, *, accepted: bool = True, **values: Any
) -> Person:
    """Add an activator of two networks, and a viewer."""
    _, role, about = VIEWERS[viewer]
    async with service.write() as session:
        structure = await add_structure(session, **values)
        networks = [ADMITTING, WAITING]
        number = await add_activator(
            session, state=state, networks=networks, structure_id=structure
        )
        if accepted:
            await accept_charter(session, number)
        if role is None:
            return Person(service, number, None)
        own = {"structure_id": structure, "activator_id": number}
        about = {name: own.get(name, value) for name, value in about.items()}
        return Person(service, number, service.token(await add_account(session, role, **about)))


def expected(who: str, before: ActivatorState, after: ActivatorState) -> str | None:
    """Say with which code a step is refused; None where it is taken."""
    if who == OTHER:
        return "FORBIDDEN" if before is ACTIVE else "NOT_FOUND"
    if who == OWNS:
        return "FORBIDDEN"
    if after not in LEADS_TO[before]:
        return "CONFLICT"
    return None if who == STAFF or before is PENDING else "FORBIDDEN"


def test_each_state_that_steps_leave_says_whose_they_are() -> None:
    assert set(STEPS_FROM) == {state for state, following in STATE_TRANSITIONS.items() if following}


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_each_takes_the_steps_that_are_its_own_and_no_other(
    service: Service, viewer: str
) -> None:
    wrong = []
    for before, after in product(ActivatorState, ActivatorState):
        person = await given(service, viewer, before)
        everything = await rows_of(service.database, *WATCHED)

        answer = await person.change(after)

        code = expected(VIEWERS[viewer][0], before, after)
        codes = [error["code"] for error in answer["userErrors"]]
        changed = await rows_of(service.database, *WATCHED) != everything
        if codes != ([] if code is None else [code]) or changed is not (code is None):
            wrong.append(f"{before} to {after}: {codes}, expected {code}; changed: {changed}")

    assert wrong == []


async def test_a_network_admits_no_more_once_it_is_not_allowed_to(service: Service) -> None:
    person = await given(service, "manager of its network that admits", PENDING)
    async with service.write() as session:
        await set_admission(session, ADMITTING, AdmissionPolicy.BY_STAFF)

    refused = await person.change(ACTIVE)
    async with service.write() as session:
        await set_admission(session, ADMITTING, AdmissionPolicy.BY_NETWORK)
    admitted = await person.change(ACTIVE)

    assert [error["code"] for error in refused["userErrors"]] == ["FORBIDDEN"]
    assert admitted["userErrors"] == []


async def test_its_owner_and_staff_read_why_and_when_it_was_suspended(service: Service) -> None:
    person = await given(service, "moderator", ACTIVE)

    answer = await person.change(SUSPENDED, "  Trois plaintes,\n sans réponse. ")

    told = {"stateReason": "Trois plaintes, sans réponse.", "stateChangedAt": NOW.isoformat()}
    assert answer["activator"] == {
        "id": global_id("Activator", person.number),
        "state": "SUSPENDED",
        **told,
    }
    restored = await person.change(ACTIVE, None)
    assert restored["activator"]["stateReason"] is None


@pytest.mark.parametrize("reason", [None, "", "  \n ", "x" * 1001, "a\0b", "\u202e"])
@pytest.mark.parametrize(("before", "after"), [(PENDING, WITHDRAWN), (ACTIVE, SUSPENDED)])
async def test_a_refusal_and_a_suspension_need_a_reason(
    service: Service, before: ActivatorState, after: ActivatorState, reason: str | None
) -> None:
    person = await given(service, "moderator", before)
    everything = await rows_of(service.database, *WATCHED)

    answer = await person.change(after, reason)

    codes = [(error["code"], error["field"]) for error in answer["userErrors"]]
    assert codes == [("BAD_USER_INPUT", "reason")]
    assert await rows_of(service.database, *WATCHED) == everything


@pytest.mark.parametrize(
    ("before", "after"), [(PENDING, ACTIVE), (SUSPENDED, ACTIVE), (ACTIVE, WITHDRAWN)]
)
async def test_the_other_steps_need_no_reason(
    service: Service, before: ActivatorState, after: ActivatorState
) -> None:
    person = await given(service, "administrator", before)

    assert (await person.change(after, None))["userErrors"] == []


@pytest.mark.parametrize("before", [PENDING, SUSPENDED])
async def test_nobody_becomes_a_member_without_accepting_the_charter_in_force(
    service: Service, before: ActivatorState
) -> None:
    person = await given(service, "moderator", before, accepted=False)
    async with service.write() as session:
        await install_charter(session, "9.9")
    everything = await rows_of(service.database, *WATCHED)

    refused = await person.change(ACTIVE)

    (error,) = refused["userErrors"]
    assert (error["code"], error["field"]) == ("CONFLICT", "state")
    assert "version 9.9" in error["message"]
    assert await rows_of(service.database, *WATCHED) == everything
    async with service.write() as session:
        await accept_charter(session, person.number)
    assert (await person.change(ACTIVE))["userErrors"] == []


@pytest.mark.parametrize("before", [PENDING, SUSPENDED])
async def test_nobody_becomes_a_member_in_a_structure_that_is_not_confirmed(
    service: Service, before: ActivatorState
) -> None:
    person = await given(service, "moderator", before, awaits_confirmation=True)
    everything = await rows_of(service.database, *WATCHED)

    refused = await person.change(ACTIVE)

    (error,) = refused["userErrors"]
    assert (error["code"], error["field"]) == ("CONFLICT", "state")
    assert "not confirmed" in error["message"]
    assert await rows_of(service.database, *WATCHED) == everything
    async with service.write() as session:
        await session.execute(update(tables.structure).values(awaits_confirmation=False))
    assert (await person.change(ACTIVE))["userErrors"] == []


async def test_of_an_admission_and_a_refusal_at_once_one_wins(service: Service) -> None:
    person = await given(service, "manager of its network that admits", PENDING)

    answers = await asyncio.gather(person.change(ACTIVE), person.change(WITHDRAWN))

    codes = sorted(error["code"] for answer in answers for error in answer["userErrors"])
    assert codes in (["CONFLICT"], ["FORBIDDEN"])


async def install_charter(session: Any, version: str) -> None:
    """Put a version of the charter in force, if it is not there yet."""
    table = tables.charter_version
    if version in set((await session.execute(table.select())).scalars()):
        return
    values = {
        "version": version,
        "published_on": NOW.date(),
        "installed_at": NOW + timedelta(days=9),
    }
    await session.execute(insert(table).values(**values, texts={}, commitments=[]))
