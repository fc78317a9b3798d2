"""The company withdraws its contact request (charter, article 4)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from models import tables
from models.request_steps import RequestState
from tests.contact import COMPANY, Asked, state_of
from tests.contact_viewers import COMPANY_ACCOUNT, Everybody, add_everybody
from tests.jobs import forget_jobs, jobs_of
from tests.portals import forget_keys
from tests.registrations import text_of
from tests.rules.world import rows_of
from tests.service import Service

CANCEL = """mutation ($id: ID, $token: String, $reason: ContactRequestCancellationReason!) {
  cancelContactRequest(input: {id: $id, token: $token, reason: $reason}) {
    contactRequest { state closedAt history { step state author reason } need }
    userErrors { code field } } }"""
WRITTEN = (
    *(tables.contact_request, tables.contact_request_step, tables.job, tables.audit_entry),
    tables.change,
)


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, with nothing to be done."""
    await forget_jobs(shared_service.database)
    yield shared_service
    await forget_keys(shared_service)


@pytest.fixture
async def everybody(service: Service) -> Everybody:
    return await add_everybody(service)


async def cancel(
    service: Service, request: Asked, token: str | None = None, *, reason: str = "MISTAKE"
) -> Any:
    """Cancel it: signed in, or else by its private link."""
    which = {"token": request.token} if token is None else {"id": request.node}
    answer = await service.data(CANCEL, {**which, "reason": reason}, token=token)
    return answer["cancelContactRequest"]


async def test_its_history_says_why_and_the_activator_is_told_without_a_word_of_the_company(
    service: Service, everybody: Everybody
) -> None:
    request = await everybody.ask(service, reference="RETIREE")
    before = len(service.mails())

    answer = await cancel(service, request, reason="HELPED_ELSEWHERE")
    await service.work()

    shown = answer["contactRequest"]
    assert shown["closedAt"] == service.clock().isoformat()
    assert shown["history"][-1] == {
        "step": "CANCEL",
        "state": "CANCELLED",
        "author": "COMPANY",
        "reason": "HELPED_ELSEWHERE",
    }
    mails = [mail for mail in service.mails() if "RETIREE" in str(mail["Subject"])]
    assert len(service.mails()) == before + 1
    (text,) = map(text_of, mails)
    assert not [word for word in COMPANY.values() if word and str(word) in text]


async def test_of_a_request_that_was_held_the_activator_hears_nothing(
    service: Service, everybody: Everybody
) -> None:
    request = await everybody.ask(service, state=RequestState.HELD)

    await cancel(service, request)

    assert await jobs_of(service.database) == []


async def test_twice_is_once(service: Service, everybody: Everybody) -> None:
    request = await everybody.ask(service)
    first = await cancel(service, request)
    before = await rows_of(service.database, *WRITTEN)

    again = await cancel(service, request, reason="OTHER")

    assert again == first
    assert await rows_of(service.database, *WRITTEN) == before


async def test_fifty_at_once_are_one(service: Service, everybody: Everybody) -> None:
    request = await everybody.ask(service)
    signed_in = everybody.tokens[COMPANY_ACCOUNT]

    answers = await asyncio.gather(
        *(cancel(service, request, token) for token in (None, signed_in) * 25)
    )

    assert [one["userErrors"] for one in answers] == [[]] * 50
    history = [step["step"] for step in answers[-1]["contactRequest"]["history"]]
    assert history == ["ASK", "CANCEL"]
    assert len(await jobs_of(service.database)) == 1


async def test_the_company_cancels_signed_in(service: Service, everybody: Everybody) -> None:
    request = await everybody.ask(service)

    answer = await cancel(service, request, everybody.tokens[COMPANY_ACCOUNT])

    assert answer["contactRequest"]["need"] == COMPANY["need"]
    assert await state_of(service, request.id) is RequestState.CANCELLED
