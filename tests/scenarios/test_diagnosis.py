"""The first diagnosis of a company: free, whatever follows (charter, article 4)."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.request_steps import RequestState
from tests.helping import add_helped
from tests.service import NOW, Service

RECORD = "recordDiagnosis"
GIVEN: dict[str, Any] = {
    "findings": "La boutique n'a ni page ni fichier.\nElle vend au comptoir.",
    "nextSteps": "Une page d'abord, un fichier ensuite.",
    "expertise": ["site-internet"],
}


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    shared_service.clock.now = NOW
    return shared_service


async def test_the_company_reads_it_and_is_told_by_a_letter_even_where_it_was_declined(
    service: Service,
) -> None:
    helped = await add_helped(service, state=RequestState.DECLINED)

    await helped.done(RECORD, **GIVEN)

    read = await helped.read()
    diagnosis = read["diagnosis"]
    assert read["state"] == "DECLINED"
    assert (diagnosis["findings"], diagnosis["nextSteps"]) == (
        GIVEN["findings"],
        GIVEN["nextSteps"],
    )
    assert diagnosis["expertise"] == [{"code": "site-internet"}]
    assert read["history"][-1]["step"] == "DIAGNOSE"
    (letter,) = await helped.letters()
    assert helped.asked.token in letter
    assert "comptoir" not in letter


async def test_recorded_anew_it_replaces_the_earlier_one_and_the_history_keeps_both(
    service: Service,
) -> None:
    helped = await add_helped(service)
    await helped.done(RECORD, **GIVEN)

    service.clock.advance(days=1)
    read = await helped.done(RECORD, **{**GIVEN, "expertise": []})

    assert read["diagnosis"]["expertise"] == []
    assert read["diagnosis"]["recordedAt"] == "2026-11-25T09:30:00+00:00"
    assert [one["step"] for one in read["history"]] == ["ASK", "DIAGNOSE", "DIAGNOSE"]
    assert len(await helped.letters()) == 2


async def test_recorded_again_alike_or_by_fifty_at_once_it_is_written_once(
    service: Service,
) -> None:
    helped = await add_helped(service)
    await asyncio.gather(*(helped.done(RECORD, **GIVEN) for _ in range(50)))
    before = await helped.row()

    service.clock.advance(hours=1)
    twice = {**GIVEN, "expertise": ["site-internet", "site-internet"]}
    read = await helped.done(RECORD, **twice)

    assert [one["step"] for one in read["history"]] == ["ASK", "DIAGNOSE"]
    assert await helped.row() == before
    assert len(await helped.letters()) == 1


async def test_all_that_is_wrong_with_it_is_told_at_once(service: Service) -> None:
    helped = await add_helped(service)

    wrong = {"findings": " ", "nextSteps": "x" * 5_001, "expertise": ["\x00", "x"]}
    refused = await helped.refused(RECORD, **wrong)

    fields = ["findings", "nextSteps", "expertise", "expertise"]
    assert refused == [("BAD_USER_INPUT", field) for field in fields]
    many = {**GIVEN, "expertise": [str(number) for number in range(11)]}
    assert await helped.refused(RECORD, **many) == [("BAD_USER_INPUT", "expertise")]
    assert (await helped.read())["diagnosis"] is None


async def test_its_words_are_not_in_clear_in_the_database(service: Service) -> None:
    helped = await add_helped(service)
    await helped.done(RECORD, **GIVEN)

    async with service.database.read() as session:
        rows = (await session.execute(select(tables.diagnosis))).all()
    assert rows
    assert "comptoir" not in str(rows)
