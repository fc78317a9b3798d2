"""Absences: an activator says that it is away, and its page says so (charter, article 4)."""

import asyncio
from typing import Any

import pytest

from models.accounts import Role
from models.activators import ActivatorState
from schema.nodes import global_id
from tests.people import add_account, add_activator
from tests.service import Service

ERRORS = "userErrors { code field }"
AWAY = "query ($id: ID!) { activator(id: $id) { away { from until } version } }"
SET = f"""mutation ($input: SetAbsenceInput!) {{ setAbsence(input: $input) {{
  activator {{ away {{ from until }} version }} {ERRORS} }} }}"""
END = f"""mutation ($input: EndAbsenceInput!) {{ endAbsence(input: $input) {{
  activator {{ away {{ from until }} version }} {ERRORS} }} }}"""
CHRISTMAS = {"from": "2026-12-21", "until": "2027-01-03"}


@pytest.fixture
def service(shared_service: Service) -> Service:
    return shared_service


async def add(service: Service, **values: Any) -> tuple[str, str]:
    """Add an activator; give its id, and the token of its account."""
    async with service.write() as session:
        activator = await add_activator(session, **values)
        account = await add_account(session, Role.ACTIVATOR, activator_id=activator)
    return global_id("Activator", activator), service.token(account)


async def say(service: Service, id: str, token: str | None, **days: str) -> dict[str, Any]:
    answer = await service.data(SET, {"input": {"id": id, **days}}, token=token)
    done: dict[str, Any] = answer["setAbsence"]
    return done


async def away(service: Service, id: str) -> Any:
    return (await service.data(AWAY, {"id": id}))["activator"]["away"]


async def test_its_page_says_when_it_is_away_to_everyone_until_it_is_over(
    service: Service,
) -> None:
    id, token = await add(service)

    done = await say(service, id, token, **CHRISTMAS)

    assert done["userErrors"] == []
    assert done["activator"]["away"] == CHRISTMAS
    assert await away(service, id) == CHRISTMAS
    before = service.clock.now
    service.clock.advance(days=40)  # 3 January, 10:30 in Paris
    assert await away(service, id) == CHRISTMAS
    service.clock.advance(days=1)
    assert await away(service, id) is None
    service.clock.now = before


async def test_who_is_back_says_so(service: Service) -> None:
    id, token = await add(service)
    await say(service, id, token, **CHRISTMAS)

    ended = (await service.data(END, {"input": {"id": id}}, token=token))["endAbsence"]

    assert (ended["userErrors"], ended["activator"]["away"]) == ([], None)
    again = (await service.data(END, {"input": {"id": id}}, token=token))["endAbsence"]
    assert again == ended


@pytest.mark.parametrize(
    ("begins", "ends", "wrong"),
    [
        ("2026-11-24", "2026-11-24", []),
        ("2026-11-23", "2026-12-24", ["from"]),
        ("2026-12-24", "2026-12-23", ["until"]),
        ("2026-12-24", "2027-11-25", []),
        ("2026-12-24", "2027-11-26", ["until"]),
        ("2030-01-01", "2030-01-02", ["from", "until"]),
        ("0001-01-01", "9999-12-31", ["from", "until"]),
    ],
)
async def test_days_are_to_come_in_order_and_within_a_year(
    service: Service, begins: str, ends: str, wrong: list[str]
) -> None:
    id, token = await add(service)

    done = await say(service, id, token, **{"from": begins, "until": ends})

    assert [one["field"] for one in done["userErrors"]] == wrong
    assert {one["code"] for one in done["userErrors"]} <= {"BAD_USER_INPUT"}
    assert (await away(service, id) is None) == bool(wrong)


@pytest.mark.parametrize("day", ["", "24/12/2026", "2026-02-30", "\x00", "99999-01-01"])
async def test_what_is_no_day_is_refused(service: Service, day: str) -> None:
    id, token = await add(service)

    answer = await service.ask(
        SET, {"input": {"id": id, "from": day, "until": "2026-12-24"}}, token=token
    )

    assert answer["errors"]
    assert await away(service, id) is None


async def test_today_is_the_day_where_it_is(service: Service) -> None:
    before = service.clock.now
    service.clock.advance(hours=11)  # 20:30 UTC: the 25th in Nouméa and in Réunion
    there = {"commune_code": "COM-98818", "postal_code": "98800", "city": "Nouméa"}
    id, token = await add(service, **there)

    done = await say(service, id, token, **{"from": "2026-11-24", "until": "2026-12-01"})

    assert [one["field"] for one in done["userErrors"]] == ["from"]
    service.clock.now = before


async def test_the_same_again_changes_nothing_even_at_once(service: Service) -> None:
    id, token = await add(service)

    answers = await asyncio.gather(*(say(service, id, token, **CHRISTMAS) for _ in range(5)))

    assert all(one == answers[0] for one in answers)
    assert answers[0]["activator"]["version"] == 2


async def test_a_stranger_changes_nothing_and_one_who_has_withdrawn_neither(
    service: Service,
) -> None:
    id, _ = await add(service)
    gone, own = await add(service, state=ActivatorState.WITHDRAWN)
    _, other = await add(service)

    for wrong in (None, other):
        done = await say(service, id, wrong, **CHRISTMAS)
        assert [one["code"] for one in done["userErrors"]] == ["FORBIDDEN"]
    done = await say(service, gone, own, **CHRISTMAS)
    assert [one["code"] for one in done["userErrors"]] == ["CONFLICT"]
    assert await away(service, id) is None
