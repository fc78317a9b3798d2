"""The engagement that follows a contact request: as agreed, once, and how it ended (article 4)."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.request_steps import RequestState
from tests.helping import add_helped
from tests.service import NOW, Service

START, COMPLETE = "startEngagement", "completeEngagement"
GIVEN: dict[str, Any] = {
    "kind": "ADVICE",
    "expertise": ["site-internet"],
    "agreed": "Trois matinées pour ouvrir une vitrine.",
    "priceCents": 45_000,
    "priceTerms": "Hors taxes, à la fin de la dernière matinée.",
}
ENDED: dict[str, Any] = {
    "outcome": "PARTLY_SUCCESSFUL",
    "why": "La vitrine est ouverte, le fichier attend.",
}


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    shared_service.clock.now = NOW
    return shared_service


async def test_both_read_what_was_agreed_and_how_it_ended(service: Service) -> None:
    helped = await add_helped(service, state=RequestState.ANSWERED)

    begun = await helped.done(START, **GIVEN)
    service.clock.advance(days=30)
    await helped.done(COMPLETE, **ENDED)

    assert begun["state"] == "IN_PROGRESS"
    read = await helped.read()
    assert read["engagement"] == {
        **GIVEN,
        **ENDED,
        "expertise": [{"code": "site-internet"}],
        "startedAt": "2026-11-24T09:30:00+00:00",
        "completedAt": "2026-12-24T09:30:00+00:00",
    }
    assert (read["state"], read["closedAt"]) == ("COMPLETED", "2026-12-24T09:30:00+00:00")
    assert [one["step"] for one in read["history"]] == ["ASK", "START", "COMPLETE"]
    assert {one["reason"] for one in read["history"]} == {None}
    engaged, completed = sorted(await helped.letters(), key=lambda one: "terminé" in one)
    assert all(helped.asked.token in one for one in (engaged, completed))
    assert not any(word in engaged + completed for word in ("vitrine", "450", "45000", "fichier"))


async def test_fifty_starts_at_once_are_one_engagement_one_step_and_one_letter(
    service: Service,
) -> None:
    helped = await add_helped(service, state=RequestState.ANSWERED)

    begun = await asyncio.gather(*(helped.done(START, **GIVEN) for _ in range(50)))

    assert {one["state"] for one in begun} == {"IN_PROGRESS"}
    assert [one["step"] for one in (await helped.read())["history"]] == ["ASK", "START"]
    assert len(await helped.letters()) == 1
    table = tables.engagement
    async with service.database.read() as session:
        mine = select(table).where(table.c.request_id == helped.asked.id)
        assert len((await session.execute(mine)).all()) == 1


async def test_of_fifty_starts_with_other_terms_one_wins_and_the_others_conflict(
    service: Service,
) -> None:
    helped = await add_helped(service, state=RequestState.ANSWERED)

    payloads = await asyncio.gather(
        *(helped.do(START, **{**GIVEN, "priceCents": price}) for price in range(50))
    )

    won = [one["contactRequest"] for one in payloads if one["contactRequest"]]
    lost = [one["userErrors"] for one in payloads if not one["contactRequest"]]
    assert len(won) == 1
    assert lost == [[{"code": "CONFLICT", "field": "id"}]] * 49
    assert (await helped.read())["engagement"] == won[0]["engagement"]
    assert len(await helped.letters()) == 1


async def test_started_or_completed_again_alike_nothing_changes_and_otherwise_it_conflicts(
    service: Service,
) -> None:
    helped = await add_helped(service, state=RequestState.ANSWERED)
    await helped.done(START, **GIVEN)
    await helped.done(COMPLETE, **ENDED)
    before = await helped.row()

    service.clock.advance(days=1)
    assert (await helped.done(START, **GIVEN))["state"] == "COMPLETED"
    assert (await helped.done(COMPLETE, **ENDED))["state"] == "COMPLETED"
    for other in ({"kind": "TRAINING"}, {"agreed": "Rien."}, {"priceCents": None}):
        assert await helped.refused(START, **{**GIVEN, **other}) == [("CONFLICT", "id")]
    for other in ({"outcome": "SUCCESSFUL"}, {"why": "Autre chose."}):
        assert await helped.refused(COMPLETE, **{**ENDED, **other}) == [("CONFLICT", "state")]

    assert await helped.row() == before
    assert len(await helped.letters()) == 2


async def test_an_engagement_is_free_unless_a_price_is_named(service: Service) -> None:
    helped = await add_helped(service, state=RequestState.ANSWERED)

    unpriced = {**GIVEN, "priceCents": None, "priceTerms": None}
    read = await helped.done(START, **unpriced)

    assert (read["engagement"]["priceCents"], read["engagement"]["priceTerms"]) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"priceTerms": None}, "priceTerms"),
        ({"priceTerms": "  "}, "priceTerms"),
        ({"priceCents": -1}, "priceCents"),
        ({"priceCents": 1_000_000_001}, "priceCents"),
        ({"expertise": []}, "expertise"),
        ({"expertise": ["\x00"]}, "expertise"),
        ({"agreed": ""}, "agreed"),
        ({"agreed": "x" * 5_001}, "agreed"),
    ],
)
async def test_a_price_has_terms_and_what_is_wrong_is_told(
    service: Service, wrong: dict[str, Any], field: str
) -> None:
    helped = await add_helped(service, state=RequestState.ANSWERED)

    assert await helped.refused(START, **{**GIVEN, **wrong}) == [("BAD_USER_INPUT", field)]

    read = await helped.read()
    assert (read["state"], read["engagement"]) == ("ANSWERED", None)


async def test_an_end_needs_a_reason(service: Service) -> None:
    helped = await add_helped(service, state=RequestState.ANSWERED)
    await helped.done(START, **GIVEN)

    refused = await helped.refused(COMPLETE, outcome="SUCCESSFUL", why="\x00")

    assert refused == [("BAD_USER_INPUT", "why")]
    assert (await helped.read())["engagement"]["outcome"] is None


async def test_what_was_agreed_is_not_in_clear_in_the_database(service: Service) -> None:
    helped = await add_helped(service, state=RequestState.ANSWERED)
    await helped.done(START, **GIVEN)

    async with service.database.read() as session:
        rows = (await session.execute(select(tables.engagement))).all()
    assert rows
    assert not any(word in str(rows) for word in ("vitrine", "45000", "matinée"))
