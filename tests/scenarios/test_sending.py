"""A contact request that is sent: its acknowledgement, its letter, its delays (article 4)."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from models.request_steps import RequestState
from resolvers.contact.sending import send_request
from tests.contact import COMPANY, Asked, add_request, state_of
from tests.people import add_activator
from tests.registrations import mails_to, text_of
from tests.service import Service

FRIDAY = datetime(2026, 7, 10, 13, 0, tzinfo=UTC)
READ = """query ($token: String!) { contactRequest(token: $token) {
  state dueAt acknowledgedAt history { step state author } } }"""


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


async def sent(service: Service, email: str, **where: str | float) -> Asked:
    """Send a request to somebody somewhere, from a company that has this address."""
    async with service.write() as session:
        activator = await add_activator(session, email=f"asked.{email}", **where)
    asked = await add_request(
        service,
        activator,
        state=RequestState.SUBMITTED,
        content={**COMPANY, "email": email},
        sent_at=None,
        due_at=None,
    )
    async with service.write() as session:
        await send_request(service.platform, session, asked.id, now=service.clock())
    return asked


def mail_to(service: Service, email: str) -> EmailMessage:
    (mail,) = mails_to(service, email)
    return mail


async def test_the_company_is_acknowledged_with_the_due_day_and_its_private_link(
    service: Service,
) -> None:
    service.clock.now = FRIDAY
    asked = await sent(service, "vendredi@example.org")
    assert await state_of(service, asked.id) is RequestState.SUBMITTED

    await service.work()

    read = (await service.data(READ, {"token": asked.token}))["contactRequest"]
    assert read["state"] == "ACKNOWLEDGED"
    assert datetime.fromisoformat(read["dueAt"]) == datetime(2026, 7, 15, 16, 0, tzinfo=UTC)
    assert [line["step"] for line in read["history"]] == ["ASK", "ACKNOWLEDGE"]
    assert read["history"][1]["author"] == "SERVICE"
    text = text_of(mail_to(service, "vendredi@example.org"))
    assert "15/07/2026" in text
    assert f"#request={asked.token}" in text


async def test_the_activator_is_told_without_a_word_of_the_company(service: Service) -> None:
    await sent(service, "muette@example.org")

    await service.work()

    mail = mail_to(service, "asked.muette@example.org")
    whole = f"{mail['Subject']} {text_of(mail)}"
    for secret in (*COMPANY.values(), "muette@", "Quenneville", "brioches"):
        assert secret is None or str(secret) not in whole.replace("asked.muette@", "")


@pytest.mark.parametrize(
    ("commune", "day"), [("COM-01283", "26/11/2026"), ("COM-97411", "27/11/2026")]
)
async def test_the_days_are_those_of_where_the_activator_is(
    service: Service, commune: str, day: str
) -> None:
    service.clock.now = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # the 25th in La Réunion
    address = f"{commune.lower()}@example.org"
    await sent(service, address, commune_code=commune)

    await service.work()

    assert day in text_of(mail_to(service, address))


async def test_an_acknowledgement_that_is_sent_again_is_sent_once(service: Service) -> None:
    asked = await sent(service, "deux.fois@example.org")
    await service.work()

    async with service.write() as session:
        await send_request(service.platform, session, asked.id, now=service.clock())
    await service.work()

    assert len(mails_to(service, "deux.fois@example.org")) == 1
    assert len(mails_to(service, "asked.deux.fois@example.org")) == 1
