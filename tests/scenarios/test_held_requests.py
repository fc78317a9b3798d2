"""Contact requests that look like an abuse: held, and decided on without being read (article 4)."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from tests.askings import NEED, address_of, adviser, ask, asked, row_of, taken
from tests.contact import add_request, state_of
from tests.people import add_account
from tests.registrations import mails_to, text_of
from tests.service import Service

HELD = """query ($id: ID!) { contactRequest(id: $id) {
  state need company { name } heldFor { sign count } history { step author reason } } }"""
RELEASE = """mutation ($id: ID!) { releaseContactRequest(input: {id: $id}) {
  contactRequest { state need dueAt } userErrors { code field } } }"""
DISMISS = """mutation ($id: ID!) {
  dismissContactRequest(input: {id: $id, reason: MASS_MAILING}) {
    contactRequest { state need } userErrors { code field } } }"""
LINKS = "Voyez https://a.example.org et http://b.example.org, ou WWW.c.example.org."


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


async def staff(service: Service, role: Role = Role.MODERATOR) -> str:
    async with service.write() as session:
        return service.token(await add_account(session, role))


async def decide(service: Service, mutation: str, request: Any, token: str | None) -> Any:
    (answer,) = (await service.data(mutation, {"id": request["id"]}, token=token)).values()
    return answer


def codes(answer: Any) -> list[tuple[str, str | None]]:
    return [(error["code"], error["field"]) for error in answer["userErrors"]]


async def test_many_links_hold_a_request_and_nobody_is_mailed(service: Service) -> None:
    activator = await adviser(service)
    given = asked(activator, need=LINKS)

    request = await taken(service, given)
    await service.work()

    assert (request["state"], request["dueAt"]) == ("HELD", None)
    assert mails_to(service, given["person"]["email"]) == []
    assert mails_to(service, await address_of(service, activator)) == []


async def test_few_links_hold_nothing(service: Service) -> None:
    request = await taken(
        service, asked(await adviser(service), need="Mon site : https://a.example.org")
    )

    assert request["state"] == "SUBMITTED"


@pytest.mark.parametrize(
    "need",
    [
        "Gagnez sur promo-un.com, promo-deux.fr ou promo-trois.net",
        "Voyez ftp://a.example.org, HXXP://b.example.org et https:\\\\c.example.org",
        "ｈｔｔｐｓ：／／a.example.org puis www。b.example.org et h\u00adttps://c.example.org",
        "a.example/x b.example/y c.example/z",
    ],
)
async def test_links_are_known_however_they_are_written(service: Service, need: str) -> None:
    request = await taken(service, asked(await adviser(service), need=need))

    assert request["state"] == "HELD"


async def test_stops_without_spaces_and_initials_are_no_links(service: Service) -> None:
    need = "Nous vendons en ligne.Nous voudrions mieux.Les S.A.R.L. J.P.Martin et/ou B.Duc.De fait."

    request = await taken(service, asked(await adviser(service), need=need))

    assert request["state"] == "SUBMITTED"


async def test_one_text_to_many_is_held_from_the_fourth_on_whoever_sends_it_and_however(
    service: Service,
) -> None:
    ways = [NEED, NEED.upper(), f"  {NEED}!", NEED.replace(" ", "  "), NEED.replace(",", ";")]

    states = [
        (await taken(service, asked(await adviser(service), need=way)))["state"] for way in ways
    ]
    service.clock.advance(days=8)
    later = await taken(service, asked(await adviser(service), need=NEED))

    assert states == ["SUBMITTED"] * 3 + ["HELD"] * 2
    assert later["state"] == "SUBMITTED"


async def test_staff_sees_the_signs_and_no_word_and_the_others_nothing(service: Service) -> None:
    activator = await adviser(service)
    request = await taken(service, asked(activator, need=LINKS))
    async with service.write() as session:
        asked_one = await add_account(session, Role.ACTIVATOR, activator_id=activator)
        owner = await add_account(session, Role.NETWORK_MANAGER, network_code="cci")
    variables = {"id": request["id"]}

    read = await service.data(HELD, variables, token=await staff(service))

    assert read["contactRequest"] == {
        "state": "HELD",
        "need": None,
        "company": None,
        "heldFor": [{"sign": "LINKS", "count": 3}],
        "history": [{"step": "ASK", "author": "COMPANY", "reason": None}],
    }
    for token in (None, service.token(asked_one), service.token(owner)):
        assert (await service.data(HELD, variables, token=token))["contactRequest"] is None


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMINISTRATOR])
async def test_one_that_is_released_is_sent_and_its_delays_begin_then(
    service: Service, role: Role
) -> None:
    activator = await adviser(service)
    given = asked(activator, need=f"{LINKS} {role.value}")
    request = await taken(service, given)
    service.clock.advance(days=1)

    answer = await decide(service, RELEASE, request, await staff(service, role))
    await service.work()

    assert answer["contactRequest"]["state"] == "SUBMITTED"
    assert answer["contactRequest"]["need"] is None
    row = await row_of(service, request["reference"])
    assert row.sent_at == service.clock()
    assert row.state.value == "ACKNOWLEDGED"
    assert len(mails_to(service, given["person"]["email"])) == 1
    assert len(mails_to(service, await address_of(service, activator))) == 1


async def test_one_that_is_dismissed_is_closed_for_a_coded_reason_and_nobody_is_mailed(
    service: Service,
) -> None:
    activator = await adviser(service)
    given = asked(activator, need=f"{LINKS} Promis.")
    request, moderator = await taken(service, given), await staff(service)

    answer = await decide(service, DISMISS, request, moderator)
    await service.work()

    assert answer["contactRequest"]["state"] == "CANCELLED"
    read = (await service.data(HELD, {"id": request["id"]}, token=moderator))["contactRequest"]
    assert read["history"][1] == {
        "step": "DISMISS",
        "author": "MODERATOR",
        "reason": "MASS_MAILING",
    }
    assert mails_to(service, given["person"]["email"]) == []
    assert mails_to(service, await address_of(service, activator)) == []


@pytest.mark.parametrize("mutation", [RELEASE, DISMISS])
async def test_only_what_is_held_is_decided_on_and_once(service: Service, mutation: str) -> None:
    sent = await add_request(service, await adviser(service))
    moderator = await staff(service)
    held = await taken(service, asked(await adviser(service), need=f"{LINKS} {mutation[:30]}"))

    refused = await decide(service, mutation, {"id": sent.node}, moderator)
    answers = await asyncio.gather(
        *(decide(service, one, held, moderator) for one in (RELEASE, DISMISS, mutation))
    )

    assert codes(refused) == [("CONFLICT", "state")]
    assert (await state_of(service, sent.id)).value == "ACKNOWLEDGED"
    assert sorted(codes(answer) for answer in answers) == [
        [],
        [("CONFLICT", "state")],
        [("CONFLICT", "state")],
    ]


@pytest.mark.parametrize("identifier", ["", "é", "TmV0d29yazpjY2k=", "Q29udGFjdFJlcXVlc3Q6MQ=="])
async def test_what_is_no_request_is_refused(service: Service, identifier: str) -> None:
    answer = await decide(service, RELEASE, {"id": identifier}, await staff(service))

    assert answer["contactRequest"] is None
    assert {code for code, _ in codes(answer)} <= {"NOT_FOUND", "BAD_USER_INPUT"}


async def test_moderators_are_told_once_an_hour_and_of_nothing_that_it_says(
    service: Service,
) -> None:
    service.clock.advance(hours=5)
    async with service.write() as session:
        moderator = await add_account(session, Role.MODERATOR)
    account = tables.account
    query = select(account.c.email).where(account.c.id == moderator)
    async with service.database.read() as session:
        email = (await session.execute(query)).scalar_one()

    for number in range(2):
        given = asked(await adviser(service), need=f"{LINKS} Fois {number}.")
        assert codes(await ask(service, given)) == []
    await service.work()

    (mail,) = mails_to(service, email)
    assert mail["Subject"] == "Des demandes de contact retenues vous attendent"
    assert "example.org/" not in text_of(mail)
    assert "Vuillermoz" not in text_of(mail)
