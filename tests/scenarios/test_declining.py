"""Declining a contact request: a coded reason, a word to the company, others (article 4)."""

import asyncio

import pytest

from models.accounts import Role
from models.request_steps import RequestState
from tests.helping import READ, add_helped
from tests.people import add_account, add_activator
from tests.service import NOW, Service

DECLINE = "declineContactRequest"
SORRY = "Je ne connais pas les fours à pain, pardonnez-moi."


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    shared_service.clock.now = NOW
    return shared_service


async def test_the_company_reads_why_and_is_offered_others(service: Service) -> None:
    async with service.write() as session:
        await add_activator(session, given_name="Honorine", family_name="Vauquelin")
    helped = await add_helped(service)

    read = await helped.done(DECLINE, reason="OUTSIDE_EXPERTISE", message=SORRY)

    assert (read["state"], read["closedAt"]) == ("DECLINED", read["answeredAt"])
    last = {"step": "DECLINE", "author": "ACTIVATOR", "reason": "OUTSIDE_EXPERTISE"}
    assert read["history"][-1] == last
    assert read["messages"]["nodes"] == [{"author": "ACTIVATOR", "text": SORRY}]
    assert (await helped.row()).answer_minutes == 0
    (letter,) = await helped.letters()
    assert helped.asked.token in letter
    assert "Honorine Vauquelin" in " ".join(letter.split())
    assert "fours" not in letter


async def test_a_refusal_after_an_answer_leaves_the_delay_of_the_answer(service: Service) -> None:
    helped = await add_helped(service)
    await helped.done("answerContactRequest", message="Bonjour.")
    answered = await helped.row()

    service.clock.advance(hours=2)
    await helped.done(DECLINE, reason="NO_TIME", message=SORRY)

    row = await helped.row()
    assert row.answered_at == answered.answered_at
    assert (row.answer_minutes, row.closed_at) == (0, service.clock())


async def test_a_manager_sees_the_reason_and_not_the_words(service: Service) -> None:
    helped = await add_helped(service)
    await helped.done(DECLINE, reason="NO_TIME", message=SORRY)
    async with service.write() as session:
        manager = await add_account(session, Role.NETWORK_MANAGER, network_code="cci")

    answer = await service.ask(READ, {"id": helped.asked.node}, token=service.token(manager))

    read = answer["data"]["contactRequest"]
    assert (read["history"][-1]["reason"], read["messages"]) == ("NO_TIME", None)
    assert "fours" not in str(answer)


async def test_declined_again_alike_it_is_the_same_and_otherwise_a_conflict(
    service: Service,
) -> None:
    helped = await add_helped(service)
    await helped.done(DECLINE, reason="NO_TIME", message=SORRY)
    before = await helped.row()

    assert (await helped.done(DECLINE, reason="NO_TIME", message=SORRY))["state"] == "DECLINED"
    for given in ({"reason": "OTHER", "message": SORRY}, {"reason": "NO_TIME", "message": "Non."}):
        assert await helped.refused(DECLINE, **given) == [("CONFLICT", "state")]

    assert await helped.row() == before
    assert len(await helped.letters()) == 1


async def test_of_a_refusal_and_an_answer_at_once_the_last_word_is_the_refusal(
    service: Service,
) -> None:
    helped = await add_helped(service)

    answered, declined = await asyncio.gather(
        helped.do("answerContactRequest", message="Bonjour."),
        helped.do(DECLINE, reason="NO_TIME", message=SORRY),
    )

    read = await helped.read()
    assert declined["userErrors"] == []
    steps = [one["step"] for one in read["history"]]
    came_first = answered["userErrors"] == []
    assert steps == (["ASK", "ANSWER", "DECLINE"] if came_first else ["ASK", "DECLINE"])
    assert read["state"] == "DECLINED"


@pytest.mark.parametrize("text", ["", "  ", "x" * 5_001, "\x00"])
async def test_a_word_to_the_company_is_needed(service: Service, text: str) -> None:
    helped = await add_helped(service, state=RequestState.ACKNOWLEDGED)

    refused = await helped.refused(DECLINE, reason="NO_TIME", message=text)

    assert refused == [("BAD_USER_INPUT", "message")]
    assert (await helped.read())["state"] == "ACKNOWLEDGED"
