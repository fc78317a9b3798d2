"""Each condition of the mark, met and failing, at its boundary (charter, article 5)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.base import new_id
from models.moderation import ReportReason
from models.request_steps import RequestState
from resolvers.mark.conditions import ConditionCode
from tests.contact import put_request
from tests.marks import DAY, Holder, add_holder, begun_anew
from tests.people import add_account, add_activator
from tests.service import NOW, Service

MOMENT = timedelta(microseconds=1)
ANSWERED, EXPIRED, CANCELLED = RequestState.ANSWERED, RequestState.EXPIRED, RequestState.CANCELLED
FOUND = """query ($id: ID!) { activator(id: $id) {
  markConditions { condition { code } met found }
} }"""

Request = dict[str, Any]
DUE = NOW - 10 * DAY
IN_TIME: Request = {"state": ANSWERED, "due_at": DUE, "answered_at": DUE}
LATE: Request = {"state": ANSWERED, "due_at": DUE, "answered_at": DUE + MOMENT}
NEVER: Request = {"state": EXPIRED, "due_at": DUE, "closed_at": DUE + 9 * DAY}

ACTIVE, CHARTER, PROFILE, ANSWERS, SANCTION = ConditionCode
PAGES: dict[str, tuple[dict[str, Any], ConditionCode, bool, str | None]] = {
    "active for 90 days": ({"state_changed_at": NOW - 90 * DAY}, ACTIVE, True, "90"),
    "a moment less": ({"state_changed_at": NOW - 90 * DAY + MOMENT}, ACTIVE, False, "89"),
    "active since before that was kept": ({"state_changed_at": None}, ACTIVE, True, None),
    "suspended": ({"state": ActivatorState.SUSPENDED}, ACTIVE, False, None),
    "pending": ({"state": ActivatorState.PENDING}, ACTIVE, False, None),
    "confirmed 242 days ago": ({"confirmed_at": NOW - 243 * DAY + MOMENT}, PROFILE, True, "242"),
    "confirmed 243 days ago": ({"confirmed_at": NOW - 243 * DAY}, PROFILE, False, "243"),
    "not confirmed since it joined": ({"confirmed_at": None}, PROFILE, True, "90"),
    "lapsed": ({"lapsed_at": NOW}, PROFILE, False, "1"),
    "without a structure": ({"left_at": NOW}, PROFILE, False, "1"),
    "a suspension": ({"state": ActivatorState.SUSPENDED}, SANCTION, False, "1"),
    "never asked": ({}, ANSWERS, True, None),
    "a provider, whom nobody asks": (
        {"kind": ActivatorKind.SOLUTION_PROVIDER},
        ANSWERS,
        True,
        None,
    ),
}
"""An activator, a condition, whether it meets it, and what is found."""

ANSWERING: dict[str, tuple[list[Request], bool, str | None]] = {
    "four of five": ([*[IN_TIME] * 4, LATE], True, "80"),
    "seven of nine": ([*[IN_TIME] * 7, LATE, NEVER], False, "77"),
    "not due yet": ([{"state": RequestState.SUBMITTED, "due_at": NOW + MOMENT}], True, None),
    "due just now, unanswered": ([{"state": RequestState.SUBMITTED, "due_at": NOW}], False, "0"),
    "due twelve months ago": ([{**LATE, "due_at": NOW - 365 * DAY}], True, None),
    "due a moment later": ([{**NEVER, "due_at": NOW - 365 * DAY + MOMENT}], False, "0"),
    "taken back before": ([{"state": CANCELLED, "due_at": DUE, "closed_at": DUE}], True, None),
    "taken back later": (
        [{"state": CANCELLED, "due_at": DUE, "closed_at": DUE + MOMENT}],
        False,
        "0",
    ),
    "held, and never sent": ([{"state": RequestState.HELD}], True, None),
}
"""The requests that it was sent, whether it meets the condition, and what is found."""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own; its clock begins anew."""
    return await begun_anew(shared_service)


async def found(service: Service, holder: Holder) -> dict[ConditionCode, tuple[bool, str | None]]:
    """Ask what is found of each condition."""
    answer = await service.data(FOUND, {"id": holder.node}, token=holder.token)
    return {
        ConditionCode(one["condition"]["code"]): (one["met"], one["found"])
        for one in answer["activator"]["markConditions"]
    }


async def test_one_that_meets_all_is_found_to(service: Service) -> None:
    holder = await add_holder(service)

    assert {met for met, _ in (await found(service, holder)).values()} == {True}


async def test_what_is_found_of_a_page_decides(service: Service) -> None:
    holders = [await add_holder(service, **values) for values, *_ in PAGES.values()]

    answers = await asyncio.gather(*(found(service, one) for one in holders))

    for (case, (_, code, *wanted)), answer in zip(PAGES.items(), answers, strict=True):
        assert [*answer[code]] == wanted, case


async def test_answers_are_counted_by_when_they_were_due(service: Service) -> None:
    holders = [await add_holder(service) for _ in ANSWERING]
    async with service.write() as session:
        for one, (requests, *_) in zip(holders, ANSWERING.values(), strict=True):
            for values in requests:
                await put_request(service, session, one.id, **values)

    answers = await asyncio.gather(*(found(service, one) for one in holders))

    for (case, (_, *wanted)), answer in zip(ANSWERING.items(), answers, strict=True):
        assert [*answer[ANSWERS]] == wanted, case


async def test_the_charter_in_force_is_accepted_or_not(service: Service) -> None:
    holder = await add_holder(service)
    async with service.write() as session:
        never = await add_activator(session)
        account = await add_account(session, Role.ACTIVATOR, activator_id=never)

    accepted = await found(service, holder)
    not_accepted = await found(service, Holder(never, service.token(account)))

    assert accepted[CHARTER] == (True, "2026-1")
    assert not_accepted[CHARTER] == (False, None)


async def test_a_sanction_counts_until_it_is_lifted(service: Service) -> None:
    under, lifted = await add_holder(service), await add_holder(service)
    for holder, at in ((under, None), (lifted, NOW)):
        row = {"id": new_id(), "activator_id": holder.id, "ground": ReportReason.ADVERTISING}
        async with service.write() as session:
            await session.execute(
                insert(tables.sanction).values(**row, opened_at=NOW - DAY, lifted_at=at)
            )

    assert (await found(service, under))[SANCTION] == (False, "1")
    assert (await found(service, lifted))[SANCTION] == (True, "0")
