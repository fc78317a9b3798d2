"""Changes of situation: who declares them, what follows, and who is told."""

import asyncio
from collections.abc import AsyncIterator
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select, update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from schema.nodes import global_id
from tests.editors import EDITORS, OTHERS, add_person, token_of
from tests.people import add_account, add_structure, siret
from tests.portals import forget_keys
from tests.rules.world import rows_of
from tests.service import Service

DECLARE = """mutation ($input: DeclareSituationChangeInput!) {
  declareSituationChange(input: $input) {
    activator { id kind state stateReason listed leftAt structure { siret } }
    userErrors { code field message }
  }
}"""
SEEN = "query ($id: ID!) { node(id: $id) { id } }"
WATCHED = (*(tables.activator, tables.structure, tables.audit_entry, tables.job, tables.revision),)
LEFT, MOVED, ACTIVITY = "LEFT_STRUCTURE", "CHANGED_STRUCTURE", "CHANGED_ACTIVITY"
CHANGES = (LEFT, MOVED, ACTIVITY)
ACTIVE, SUSPENDED, WITHDRAWN = (
    ActivatorState.ACTIVE,
    ActivatorState.SUSPENDED,
    ActivatorState.WITHDRAWN,
)


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, each with people of its own."""
    yield shared_service
    await shared_service.work()
    await forget_keys(shared_service)


def structure(number: str | None = None, **values: Any) -> dict[str, Any]:
    """Name a structure."""
    place = {"name": "Fabrique neuve", "postalCode": "01100", "city": "Oyonnax"}
    return {"siret": number or siret(), **place, **values}


def given(change: str) -> dict[str, Any]:
    """Give what a change asks for."""
    asked: dict[str, dict[str, Any]] = {
        LEFT: {},
        MOVED: {"structure": structure()},
        ACTIVITY: {"kind": "CHAMPION"},
    }
    return asked[change]


async def declare(
    service: Service, token: str | None, number: int, change: str, **values: Any
) -> Any:
    """Declare a change."""
    asked = {"id": global_id("Activator", number), "change": change, **values}
    answer = await service.data(DECLARE, {"input": asked}, token=token)
    return answer["declareSituationChange"]


async def owner(service: Service, **values: Any) -> tuple[int, int, str]:
    """Add an activator; give its number, its structure's, and a token of its own."""
    number, where = await add_person(service, **values)
    return number, where, await token_of(service, "itself", number, where) or ""


async def manager_of(service: Service, where: int) -> str:
    """Add a manager of a structure; give its address."""
    async with service.write() as session:
        account = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=where)
    return await address_of(service, account)


async def address_of(service: Service, account: int) -> str:
    """Read the address of an account."""
    query = select(tables.account.c.email).where(tables.account.c.id == account)
    async with service.database.read() as session:
        return str((await session.execute(query)).scalar_one())


async def row_of(service: Service, number: int) -> Any:
    """Read its row."""
    query = select(tables.activator).where(tables.activator.c.id == number)
    async with service.database.read() as session:
        return (await session.execute(query)).one()


async def siret_of(service: Service, where: int) -> str:
    """Read the SIRET of a structure."""
    query = select(tables.structure.c.siret).where(tables.structure.c.id == where)
    async with service.database.read() as session:
        return str((await session.execute(query)).scalar_one())


async def is_seen(service: Service, number: int) -> bool:
    """Say whether visitors see it."""
    found: Any = await service.data(SEEN, {"id": global_id("Activator", number)})
    return found["node"] is not None


async def mails_to(service: Service, address: str) -> list[str]:
    """Send what waits; give the subjects of the mails to an address."""
    await service.work()
    return sorted(str(one["Subject"]) for one in service.mails() if one["To"] == address)


def told(answer: Any) -> list[tuple[str, str | None]]:
    """Give the codes and fields of a refusal."""
    return [(error["code"], error["field"]) for error in answer["userErrors"]]


@pytest.mark.parametrize(("viewer", "change"), [*product(EDITORS, CHANGES)])
async def test_its_owner_and_staff_declare_a_change(
    service: Service, viewer: str, change: str
) -> None:
    number, where = await add_person(service)
    token = await token_of(service, viewer, number, where)

    answer = await declare(service, token, number, change, **given(change))

    assert answer["userErrors"] == []
    assert not await is_seen(service, number)


@pytest.mark.parametrize("viewer", OTHERS)
async def test_nobody_else_does_and_nothing_is_changed(service: Service, viewer: str) -> None:
    number, where = await add_person(service)
    token = await token_of(service, viewer, number, where)
    before = await rows_of(service.database, *WATCHED)

    for change in CHANGES:
        answer = await declare(service, token, number, change, **given(change))
        assert (told(answer), answer["activator"]) == ([("FORBIDDEN", None)], None)

    assert await rows_of(service.database, *WATCHED) == before


async def test_what_is_hidden_answers_as_what_does_not_exist(service: Service) -> None:
    hidden, _ = await add_person(service, kind=ActivatorKind.INSTITUTIONAL)

    for number in (hidden, 1, 2**63):
        assert told(await declare(service, None, number, LEFT)) == [("NOT_FOUND", "id")]


@pytest.mark.parametrize(("state", "change"), [*product(ActivatorState, CHANGES)])
async def test_every_change_in_every_state_and_a_second_time(
    service: Service, state: ActivatorState, change: str
) -> None:
    number, _, token = await owner(service, state=state)
    asked = given(change)

    first = await declare(service, token, number, change, **asked)
    once = await row_of(service, number)
    second = await declare(service, token, number, change, **asked)

    if state is WITHDRAWN:
        assert (told(first), told(second)) == ([("CONFLICT", "id")],) * 2
        assert (once.version, once.left_at, once.kind.value) == (1, None, "ADVISER")
        return
    if state is SUSPENDED and change == ACTIVITY:
        assert (told(first), told(second)) == ([("CONFLICT", "kind")],) * 2
        assert (once.version, once.kind.value) == (1, "ADVISER")
        return
    repeated = [("CONFLICT", "kind")] if change == ACTIVITY else []
    assert (told(first), told(second)) == ([], repeated)
    suspended = change == ACTIVITY and state is ACTIVE
    assert once.state is (SUSPENDED if suspended else state)
    assert once.state_reason == ("activity-changed" if suspended else None)
    assert once.kind.value == ("CHAMPION" if change == ACTIVITY else "ADVISER")
    assert (once.left_at is not None) == (change != ACTIVITY)
    assert (once.next_structure_id is not None) == (change == MOVED)
    assert await row_of(service, number) == once
    assert once.version == 2


async def test_who_leaves_is_hidden_and_its_managers_are_told_once(service: Service) -> None:
    number, where, token = await owner(service, given_name="Zoé", family_name="Durand")
    manager = await manager_of(service, where)

    answers = await asyncio.gather(*(declare(service, token, number, LEFT) for _ in range(3)))

    assert [one["userErrors"] for one in answers] == [[]] * 3
    shown = answers[0]["activator"]
    assert (shown["listed"], shown["state"]) == (False, "ACTIVE")
    assert shown["leftAt"] == service.clock().isoformat()
    assert await mails_to(service, manager) == ["Zoé Durand a quitté votre structure"]


async def test_who_goes_to_another_structure_is_announced_there(service: Service) -> None:
    number, where, token = await owner(service, given_name="Zoé", family_name="Durand")
    async with service.write() as session:
        there = await add_structure(session, name="Atelier")
        account = await add_account(session, Role.MODERATOR)
    moderator = await address_of(service, account)
    before, after = await manager_of(service, where), await manager_of(service, there)

    answer = await declare(
        service, token, number, MOVED, structure=structure(await siret_of(service, there))
    )

    row = await row_of(service, number)
    assert answer["activator"]["structure"]["siret"] == await siret_of(service, where)
    assert (row.structure_id, row.next_structure_id) == (where, there)
    assert await mails_to(service, before) == ["Zoé Durand a quitté votre structure"]
    assert await mails_to(service, after) == ["Zoé Durand déclare avoir rejoint Atelier"]
    assert await mails_to(service, moderator) == []


@pytest.mark.parametrize("founded", [True, False])
async def test_moderators_are_told_of_an_arrival_that_no_manager_can_confirm(
    service: Service, founded: bool
) -> None:
    number, _, token = await owner(service, given_name="Zoé", family_name="Durand")
    async with service.write() as session:
        account = await add_account(session, Role.MODERATOR)
        there = await add_structure(session, name="Fabrique neuve")
    moderator = await address_of(service, account)
    name = None if founded else await siret_of(service, there)

    await declare(service, token, number, MOVED, structure=structure(name))

    row = await row_of(service, number)
    table = tables.structure
    query = select(table.c.awaits_confirmation).where(table.c.id == row.next_structure_id)
    async with service.database.read() as session:
        assert (await session.execute(query)).scalar_one() == founded
    assert "Zoé Durand déclare avoir rejoint Fabrique neuve" in await mails_to(service, moderator)


async def test_two_who_found_the_same_structure_at_once_go_to_one(service: Service) -> None:
    people = [await owner(service) for _ in range(3)]
    new = structure()

    answers = await asyncio.gather(
        *(declare(service, token, number, MOVED, structure=new) for number, _, token in people)
    )

    assert [one["userErrors"] for one in answers] == [[]] * 3
    rows = [await row_of(service, number) for number, _, _ in people]
    assert len({row.next_structure_id for row in rows}) == 1


async def test_an_arrival_can_be_declared_anew_and_called_off(service: Service) -> None:
    number, where, token = await owner(service)

    await declare(service, token, number, MOVED, structure=structure())
    first = await row_of(service, number)
    await declare(service, token, number, MOVED, structure=structure())
    second = await row_of(service, number)
    await declare(service, token, number, LEFT)
    third = await row_of(service, number)

    assert len({first.next_structure_id, second.next_structure_id, None}) == 3
    assert third.next_structure_id is None
    assert {first.left_at, second.left_at, third.left_at} == {first.left_at}
    assert third.structure_id == where


async def test_one_does_not_go_where_one_is_and_may_come_back(service: Service) -> None:
    number, where, token = await owner(service)
    same = structure(await siret_of(service, where))

    here = await declare(service, token, number, MOVED, structure=same)
    await declare(service, token, number, LEFT)
    back = await declare(service, token, number, MOVED, structure=same)

    assert told(here) == [("CONFLICT", "structure.siret")]
    assert told(back) == []
    assert (await row_of(service, number)).next_structure_id == where


async def test_who_changes_kind_is_suspended_and_it_and_moderators_are_told(
    service: Service,
) -> None:
    number, _, token = await owner(service, email="zoe.kind@example.org")
    async with service.write() as session:
        account = await add_account(session, Role.MODERATOR)
        named = {"given_name": "Zoé", "family_name": "Durand"}
        table = tables.activator
        await session.execute(update(table).where(table.c.id == number).values(**named))

    answer = await declare(service, token, number, ACTIVITY, kind="CHAMPION")

    shown = answer["activator"]
    assert (shown["kind"], shown["state"], shown["stateReason"]) == (
        "CHAMPION",
        "SUSPENDED",
        "activity-changed",
    )
    assert (await row_of(service, number)).edited == {"kind": 2}
    moderator = await address_of(service, account)
    assert await mails_to(service, moderator) == ["Zoé Durand a changé d'activité"]
    itself = await mails_to(service, "zoe.kind@example.org")
    assert itself == ["Votre adhésion au programme est suspendue"]
    table = tables.audit_entry
    query = select(table.c.action).where(table.c.subject_id == str(number))
    async with service.database.read() as session:
        actions = (await session.execute(query.order_by(table.c.sequence))).scalars().all()
    assert actions == ["activator.change_kind", "activator.change_state"]


BAD: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "no structure": (MOVED, {}, ["structure"]),
    "no kind": (ACTIVITY, {}, ["kind"]),
    "a structure to leave for": (LEFT, {"structure": structure()}, ["structure"]),
    "a kind to leave for": (LEFT, {"kind": "CHAMPION"}, ["kind"]),
    "a kind and no structure": (MOVED, {"kind": "CHAMPION"}, ["structure", "kind"]),
    "a bad structure": (
        MOVED,
        {"structure": structure("12345678901234", name="", city="\u0000")},
        ["structure.siret", "structure.name", "structure.city"],
    ),
}


@pytest.mark.parametrize(("change", "values", "fields"), BAD.values(), ids=BAD)
async def test_what_is_missing_or_wrong_is_told_by_field_and_nothing_is_changed(
    service: Service, change: str, values: dict[str, Any], fields: list[str]
) -> None:
    number, _, token = await owner(service)
    before = await rows_of(service.database, *WATCHED)

    answer = await declare(service, token, number, change, **values)

    assert told(answer) == [("BAD_USER_INPUT", field) for field in fields]
    assert await rows_of(service.database, *WATCHED) == before
