"""Who may review whom, of what, and what is refused (charter, article 4)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.declared_engagements import DeclarationState
from models.request_steps import RequestState
from tests.authors import (
    SAID,
    WRITTEN,
    answered,
    change,
    codes,
    do,
    write,
)
from tests.contact import COMPANY, add_request
from tests.contact_viewers import (
    ASKED,
    MODERATOR,
    STRUCTURE,
    VISITOR,
    Everybody,
    add_everybody,
)
from tests.declarations import add_engagement
from tests.jobs import forget_jobs
from tests.people import add_account, add_activator
from tests.portals import forget_keys
from tests.reviews import add_answered_request, add_review
from tests.rules.world import rows_of
from tests.service import NOW, Service


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, with nothing to be done, on the same day."""
    shared_service.clock.now = NOW
    await forget_jobs(shared_service.database)
    yield shared_service
    await forget_keys(shared_service)


@pytest.fixture
async def everybody(service: Service) -> Everybody:
    return await add_everybody(service)


async def test_nobody_reviews_before_the_answer(service: Service, everybody: Everybody) -> None:
    states = [one for one in RequestState if one is not RequestState.HELD]
    asked = [await everybody.ask(service, state=one) for one in states]
    before = await rows_of(service.database, *WRITTEN)

    answers = await asyncio.gather(*(write(service, one) for one in asked))

    assert [codes(one) for one in answers] == [[("FORBIDDEN", None)]] * len(states)
    assert await rows_of(service.database, *WRITTEN) == before


async def test_what_was_answered_is_reviewed_whatever_became_of_it(
    service: Service, everybody: Everybody
) -> None:
    states = [RequestState.COMPLETED, RequestState.REDIRECTED, RequestState.CANCELLED]
    asked = [
        await answered(service, everybody, state=one, closed_at=service.clock()) for one in states
    ]

    answers = [await write(service, one) for one in asked]

    assert [one["review"]["state"] for one in answers] == ["PUBLISHED"] * 3


async def test_once_the_company_was_erased_it_reviews_no_more(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody, purged_at=service.clock())

    answer = await write(service, asked)

    assert codes(answer) == [("FORBIDDEN", None)]


@pytest.mark.parametrize("kind", [ActivatorKind.CHAMPION, ActivatorKind.INSTITUTIONAL])
async def test_champions_and_institutional_ones_are_not_reviewed(
    service: Service, kind: ActivatorKind
) -> None:
    async with service.write() as session:
        activator = await add_activator(session, kind=kind, networks=["cci"])
    asked = await add_answered_request(service, activator)

    answer = await write(service, asked)

    assert codes(answer) == [("FORBIDDEN", None)]
    assert answer["userErrors"][0]["message"] == "Activators of this kind are not reviewed."


async def test_a_provider_is_reviewed_once_its_engagement_is_confirmed_and_no_sooner(
    service: Service,
) -> None:
    async with service.write() as session:
        provider = await add_activator(session, kind=ActivatorKind.SOLUTION_PROVIDER)
        company = await add_account(session)
    declared = {
        state: await add_engagement(service, provider, state=state, account_id=company)
        for state in DeclarationState
    }
    confirmed = declared.pop(DeclarationState.CONFIRMED)

    refused = await asyncio.gather(
        *(do(service, "writeReview", {"token": one.token, **SAID}) for one in declared.values())
    )
    written = [
        await do(service, "writeReview", {"token": confirmed.token, **SAID}),
        await do(service, "writeReview", {"id": confirmed.node, **SAID}, service.token(company)),
    ]
    withdrawn = await do(service, "withdrawReview", {"token": confirmed.token})

    assert [codes(one) for one in refused] == [[("FORBIDDEN", None)]] * len(declared)
    assert written[0] == written[1]
    assert written[0]["review"]["controls"] == ["ADDRESS_VERIFIED", "ENGAGEMENT_CONFIRMED"]
    assert withdrawn["review"]["state"] == "WITHDRAWN"


async def test_a_request_to_a_provider_made_by_hand_is_not_reviewed_without_an_answer(
    service: Service,
) -> None:
    async with service.write() as session:
        provider = await add_activator(session, kind=ActivatorKind.SOLUTION_PROVIDER)

    answer = await write(service, await add_request(service, provider))

    assert codes(answer) == [("FORBIDDEN", None)]


ENGAGEMENT = """query ($id: ID, $token: String) {
  declaredEngagement(id: $id, token: $token) { review { id } } }"""


async def test_the_company_and_the_provider_alone_know_of_which_engagement_a_review_is(
    service: Service,
) -> None:
    async with service.write() as session:
        provider = await add_activator(session, kind=ActivatorKind.SOLUTION_PROVIDER)
        itself = await add_account(session, Role.ACTIVATOR, activator_id=provider)
        moderator = await add_account(session, Role.MODERATOR)
    declared = await add_engagement(service, provider, state=DeclarationState.CONFIRMED)
    written = await do(service, "writeReview", {"token": declared.token, **SAID})

    by_link = await service.data(ENGAGEMENT, {"token": declared.token})
    by_provider, by_moderator = [
        await service.data(ENGAGEMENT, {"id": declared.node}, token=service.token(one))
        for one in (itself, moderator)
    ]

    review = {"review": {"id": written["review"]["id"]}}
    assert by_link["declaredEngagement"] == by_provider["declaredEngagement"] == review
    assert by_moderator["declaredEngagement"] == {"review": None}


async def test_who_is_no_member_now_is_not_reviewed(service: Service) -> None:
    async with service.write() as session:
        activator = await add_activator(session, state=ActivatorState.SUSPENDED, networks=["cci"])
    asked = await add_answered_request(service, activator)

    assert codes(await write(service, asked)) == [("FORBIDDEN", None)]


async def test_nobody_else_reviews_what_a_company_asked(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)
    before = await rows_of(service.database, *WRITTEN)
    seeing = (ASKED, STRUCTURE, MODERATOR)

    refused = {
        name: codes(await do(service, "writeReview", {"id": asked.node, **SAID}, token))
        for name, token in everybody.tokens.items()
        if name in (*seeing, VISITOR, "another account")
    }

    assert refused.pop(VISITOR) == refused.pop("another account") == [("NOT_FOUND", "id")]
    assert list(refused.values()) == [[("FORBIDDEN", None)]] * len(seeing)
    assert await rows_of(service.database, *WRITTEN) == before


async def test_a_company_does_not_review_itself(service: Service, everybody: Everybody) -> None:
    async with service.write() as session:
        own = {"structure_id": everybody.structure, "networks": ["cci"]}
        colleague = await add_activator(session, email="collegue@example.org", **own)
        account = await add_account(session, Role.ACTIVATOR, activator_id=colleague)
        structure = tables.structure
        query = select(structure.c.siret).where(structure.c.id == everybody.structure)
        siret = (await session.execute(query)).scalar_one()
    asked = [
        await answered(service, everybody, account_id=account),
        await answered(service, everybody, content={**COMPANY, "siret": siret}),
        await answered(service, everybody, content={**COMPANY, "email": "Collegue@example.org"}),
    ]
    others = await answered(service, everybody)
    signed_in = service.token(account)
    before = await rows_of(service.database, *WRITTEN)

    answers = [await write(service, one) for one in asked]
    by_link = {"token": others.token, **SAID}
    answers.append(await do(service, "writeReview", by_link, signed_in))

    assert [codes(one) for one in answers] == [[("FORBIDDEN", None)]] * 4
    assert await rows_of(service.database, *WRITTEN) == before


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"stars": 0}, "stars"),
        ({"stars": 6}, "stars"),
        ({"stars": -(2**31)}, "stars"),
        ({"comment": ""}, "comment"),
        ({"comment": " \n "}, "comment"),
        ({"comment": "é" * 2_001}, "comment"),
        ({"comment": "a\x00b"}, "comment"),
        ({"comment": "a\u202eb"}, "comment"),
        ({"experiencedOn": "2026-11-25"}, "experiencedOn"),
        ({"experiencedOn": "2024-11-23"}, "experiencedOn"),
        ({"experiencedOn": "0001-01-01"}, "experiencedOn"),
        ({"experiencedOn": "9999-12-31"}, "experiencedOn"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(
    service: Service, everybody: Everybody, said: dict[str, Any], field: str
) -> None:
    long_ago = service.clock() - timedelta(days=1_000)
    asked = await answered(service, everybody, created_at=long_ago)
    review = await add_review(service, everybody.activator, request_values={"created_at": long_ago})
    before = await rows_of(service.database, *WRITTEN)

    answers = [await write(service, asked, **said), await change(service, review, **said)]

    assert [codes(one) for one in answers] == [[("BAD_USER_INPUT", field)]] * 2
    assert await rows_of(service.database, *WRITTEN) == before


async def test_an_experience_is_not_before_the_request(
    service: Service, everybody: Everybody
) -> None:
    asked = await answered(service, everybody)

    early = await write(service, asked, experiencedOn="2026-11-23")

    assert codes(early) == [("BAD_USER_INPUT", "experiencedOn")]
    assert "from 2026-11-24 to 2026-11-24" in early["userErrors"][0]["message"]


@pytest.mark.parametrize(
    "which", [{}, {"id": "?", "token": "?"}, {"token": "made-up"}, {"token": "\x00"}]
)
@pytest.mark.parametrize("name", ["writeReview", "changeReview"])
async def test_what_names_nothing_is_refused(
    service: Service, everybody: Everybody, name: str, which: dict[str, str]
) -> None:
    review = await add_review(service, everybody.activator)
    node = review.request.node if name == "writeReview" else review.node
    given = {key: node if value == "?" else value for key, value in which.items()}

    answer = await do(service, name, {**given, **SAID})

    expected = "NOT_FOUND" if len(given) == 1 else "BAD_USER_INPUT"
    assert [code for code, _ in codes(answer)] == [expected]
