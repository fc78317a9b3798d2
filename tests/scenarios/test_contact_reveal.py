"""An administrator reads a contact request by a reason, which both parties are told."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.request_steps import RequestState, Step
from schema.nodes import global_id
from tests.contact import COMPANY, Asked, add_exchange
from tests.contact_viewers import ADMINISTRATOR, Everybody, add_everybody
from tests.portals import forget_keys
from tests.rules.world import rows_of
from tests.service import NOW, Service

REVEAL = """mutation ($input: RevealContactRequestInput!) { revealContactRequest(input: $input) {
  contactRequest { state need company { name person email phone } history { step author reason } }
  userErrors { code field message } } }"""
READ = "query ($id: ID!) { contactRequest(id: $id) { state need company { name } } }"
REASON = "Une plainte pour démarchage : il faut lire ce qui a été écrit."

WATCHED = (
    *(tables.contact_request, tables.contact_request_step, tables.job),
    *(tables.audit_entry, tables.change),
)


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, each with people of its own."""
    await shared_service.work()
    for mail in shared_service.mailbox.glob("*.eml"):
        mail.unlink()
    yield shared_service
    await forget_keys(shared_service)


@pytest.fixture
async def everybody(service: Service) -> Everybody:
    return await add_everybody(service)


async def reveal(service: Service, everybody: Everybody, asked: Asked, reason: str = REASON) -> Any:
    """Reveal a request, as an administrator."""
    token = everybody.tokens[ADMINISTRATOR]
    asks = {"id": asked.node, "reason": reason}
    return (await service.data(REVEAL, {"input": asks}, token=token))["revealContactRequest"]


def codes(answer: Any) -> list[tuple[str, str | None]]:
    """Read the codes of refusals, and their fields."""
    return [(one["code"], one["field"]) for one in answer["userErrors"]]


async def told_in_audit(service: Service, asked: Asked) -> list[Any]:
    """Read what the audit says of a request."""
    entry = tables.audit_entry
    query = select(entry.c.account_id, entry.c.after).where(entry.c.subject_id == f"{asked.id}")
    async with service.database.read() as session:
        return [tuple(row) for row in await session.execute(query.order_by(entry.c.sequence))]


async def test_the_answer_has_what_was_written_and_the_next_query_no_more(
    service: Service, everybody: Everybody
) -> None:
    asked = await everybody.ask(service)
    await add_exchange(service, asked.id)

    answer = await reveal(service, everybody, asked)

    assert answer["userErrors"] == []
    shown = answer["contactRequest"]
    assert (shown["state"], shown["need"]) == ("ACKNOWLEDGED", COMPANY["need"])
    assert shown["company"]["email"] == COMPANY["email"]
    assert shown["history"][-1] == {"step": "REVEAL", "author": "ADMINISTRATOR", "reason": None}
    token = everybody.tokens[ADMINISTRATOR]
    after = (await service.data(READ, {"id": asked.node}, token=token))["contactRequest"]
    assert after == {"state": "ACKNOWLEDGED", "need": None, "company": None}


async def test_each_reading_is_in_the_audit_with_its_reason(
    service: Service, everybody: Everybody
) -> None:
    asked = await everybody.ask(service)

    await reveal(service, everybody, asked)
    await reveal(service, everybody, asked, "Une seconde lecture, pour vérifier.")

    told = await told_in_audit(service, asked)
    assert [after["reason"] for _, after in told] == [REASON, "Une seconde lecture, pour vérifier."]
    assert {after["step"] for _, after in told} == {Step.REVEAL.value}
    assert COMPANY["company"] not in str(told)


async def test_both_parties_are_told_the_reason(service: Service, everybody: Everybody) -> None:
    asked = await everybody.ask(service)
    activator = tables.activator
    query = select(activator.c.email).where(activator.c.id == everybody.activator)
    async with service.database.read() as session:
        address = (await session.execute(query)).scalar_one()

    await reveal(service, everybody, asked)
    await service.work()

    assert {str(mail["To"]) for mail in service.mails()} == {COMPANY["email"], address}
    for mail in service.mails():
        text = mail.get_body(("plain",))
        assert text is not None
        assert "démarchage" in text.get_content()
    (to_activator,) = [mail for mail in service.mails() if str(mail["To"]) == address]
    assert COMPANY["company"] not in str(to_activator)
    assert asked.token not in str(to_activator)


async def test_what_tells_them_is_written_with_it_and_holds_numbers_alone(
    service: Service, everybody: Everybody
) -> None:
    asked = await everybody.ask(service)

    await reveal(service, everybody, asked)

    job = tables.job.c
    async with service.database.read() as session:
        waiting = select(job.payload).where(job.kind == "contact_revealed")
        payloads = (await session.execute(waiting)).scalars().all()
    own = [one for one in payloads if one.get("request_id") == asked.id]
    assert [{*one} for one in own] == [{"request_id", "to", "entry"}] * 2
    assert {type(one["entry"]) for one in own} == {int}


async def test_an_activator_that_was_never_sent_it_is_not_told(
    service: Service, everybody: Everybody
) -> None:
    asked = await everybody.ask(service, state=RequestState.HELD)

    assert (await reveal(service, everybody, asked))["userErrors"] == []
    await service.work()

    assert [str(mail["To"]) for mail in service.mails()] == [COMPANY["email"]]


@pytest.mark.parametrize("reason", ["", "   ", "too short", "a" * 501, "with a NUL \0 in it"])
async def test_a_reason_says_something(service: Service, everybody: Everybody, reason: str) -> None:
    asked = await everybody.ask(service)
    before = await rows_of(service.database, *WATCHED)

    answer = await reveal(service, everybody, asked, reason)

    assert (codes(answer), answer["contactRequest"]) == ([("BAD_USER_INPUT", "reason")], None)
    assert await rows_of(service.database, *WATCHED) == before


async def test_what_does_not_exist_is_not_found(service: Service, everybody: Everybody) -> None:
    token = everybody.tokens[ADMINISTRATOR]
    for node, code in (("", "BAD_USER_INPUT"), (global_id("ContactRequest", 1), "NOT_FOUND")):
        asked = {"id": node, "reason": REASON}
        answer = await service.data(REVEAL, {"input": asked}, token=token)
        assert codes(answer["revealContactRequest"]) == [(code, "id")]


async def test_what_was_erased_cannot_be_revealed(service: Service, everybody: Everybody) -> None:
    asked = await everybody.ask(
        service, state=RequestState.COMPLETED, sealed=None, email_hash=None, purged_at=NOW
    )

    assert codes(await reveal(service, everybody, asked)) == [("CONFLICT", None)]


async def test_two_at_once_are_two_readings(service: Service, everybody: Everybody) -> None:
    asked = await everybody.ask(service)

    answers = await asyncio.gather(*(reveal(service, everybody, asked) for _ in range(2)))

    assert [one["userErrors"] for one in answers] == [[], []]
    assert len(await told_in_audit(service, asked)) == 2
