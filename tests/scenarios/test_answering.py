"""Answering a contact request, and the thread between the two parties (charter, article 4)."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.request_steps import RequestState
from tests.contact import add_exchange, add_request
from tests.helping import READ, add_helped
from tests.people import add_account, add_activator
from tests.service import NOW, Service
from tests.statements import statements

ANSWER, REPLY = "answerContactRequest", "replyToContactRequest"
HELLO = "Bonjour Madame,\n\nvoyons-nous jeudi à la boutique."
THANKS = "Merci, jeudi me convient."
MONDAY = datetime(2026, 7, 13, 7, 30, tzinfo=UTC)
"""09:30 in Paris, on the eve of a holiday."""
PAGE = """query ($token: String!, $first: Int, $after: String) { contactRequest(token: $token) {
  messages(first: $first, after: $after) { edges { cursor node { text } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } } }"""
NODES = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ContactRequest {
  messages { nodes { text } } diagnosis { findings } engagement { agreed } } } }"""
LONG = "x" * 5_000


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    shared_service.clock.now = NOW
    return shared_service


async def test_the_two_parties_write_to_each_other_and_each_is_told_by_a_letter(
    service: Service,
) -> None:
    helped = await add_helped(service)

    await helped.done(ANSWER, message=HELLO)
    await helped.done(REPLY, by_link=True, message=THANKS)
    read = await helped.done(REPLY, message="À jeudi !")

    assert read["state"] == "ANSWERED"
    assert [(one["author"], one["text"]) for one in read["messages"]["nodes"]] == [
        ("ACTIVATOR", HELLO),
        ("COMPANY", THANKS),
        ("ACTIVATOR", "À jeudi !"),
    ]
    steps = [("ASK", "COMPANY"), ("ANSWER", "ACTIVATOR")]
    steps += [("REPLY", "COMPANY"), ("REPLY", "ACTIVATOR")]
    assert [(one["step"], one["author"]) for one in read["history"]] == steps
    first, second, to_activator = await helped.letters()
    for letter in (first, second):
        assert helped.asked.token in letter
        assert "Camille Martin" in letter
    assert not any(word in first + second + to_activator for word in ("jeudi", THANKS, "boutique"))
    assert "Quenneville" not in to_activator


async def test_the_delay_of_an_answer_is_working_time_until_the_first_one(service: Service) -> None:
    service.clock.now = MONDAY
    helped = await add_helped(service)

    service.clock.now = MONDAY.replace(day=15, hour=8)  # 10:00 in Paris
    await helped.done(ANSWER, message=HELLO)
    service.clock.advance(days=1)
    await helped.done(ANSWER, message="J'oubliais : apportez vos photographies.")

    row = await helped.row()
    assert row.answered_at == MONDAY.replace(day=15, hour=8)
    assert row.answer_minutes == 8 * 60 + 30 + 90  # to 18:00, and from 09:00 to 10:30
    assert row.state is RequestState.ANSWERED


async def test_a_later_answer_goes_on_with_the_thread(service: Service) -> None:
    helped = await add_helped(service, state=RequestState.IN_PROGRESS)

    read = await helped.done(ANSWER, message=HELLO)

    assert (read["state"], read["history"][-1]["step"]) == ("IN_PROGRESS", "REPLY")


async def test_the_same_text_twice_in_a_row_is_written_once(service: Service) -> None:
    helped = await add_helped(service)
    await helped.done(ANSWER, message=HELLO)
    before = await helped.row()

    again = await helped.done(ANSWER, message=f"\r\n{HELLO}  ")

    assert [one["text"] for one in again["messages"]["nodes"]] == [HELLO]
    assert (await helped.row()) == before
    assert len(await helped.letters()) == 1
    await helped.done(REPLY, by_link=True, message=HELLO)
    more = await helped.done(ANSWER, message=HELLO)
    assert len(more["messages"]["nodes"]) == 3


async def test_fifty_answers_at_once_are_one_answer_and_one_letter(service: Service) -> None:
    helped = await add_helped(service)

    answers = await asyncio.gather(*(helped.done(ANSWER, message=HELLO) for _ in range(50)))

    assert {one["state"] for one in answers} == {"ANSWERED"}
    read = await helped.read()
    assert [one["step"] for one in read["history"]] == ["ASK", "ANSWER"]
    assert [one["text"] for one in read["messages"]["nodes"]] == [HELLO]
    assert len(await helped.letters()) == 1


async def test_both_parties_writing_at_once_lose_nothing(service: Service) -> None:
    helped = await add_helped(service, state=RequestState.ANSWERED)
    said = [f"Message {number}." for number in range(12)]

    await asyncio.gather(
        *(helped.done(REPLY, by_link=bool(n % 2), message=text) for n, text in enumerate(said))
    )

    read = await helped.read()
    assert sorted(one["text"] for one in read["messages"]["nodes"]) == sorted(said)
    assert len(read["history"]) == 13


@pytest.mark.parametrize(
    "text", ["", " \n\t ", LONG + "x", "a\x00b", "\ufffd", "\u202etxet", "e" + "\u0301" * 40]
)
async def test_a_text_that_nobody_can_read_is_refused(service: Service, text: str) -> None:
    helped = await add_helped(service)

    for mutation in (ANSWER, REPLY):
        assert await helped.refused(mutation, message=text) == [("BAD_USER_INPUT", "message")]

    assert (await helped.read())["messages"]["nodes"] == []


async def test_a_text_may_be_as_long_as_it_may(service: Service) -> None:
    helped = await add_helped(service)

    read = await helped.done(ANSWER, message=LONG)

    assert read["messages"]["nodes"] == [{"author": "ACTIVATOR", "text": LONG}]


async def test_what_is_named_wrongly_is_told(service: Service) -> None:
    helped = await add_helped(service, state=RequestState.ANSWERED)

    both = {"token": helped.asked.token, "message": HELLO}
    assert await helped.refused(REPLY, **both) == [("BAD_USER_INPUT", "id")]
    assert await helped.refused(REPLY, id=None, message=HELLO) == [("BAD_USER_INPUT", "id")]
    assert await helped.refused(ANSWER, id="x", message=HELLO) == [("BAD_USER_INPUT", "id")]
    other = "QWN0aXZhdG9yOjE="
    assert await helped.refused(ANSWER, id=other, message=HELLO) == [("NOT_FOUND", "id")]
    wrong = {"id": None, "token": "\x00", "message": HELLO}
    assert await helped.refused(REPLY, **wrong) == [("NOT_FOUND", "token")]


async def test_the_thread_is_read_page_by_page(service: Service) -> None:
    helped = await add_helped(service, state=RequestState.ANSWERED)
    said = [f"Message {number}." for number in range(5)]
    for text in said:
        await helped.done(REPLY, message=text)
    read, places, after = list[str](), list[tuple[bool, bool]](), None

    while len(places) < 3:
        asked = {"token": helped.asked.token, "first": 2, "after": after}
        page = (await service.data(PAGE, asked))["contactRequest"]["messages"]
        read += [edge["node"]["text"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        places.append((page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]))

    assert read == said
    assert places == [(False, True), (True, True), (True, False)]


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "é"])
async def test_a_cursor_of_another_hand_is_refused(service: Service, after: str) -> None:
    helped = await add_helped(service)

    answer = await service.ask(PAGE, {"token": helped.asked.token, "after": after})

    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "after"}


async def test_a_cursor_beyond_the_thread_finds_nothing(service: Service) -> None:
    helped = await add_helped(service)

    read = await service.data(PAGE, {"token": helped.asked.token, "after": "9" * 18})

    assert read["contactRequest"]["messages"]["edges"] == []


async def test_what_was_written_and_what_came_of_it_is_read_at_once_for_several_requests(
    service: Service,
) -> None:
    async with service.write() as session:
        activator = await add_activator(session)
        account = await add_account(session, Role.ACTIVATOR, activator_id=activator)
    asked = [await add_request(service, activator) for _ in range(3)]
    for one in asked:
        await add_exchange(service, one.id)

    with statements(service) as sent:
        read = await service.data(
            NODES, {"ids": [one.node for one in asked]}, token=service.token(account)
        )

    assert [len(one["messages"]["nodes"]) for one in read["nodes"]] == [2] * 3
    for table in ("contact_message", "diagnosis", "engagement"):
        assert len([one for one in sent if f"FROM {table}" in " ".join(one.text.split())]) == 1


async def test_a_manager_reads_neither_the_thread_nor_what_came_of_it(service: Service) -> None:
    helped = await add_helped(service)
    await helped.done(ANSWER, message=HELLO)
    await helped.done(
        "startEngagement", kind="ADVICE", expertise=["site-internet"], agreed="Trois matinées."
    )
    await helped.done("recordDiagnosis", findings="Rien en ligne.", nextSteps="Une page.")
    async with service.write() as session:
        manager = await add_account(session, Role.NETWORK_MANAGER, network_code="cci")

    variables = {"id": helped.asked.node}
    read = (await service.data(READ, variables, token=service.token(manager)))["contactRequest"]

    assert read["state"] == "IN_PROGRESS"
    steps = ["ASK", "ANSWER", "START", "DIAGNOSE"]
    assert [one["step"] for one in read["history"]] == steps
    assert [one["reason"] for one in read["history"]] == [None] * 4
    assert (read["messages"], read["diagnosis"], read["engagement"]) == (None, None, None)


async def test_words_are_in_no_job_and_no_audit_and_not_in_clear(service: Service) -> None:
    helped = await add_helped(service)
    await helped.done(ANSWER, message="Passez au fournil.")

    watched = (tables.job, tables.audit_entry, tables.contact_message, tables.contact_request_step)
    async with service.database.read() as session:
        for table in watched:
            rows = (await session.execute(select(table))).all()
            assert rows
            assert "fournil" not in str(rows)
