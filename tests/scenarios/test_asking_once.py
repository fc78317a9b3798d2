"""One idempotency key is one contact request, however often and however at once it is sent."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models import tables
from models.activators import ActivatorState
from models.api_keys import Scope
from models.revisions import Subject, record_changes
from resolvers.contact.acknowledgement import acknowledge
from resolvers.jobs.handling import TakenJob
from tests.askings import address_of, adviser, ask, asked, row_of, taken
from tests.contact import state_of
from tests.jobs import jobs_of
from tests.people import add_account, count
from tests.portals import forget_keys, make_key
from tests.registrations import mails_to
from tests.service import Service


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


def codes(answer: Any) -> list[tuple[str, str | None]]:
    return [(error["code"], error["field"]) for error in answer["userErrors"]]


async def test_three_times_with_one_key_is_one_request_and_one_mail_to_each(
    service: Service,
) -> None:
    activator = await adviser(service)
    given, before = asked(activator), await count(service.database, tables.contact_request)

    first = await taken(service, given)
    await service.work()
    again = [await taken(service, given) for _ in range(2)]
    service.clock.advance(hours=3)
    late = await taken(service, given)
    await service.work()

    assert {one["reference"] for one in (first, *again, late)} == {first["reference"]}
    assert late["state"] == "SUBMITTED"
    assert await count(service.database, tables.contact_request) == before + 1
    assert len(mails_to(service, given["person"]["email"])) == 1
    assert len(mails_to(service, await address_of(service, activator))) == 1


async def test_many_at_once_with_one_key_are_one_request_and_one_mail_to_each(
    service: Service,
) -> None:
    activator = await adviser(service)
    given = asked(activator)

    answers = await asyncio.gather(*(taken(service, given) for _ in range(10)))
    await service.work()

    assert len({one["id"] for one in answers}) == 1
    row = await row_of(service, answers[0]["reference"])
    steps = tables.contact_request_step
    async with service.database.read() as session:
        history = await session.execute(steps.select().where(steps.c.request_id == row.id))
    assert [line.step.value for line in history] == ["ASK", "ACKNOWLEDGE"]
    assert len(mails_to(service, given["person"]["email"])) == 1
    assert len(mails_to(service, await address_of(service, activator))) == 1


async def test_many_at_once_of_one_address_with_keys_of_their_own_are_one_request(
    service: Service,
) -> None:
    activator = await adviser(service)
    person = {"email": "presse@vuillermoz.example.org"}

    answers = await asyncio.gather(
        *(taken(service, asked(activator, person=person)) for _ in range(6))
    )

    assert len({one["id"] for one in answers}) == 1


async def test_one_key_for_two_activators_at_once_is_one_request_and_a_conflict(
    service: Service,
) -> None:
    one, other = asked(await adviser(service)), asked(await adviser(service))
    other = {**one, "activator": other["activator"]}

    answers = await asyncio.gather(ask(service, one), ask(service, other))

    assert sorted(codes(answer) for answer in answers) == [
        [],
        [("CONFLICT", "idempotencyKey")],
    ]


CHANGES: dict[str, Any] = {
    "need": "Autre chose.",
    "expertise": ["site-internet"],
    "language": "EN",
    "agreesToRedirection": True,
}


@pytest.mark.parametrize("field", CHANGES)
async def test_one_key_with_another_input_is_a_conflict_and_changes_nothing(
    service: Service, field: str
) -> None:
    given = asked(await adviser(service))
    first = await taken(service, given)
    before = await row_of(service, first["reference"])

    answer = await ask(service, {**given, field: CHANGES[field]})

    assert codes(answer) == [("CONFLICT", "idempotencyKey")]
    assert answer["contactRequest"] is None
    assert await row_of(service, first["reference"]) == before


async def test_keys_are_those_of_who_asks(service: Service) -> None:
    given = asked(await adviser(service))
    async with service.write() as session:
        account = service.token(await add_account(session))
    cci, adie = [
        (await make_key(service, network=code, scopes=[Scope.CONTACT_WRITE])).text
        for code in ("cci", "adie")
    ]
    others = [
        {**given, "person": {**given["person"], "email": f"autre.{n}@example.org"}}
        for n in range(4)
    ]

    references = [
        (await taken(service, one, token=token))["reference"]
        for one, token in zip(others, (None, account, cci, adie), strict=True)
    ]

    await forget_keys(service)
    assert len(set(references)) == 4


async def test_what_was_asked_is_given_again_when_its_activator_is_asked_by_nobody_any_more(
    service: Service,
) -> None:
    activator = await adviser(service)
    given = asked(activator)
    first = await taken(service, given)
    table = tables.activator
    async with service.write() as session:
        own = update(table).where(table.c.id == activator)
        await session.execute(own.values(state=ActivatorState.SUSPENDED, version=2))
        await record_changes(session, Subject.ACTIVATOR, [activator])

    assert await taken(service, given) == first


async def test_an_acknowledgement_whose_worker_was_killed_is_written_once(
    service: Service,
) -> None:
    request = await taken(service, asked(await adviser(service)))
    row = await row_of(service, request["reference"])
    job = next(
        one
        for one in await jobs_of(service.database)
        if one.dedupe_key == f"contact_acknowledgement:{row.id}"
    )
    now = service.clock()
    again = TakenJob(job.id, job.kind, job.payload, 1, now, now + timedelta(minutes=1))

    await service.work()
    version = (await row_of(service, request["reference"])).version
    await acknowledge(service.platform, again)

    assert (await row_of(service, request["reference"])).version == version
    assert (await state_of(service, row.id)).value == "ACKNOWLEDGED"
