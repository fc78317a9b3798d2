"""Contact requests that nobody answers: reminded of, escalated, expired; never left alone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.base import new_id
from models.request_steps import AWAITING, RequestState
from resolvers.contact.deadlines import (
    CONTACT_DUE,
    CONTACT_EXPIRY,
    CONTACT_LATE,
    deadlines_of,
    enqueue_deadlines,
    enqueue_held_expiry,
)
from resolvers.contact.delays import expire
from resolvers.jobs.worker import Worker
from schema.nodes import global_id
from tests.contact import COMPANY, Asked, add_request, state_of
from tests.jobs import forget_jobs, jobs_of, platform_on
from tests.people import add_account, add_activator, add_structure
from tests.rules.world import rows_of
from tests.service import NOW, Clock, Service

READ = """query ($token: String) { contactRequest(token: $token) {
  state late dueAt closedAt history { step state author } } }"""
DUE = NOW + timedelta(days=1)
DEPARTMENT = "DEP-01"
WATCHED = (tables.contact_request, tables.contact_request_step, tables.redirection_offer)
REACTED = [state for state in RequestState if state not in AWAITING | {RequestState.HELD}]


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these; each with people, jobs, mails and a time of its own."""
    shared_service.clock.now = NOW
    yield shared_service
    await forget_jobs(shared_service.database)
    for file in shared_service.mailbox.glob("*.eml"):
        file.unlink()


@pytest.fixture
async def activator(service: Service) -> int:
    """One that was asked, in a structure of its own and a network."""
    async with service.write() as session:
        return await add_activator(session, networks=["cci"], email="asked@example.org")


async def ask(service: Service, activator: int, **values: Any) -> Asked:
    """Add a request that is due tomorrow, with its deadlines."""
    asked = await add_request(service, activator, **({"due_at": DUE} | values))
    async with service.write() as session:
        held = values.get("state") is RequestState.HELD
        write = enqueue_held_expiry if held else enqueue_deadlines
        await write(service.platform, session, asked.id, DUE, DEPARTMENT, now=NOW)
    return asked


def times(service: Service) -> dict[str, datetime]:
    """Give the deadlines of such a request."""
    return deadlines_of(service.platform.policy, DUE, DEPARTMENT)


async def live_until(service: Service, kind: str) -> None:
    """Let each deadline come, until this one."""
    for one, at in times(service).items():
        service.clock.now = at
        await service.work()
        if one == kind:
            return


def letters(service: Service, to: str) -> list[EmailMessage]:
    """Read what was sent to somebody."""
    return [mail for mail in service.mails() if mail["To"] == to]


def words(mail: EmailMessage) -> str:
    """Read the text of a mail, with its subject."""
    text = mail.get_body(("plain",))
    assert text is not None
    return " ".join([str(mail["Subject"]), *str(text.get_content()).split()])


async def managers(service: Service, activator: int) -> dict[str, str]:
    """Add accounts that may be concerned; give their addresses by what they are."""
    table = tables.activator
    async with service.write() as session:
        own = select(table.c.structure_id).where(table.c.id == activator)
        structure = (await session.execute(own)).scalar_one()
        accounts = {
            "structure": await add_account(session, Role.STRUCTURE_MANAGER, structure_id=structure),
            "network": await add_account(session, Role.NETWORK_MANAGER, network_code="cci"),
            "other structure": await add_account(
                session, Role.STRUCTURE_MANAGER, structure_id=await add_structure(session)
            ),
            "other network": await add_account(session, Role.NETWORK_MANAGER, network_code="adie"),
            "moderator": await add_account(session, Role.MODERATOR),
            "institution": await add_account(session, Role.INSTITUTION),
        }
        account = tables.account
        rows = (await session.execute(select(account.c.id, account.c.email))).all()
    emails = {row.id: row.email for row in rows}
    return {who: emails[number] for who, number in accounts.items()}


async def add_others(service: Service) -> None:
    """Add three who may be asked instead."""
    async with service.write() as session:
        for _ in range(3):
            await add_activator(session, networks=["adie"])


async def offered(service: Service, asked: Asked) -> list[str]:
    """Name those who are offered in place of the one asked."""
    offer, activator = tables.redirection_offer, tables.activator
    query = (
        select(activator.c.given_name, activator.c.family_name)
        .join(offer, offer.c.activator_id == activator.c.id)
        .where(offer.c.request_id == asked.id)
        .order_by(offer.c.position)
    )
    async with service.database.read() as session:
        return [" ".join(row) for row in await session.execute(query)]


async def test_at_due_the_activator_is_reminded_without_a_word_of_the_company(
    service: Service, activator: int
) -> None:
    asked = await ask(service, activator)

    await live_until(service, CONTACT_DUE)

    (mail,) = letters(service, "asked@example.org")
    read = (await service.data(READ, {"token": asked.token}))["contactRequest"]
    assert "Une entreprise attend votre réponse" in words(mail)
    for value in COMPANY.values():
        assert value is None or str(value) not in mail.as_string()
    assert read["state"] == "ACKNOWLEDGED"
    assert read["history"][1:] == [{"step": "REMIND", "state": "ACKNOWLEDGED", "author": "SERVICE"}]
    assert len(service.mails()) == 1


async def test_a_request_is_late_once_its_answer_was_due_until_somebody_reacts(
    service: Service, activator: int
) -> None:
    asked = await ask(service, activator)

    async def late() -> bool:
        read: Any = await service.data(READ, {"token": asked.token})
        return bool(read["contactRequest"]["late"])

    on_time = await late()
    service.clock.now = DUE
    at_due = await late()
    service.clock.advance(seconds=1)
    after = await late()
    table = tables.contact_request
    async with service.write() as session:
        own = update(table).where(table.c.id == asked.id)
        await session.execute(own.values(answered_at=service.clock(), answer_minutes=540))

    assert (on_time, at_due, after, await late()) == (False, False, True, False)


@pytest.mark.parametrize("late", [True, False])
async def test_lists_of_late_requests_hold_those_that_say_so(
    service: Service, activator: int, late: bool
) -> None:
    requests = [await ask(service, activator, state=state) for state in RequestState]
    requests += [
        await ask(service, activator, answered_at=NOW, answer_minutes=30),
        await ask(service, activator, due_at=DUE + timedelta(days=9)),
    ]
    async with service.write() as session:
        moderator = await add_account(session, Role.MODERATOR)
    service.clock.now = DUE + timedelta(seconds=1)

    document = """query ($filter: ContactRequestFilter) {
      contactRequests(filter: $filter, first: 100) { nodes { id late } }
    }"""
    token, found = service.token(moderator), []
    for wanted in ({"late": late}, {}):
        asked = {"filter": {"activator": global_id("Activator", activator), **wanted}}
        found.append((await service.data(document, asked, token=token))["contactRequests"]["nodes"])

    assert len(found[1]) == len(requests)
    assert found[0] == [one for one in found[1] if one["late"] is late]
    assert len(found[0]) == (2 if late else len(requests) - 2)


async def test_late_managers_are_told_and_the_company_is_offered_others(
    service: Service, activator: int
) -> None:
    asked = await ask(service, activator)
    told = await managers(service, activator)
    await add_others(service)

    await live_until(service, CONTACT_LATE)

    (to_company,) = letters(service, COMPANY["email"])
    others = await offered(service, asked)
    assert len(others) == 3
    assert ", ".join(others) in words(to_company)
    assert asked.token in words(to_company)
    for who, email in told.items():
        mails = letters(service, email)
        assert len(mails) == (1 if who in {"structure", "network"} else 0), who
        for mail in mails:
            assert "Camille Martin" in words(mail)
            assert not any(str(value) in mail.as_string() for value in COMPANY.values() if value)
            assert asked.token not in mail.as_string()
    read = (await service.data(READ, {"token": asked.token}))["contactRequest"]
    assert [line["step"] for line in read["history"]] == ["ASK", "REMIND", "ESCALATE"]
    assert read["state"] == "ACKNOWLEDGED"


async def test_one_who_manages_both_is_told_once_and_one_who_manages_no_more_is_not(
    service: Service, activator: int
) -> None:
    told = await managers(service, activator)
    await ask(service, activator)
    account, role = tables.account, tables.account_role
    async with service.write() as session:
        query = select(account.c.id).where(account.c.email == told["structure"])
        both = (await session.execute(query)).scalar_one()
        about = {"id": new_id(), "account_id": both, "role": Role.NETWORK_MANAGER}
        await session.execute(insert(role).values(**about, network_code="cci"))
    service.clock.now = times(service)[CONTACT_LATE]

    async with service.write() as session:
        gone = select(account.c.id).where(account.c.email == told["network"]).scalar_subquery()
        await session.execute(role.delete().where(role.c.account_id == gone))
    await service.work()

    assert len(letters(service, told["structure"])) == 1
    assert letters(service, told["network"]) == []


async def test_then_it_expires_with_an_apology_and_both_parties_are_told(
    service: Service, activator: int
) -> None:
    asked = await ask(service, activator)
    await add_others(service)

    await live_until(service, CONTACT_EXPIRY)

    (apology,) = [
        text for text in map(words, letters(service, COMPANY["email"])) if "Nos excuses" in text
    ]
    read = (await service.data(READ, {"token": asked.token}))["contactRequest"]
    steps = ["ASK", "REMIND", "ESCALATE", "EXPIRE"]
    assert ", ".join(await offered(service, asked)) in apology
    assert [line["step"] for line in read["history"]] == steps
    assert (read["state"], read["late"]) == ("EXPIRED", False)
    assert datetime.fromisoformat(read["closedAt"]) == times(service)[CONTACT_EXPIRY]
    subjects = [str(mail["Subject"]) for mail in letters(service, "asked@example.org")]
    assert len(subjects) == 2
    assert any("faute de réponse" in subject for subject in subjects)


@pytest.mark.parametrize("state", REACTED)
async def test_one_to_which_somebody_reacted_is_left_alone_at_each_deadline(
    service: Service, activator: int, state: RequestState
) -> None:
    await ask(service, activator, state=state)
    before = await rows_of(service.database, *WATCHED)

    await live_until(service, CONTACT_EXPIRY)

    assert service.mails() == []
    assert await rows_of(service.database, *WATCHED) == before


async def test_one_whose_activator_proposed_others_in_time_is_not_late(
    service: Service, activator: int
) -> None:
    await ask(service, activator, answered_at=NOW, answer_minutes=30)
    before = await rows_of(service.database, *WATCHED)

    await live_until(service, CONTACT_EXPIRY)

    assert service.mails() == []
    assert await rows_of(service.database, *WATCHED) == before


@pytest.mark.parametrize("kind", [CONTACT_DUE, CONTACT_LATE, CONTACT_EXPIRY])
async def test_a_deadline_that_is_looked_at_twice_even_at_once_is_acted_on_once(
    service: Service, activator: int, kind: str
) -> None:
    asked = await ask(service, activator)
    await managers(service, activator)
    service.clock.now = times(service)[kind]
    (job,) = [job for job in await jobs_of(service.database) if job.kind == kind]
    handler = Worker(service.platform)._handlers[kind]

    await asyncio.gather(*(handler(service.platform, job) for _ in range(5)))
    await handler(service.platform, job)

    read = (await service.data(READ, {"token": asked.token}))["contactRequest"]
    assert len(read["history"]) == 2
    await service.work()
    mails = [(mail["To"], mail["Subject"]) for mail in service.mails()]
    assert len(mails) == len(set(mails)) > 0


async def test_after_a_stop_of_the_service_the_last_deadline_alone_is_acted_on(
    service: Service, activator: int
) -> None:
    asked = await ask(service, activator)
    service.clock.now = times(service)[CONTACT_EXPIRY] + timedelta(days=3)

    await service.work()

    read = (await service.data(READ, {"token": asked.token}))["contactRequest"]
    assert [line["step"] for line in read["history"]] == ["ASK", "EXPIRE"]
    assert len(letters(service, COMPANY["email"])) == 1


async def test_an_activator_without_address_or_that_was_suspended_breaks_nothing(
    service: Service,
) -> None:
    values: list[dict[str, Any]] = [
        {"email": None},
        {"state": ActivatorState.SUSPENDED, "email": "suspended@example.org"},
        {"commune_code": None, "latitude": None, "longitude": None, "precision": None},
    ]
    asked = []
    for one in values:
        async with service.write() as session:
            number = await add_activator(session, **one)
        asked.append(await ask(service, number))

    await live_until(service, CONTACT_EXPIRY)

    assert [await state_of(service, one.id) for one in asked] == [RequestState.EXPIRED] * 3
    kinds = {job.kind: job.state.value for job in await jobs_of(service.database)}
    assert set(kinds.values()) == {"DONE"}
    reminded = [mail["Subject"] for mail in letters(service, "suspended@example.org")]
    assert not any("attend votre réponse" in str(subject) for subject in reminded)


async def test_a_request_that_stays_held_expires_and_its_activator_never_hears_of_it(
    service: Service, activator: int
) -> None:
    asked = await ask(service, activator, state=RequestState.HELD)

    await live_until(service, CONTACT_EXPIRY)

    assert await state_of(service, asked.id) is RequestState.EXPIRED
    assert [mail["To"] for mail in service.mails()] == [COMPANY["email"]]


async def test_the_deadline_of_a_held_request_says_nothing_of_it_once_it_was_released(
    service: Service, activator: int
) -> None:
    asked = await ask(service, activator, state=RequestState.HELD)
    table = tables.contact_request
    async with service.write() as session:
        own = update(table).where(table.c.id == asked.id)
        await session.execute(own.values(state=RequestState.ACKNOWLEDGED, sent_at=NOW))

    await live_until(service, CONTACT_EXPIRY)

    assert await state_of(service, asked.id) is RequestState.ACKNOWLEDGED


async def test_a_process_that_only_works_looks_after_deadlines_without_a_directory(
    service: Service, activator: int, tmp_path: Path
) -> None:
    asked = await ask(service, activator)
    await add_others(service)
    clock = Clock()
    clock.now = times(service)[CONTACT_EXPIRY]

    worker = Worker(platform_on(service.database, clock, tmp_path), {CONTACT_EXPIRY: expire})
    await worker.run_due()

    assert await state_of(service, asked.id) is RequestState.EXPIRED
    assert len(await offered(service, asked)) == 3


async def test_deadlines_tell_jobs_and_the_audit_nothing_of_the_company(
    service: Service, activator: int
) -> None:
    await ask(service, activator)
    payloads = str([job.payload for job in await jobs_of(service.database)])

    await live_until(service, CONTACT_EXPIRY)

    entries = str(await rows_of(service.database, tables.audit_entry))
    for value in COMPANY.values():
        assert value is None or value == COMPANY["commune"] or str(value) not in payloads + entries
