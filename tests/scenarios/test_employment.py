"""Who works in a structure: its managers say so once a year, and when somebody arrives."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorKind, ActivatorState
from resolvers.employment_reminders import EMPLOYMENT_REMINDERS
from resolvers.jobs import walks
from schema.nodes import global_id
from tests.editors import OTHERS, add_person, token_of
from tests.people import add_account, add_activator, add_structure
from tests.portals import forget_keys
from tests.rules.world import rows_of
from tests.service import Service

CONFIRM = """mutation ($input: ConfirmEmploymentInput!) {
  confirmEmployment(input: $input) {
    structure { id activatorsToConfirm { id displayName arrives employedAt } }
    userErrors { code field message }
  }
}"""
ASKED = "query ($id: ID!) { structure(id: $id) { activatorsToConfirm { id arrives } } }"
PAGE = """query ($id: ID!) { node(id: $id) { ... on Activator {
  structure { id } address { line postalCode city } position { latitude precision } } } }"""
WATCHED = (tables.activator, tables.audit_entry, tables.job, tables.revision)
VOUCHES = ("manager of its structure", "moderator", "administrator")
YEAR = timedelta(days=365)


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, each with people of its own."""
    yield shared_service
    await shared_service.work()
    await forget_keys(shared_service)


async def confirm(
    service: Service,
    token: str | None,
    where: int,
    still_there: list[int] | None = None,
    left: list[int] | None = None,
) -> Any:
    """Say who works in a structure."""
    asked = {
        "structure": global_id("Structure", where),
        "stillThere": [global_id("Activator", one) for one in still_there or ()],
        "left": [global_id("Activator", one) for one in left or ()],
    }
    return (await service.data(CONFIRM, {"input": asked}, token=token))["confirmEmployment"]


async def asked_of(service: Service, token: str | None, where: int) -> Any:
    """List whom a structure is to confirm, as number and whether it arrives."""
    answer: Any = await service.data(ASKED, {"id": global_id("Structure", where)}, token=token)
    rows = answer["structure"]["activatorsToConfirm"]
    return None if rows is None else [(row["id"], row["arrives"]) for row in rows]


async def row_of(service: Service, number: int) -> Any:
    """Read its row."""
    query = select(tables.activator).where(tables.activator.c.id == number)
    async with service.database.read() as session:
        return (await session.execute(query)).one()


async def is_seen(service: Service, number: int) -> bool:
    """Say whether visitors see it."""
    found: Any = await service.data(PAGE, {"id": global_id("Activator", number)})
    return found["node"] is not None


async def manager(service: Service, where: int) -> tuple[str, str]:
    """Add a manager of a structure; give a token and an address."""
    async with service.write() as session:
        account = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=where)
    query = select(tables.account.c.email).where(tables.account.c.id == account)
    async with service.database.read() as session:
        return service.token(account), str((await session.execute(query)).scalar_one())


async def arriving(service: Service, **values: Any) -> tuple[int, int, str]:
    """Add somebody who says that it has come; give it, where, and a token of a manager there."""
    there = {"address_line": "2 rue Neuve", "postal_code": "69003", "city": "Lyon"}
    async with service.write() as session:
        where = await add_structure(session, **there, commune_code=None)
    number, _ = await add_person(
        service, left_at=service.clock(), next_structure_id=where, **values
    )
    token, _ = await manager(service, where)
    return number, where, token


def told(answer: Any) -> list[tuple[str, str | None]]:
    """Give the codes and fields of a refusal."""
    return [(error["code"], error["field"]) for error in answer["userErrors"]]


def mails_to(service: Service, address: str) -> list[str]:
    """Give the subjects of the mails to an address."""
    return sorted(str(one["Subject"]) for one in service.mails() if one["To"] == address)


@pytest.mark.parametrize("viewer", VOUCHES)
async def test_its_managers_and_staff_say_who_works_there(service: Service, viewer: str) -> None:
    number, where = await add_person(service)
    token = await token_of(service, viewer, number, where)
    before = await asked_of(service, token, where)

    answer = await confirm(service, token, where, [number])

    assert before == [(global_id("Activator", number), False)]
    assert (answer["userErrors"], answer["structure"]["activatorsToConfirm"]) == ([], [])
    row = await row_of(service, number)
    assert (row.employed_at, row.version) == (service.clock(), 2)


@pytest.mark.parametrize("viewer", [*OTHERS, "itself", "manager of its network"])
async def test_nobody_else_does_is_asked_or_changes_anything(service: Service, viewer: str) -> None:
    number, where = await add_person(service)
    token = await token_of(service, viewer, number, where)
    before = await rows_of(service.database, *WATCHED)

    answers = [
        await confirm(service, token, where, [number]),
        await confirm(service, token, where, [], [number]),
        await confirm(service, token, where, [1]),
    ]

    assert [told(one) for one in answers] == [[("FORBIDDEN", None)]] * 3
    assert await asked_of(service, token, where) is None
    assert await rows_of(service.database, *WATCHED) == before


async def test_a_hidden_structure_answers_as_one_that_does_not_exist(service: Service) -> None:
    _, hidden = await add_person(service, kind=ActivatorKind.INSTITUTIONAL)

    for where in (hidden, 1, 2**63):
        assert told(await confirm(service, None, where, [1])) == [("NOT_FOUND", "structure")]


async def test_who_was_confirmed_within_a_year_is_not_asked_for(service: Service) -> None:
    now = service.clock()
    number, where = await add_person(service, employed_at=now - YEAR)
    async with service.write() as session:
        for values in (
            {"employed_at": now - YEAR + timedelta(minutes=1)},
            {"left_at": now},
            {"state": ActivatorState.PENDING},
            {"state": ActivatorState.SUSPENDED},
            {"erased_at": now, "state": ActivatorState.WITHDRAWN},
        ):
            await add_activator(session, structure_id=where, **values)
    token, _ = await manager(service, where)

    assert await asked_of(service, token, where) == [(global_id("Activator", number), False)]


@pytest.mark.parametrize("state", [ActivatorState.ACTIVE, ActivatorState.PENDING])
async def test_who_arrives_moves_there_with_its_page(
    service: Service, state: ActivatorState
) -> None:
    number, where, token = await arriving(service, state=state)
    before = await asked_of(service, token, where)

    answers = await asyncio.gather(*(confirm(service, token, where, [number]) for _ in range(2)))

    row = await row_of(service, number)
    assert before == [(global_id("Activator", number), True)]
    assert [one["userErrors"] for one in answers] == [[], []]
    assert (row.structure_id, row.left_at, row.next_structure_id) == (where, None, None)
    assert row.employed_at == service.clock()
    assert row.edited["structure"] == row.edited["address_line"] == row.edited["latitude"] == 2
    if state is ActivatorState.ACTIVE:
        page: Any = await service.data(PAGE, {"id": global_id("Activator", number)})
        assert page["node"]["structure"]["id"] == global_id("Structure", where)
        address = {"line": "2 rue Neuve", "postalCode": "69003", "city": "Lyon"}
        assert page["node"]["address"] == address
        assert page["node"]["position"]["precision"] == "POSTAL_CODE"


async def test_who_is_said_to_have_left_is_hidden_and_told_once(service: Service) -> None:
    number, where = await add_person(service, email=f"left.{service.clock():%H%M%S}@example.org")
    token, _ = await manager(service, where)

    answers = [await confirm(service, token, where, [], [number]) for _ in range(2)]
    await service.work()

    row = await row_of(service, number)
    assert [one["userErrors"] for one in answers] == [[], []]
    assert (row.left_at, row.version) == (service.clock(), 2)
    assert not await is_seen(service, number)
    (subject,) = mails_to(service, row.email)
    assert subject.endswith("indique que vous n'y travaillez pas")


async def test_a_mistake_is_taken_back(service: Service) -> None:
    number, where = await add_person(service)
    token, _ = await manager(service, where)

    await confirm(service, token, where, [], [number])
    answer = await confirm(service, token, where, [number])

    assert told(answer) == []
    assert await is_seen(service, number)


async def test_an_arrival_that_is_denied_is_off(service: Service) -> None:
    number, where, token = await arriving(service)

    answer = await confirm(service, token, where, [], [number])

    row = await row_of(service, number)
    assert told(answer) == []
    assert (row.next_structure_id, row.structure_id == where) == (None, False)
    assert row.left_at is not None
    assert answer["structure"]["activatorsToConfirm"] == []


async def test_whom_nothing_joins_to_the_structure_is_not_found(service: Service) -> None:
    number, where = await add_person(service)
    other, _ = await add_person(service)
    erased, _ = await add_person(
        service, structure_id=where, state=ActivatorState.WITHDRAWN, erased_at=service.clock()
    )
    token, _ = await manager(service, where)
    before = await rows_of(service.database, *WATCHED)

    answer = await confirm(service, token, where, [number, other, 1], [erased])

    assert told(answer) == [
        ("NOT_FOUND", "stillThere.1"),
        ("NOT_FOUND", "stillThere.2"),
        ("NOT_FOUND", "left.0"),
    ]
    assert await rows_of(service.database, *WATCHED) == before


async def test_who_has_withdrawn_or_says_to_be_elsewhere_is_a_conflict(service: Service) -> None:
    withdrawn, where = await add_person(service, state=ActivatorState.WITHDRAWN)
    elsewhere, _, _ = await arriving(service, structure_id=where)
    token, _ = await manager(service, where)

    answer = await confirm(service, token, where, [withdrawn, elsewhere])
    gone = await confirm(service, token, where, [], [elsewhere])

    assert told(answer) == [("CONFLICT", "stillThere.0"), ("CONFLICT", "stillThere.1")]
    assert told(gone) == []
    assert (await row_of(service, elsewhere)).next_structure_id is not None


async def test_a_structure_that_awaits_confirmation_confirms_nobody(service: Service) -> None:
    number, where, token = await arriving(service)
    async with service.write() as session:
        table = tables.structure
        await session.execute(
            update(table).where(table.c.id == where).values(awaits_confirmation=True)
        )

    assert told(await confirm(service, token, where, [number])) == [("CONFLICT", "structure")]


async def test_nobody_too_many_and_one_both_ways_are_refused(service: Service) -> None:
    number, where = await add_person(service)
    token, _ = await manager(service, where)

    answers = [
        await confirm(service, token, where),
        await confirm(service, token, where, [number] * 101),
        await confirm(service, token, where, [number], [number]),
    ]

    assert [told(one) for one in answers] == [
        [("BAD_USER_INPUT", "stillThere")],
        [("BAD_USER_INPUT", "stillThere")],
        [("BAD_USER_INPUT", "left")],
    ]
    for bad in ("", "é", "\u0000"):
        asked = {"structure": global_id("Structure", where), "left": [bad]}
        answer: Any = await service.data(CONFIRM, {"input": asked}, token=token)
        assert told(answer["confirmEmployment"]) == [("BAD_USER_INPUT", "left.0")]


async def test_managers_are_asked_once_a_year_and_those_with_nobody_to_confirm_are_not(
    service: Service,
) -> None:
    _, where = await add_person(service)
    _, fresh = await add_person(service, employed_at=service.clock())
    (_, first), (_, second), (_, idle) = [
        await manager(service, one) for one in (where, where, fresh)
    ]
    async with service.write() as session:
        table = tables.account
        english = update(table).where(table.c.email == second).values(language=Language.EN)
        await session.execute(english)

    counts: list[tuple[int, ...]] = []
    for days in (1, 1, 100, 264):
        service.clock.advance(days=days)
        await service.begin_day()
        await service.work()
        counts.append(tuple(len(mails_to(service, one)) for one in (first, second, idle)))

    assert counts == [(1, 1, 0), (1, 1, 0), (1, 1, 0), (2, 2, 1)]
    assert mails_to(service, first)[0].startswith("Qui travaille encore chez ")
    assert mails_to(service, second)[0].startswith("Who still works at ")


async def test_managers_of_many_structures_are_asked_some_by_each_job(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walks, "CHUNK", 2)
    addresses = [(await manager(service, (await add_person(service))[1]))[1] for _ in range(5)]
    async with service.write() as session:
        before = delete(tables.job).where(tables.job.c.kind == EMPLOYMENT_REMINDERS)
        await session.execute(before)

    service.clock.advance(days=1)
    await service.begin_day()
    await service.work()

    async with service.database.read() as session:
        jobs = select(func.count()).where(tables.job.c.kind == EMPLOYMENT_REMINDERS)
        count = (await session.execute(jobs)).scalar_one()
    assert [len(mails_to(service, one)) for one in addresses] == [1] * 5
    assert count >= 3
