"""An address that asks again while its request is open: once is enough, and nobody else learns."""

import pytest
from sqlalchemy import update

from models import tables
from models.request_steps import RequestState
from resolvers.contact.content import Content
from tests.askings import address_of, adviser, asked, taken
from tests.contact import COMPANY as ASKED_BEFORE
from tests.contact import add_request
from tests.registrations import mails_to
from tests.service import Service


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


async def test_an_address_that_asks_again_gets_the_open_request_and_is_told_once_an_hour(
    service: Service,
) -> None:
    activator = await adviser(service)
    first = asked(activator)
    email = first["person"]["email"]
    request = await taken(service, first)
    await service.work()
    again = {"person": {"email": email.upper()}, "need": "Autre chose"}

    soon = await taken(service, asked(activator, **again))
    service.clock.advance(hours=2)
    later = [await taken(service, asked(activator, **again)) for _ in range(3)]
    await service.work()

    assert {one["reference"] for one in (soon, *later)} == {request["reference"]}
    subjects = [mail["Subject"] for mail in mails_to(service, email)]
    assert len(subjects) == 2
    assert sum(subject.endswith("est déjà en cours") for subject in subjects) == 1
    assert len(mails_to(service, await address_of(service, activator))) == 1


@pytest.mark.parametrize("need", ["Autre chose.", "a.fr b.fr c.fr"])
async def test_who_types_an_address_is_answered_alike_whether_or_not_it_has_asked(
    service: Service, need: str
) -> None:
    busy, idle = await adviser(service), await adviser(service)
    email = asked(busy)["person"]["email"]
    content: Content = {**ASKED_BEFORE, "email": email}
    await add_request(service, busy, state=RequestState.IN_PROGRESS, content=content)
    service.clock.advance(days=1)
    typed = [asked(one, person={"email": email}, need=need) for one in (busy, idle)]

    at_once = [await taken(service, one) for one in typed]
    await service.work()
    service.clock.advance(hours=30)
    later = [await taken(service, one) for one in typed]

    for one in (*at_once, *later):
        del one["id"], one["reference"]
    assert at_once[0] == at_once[1]
    assert later[0] == later[1]


async def test_an_address_that_asks_another_one_makes_another_request(service: Service) -> None:
    person = {"email": "deux@vuillermoz.example.org"}

    one = await taken(service, asked(await adviser(service), person=person))
    other = await taken(service, asked(await adviser(service), person=person))

    assert one["reference"] != other["reference"]


async def test_once_it_is_closed_the_same_address_may_ask_anew(service: Service) -> None:
    activator = await adviser(service)
    person = {"email": "encore@vuillermoz.example.org"}
    first = await taken(service, asked(activator, person=person))
    table = tables.contact_request
    async with service.write() as session:
        closed = update(table).where(table.c.reference == first["reference"])
        await session.execute(closed.values(state=RequestState.DECLINED))

    second = await taken(service, asked(activator, person=person))

    assert second["reference"] != first["reference"]
