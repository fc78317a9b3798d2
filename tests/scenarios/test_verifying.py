"""Verifying a registration: the page that is made, once, for whom, and who is told."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.networks import AdmissionPolicy
from resolvers.link_secrets import LinkTo
from tests.people import accept_charter, add_account, count, set_admission, siret
from tests.registrations import (
    filled_in,
    joined,
    mails_to,
    register,
    registered,
    text_of,
    verify,
)
from tests.rules.world import rows_of
from tests.service import Service
from tests.world import number_of

MADE = (tables.activator, tables.structure, tables.account, tables.account_role, tables.session)
ADMIT = """mutation ($id: ID!) {
  changeActivatorState(input: {id: $id, state: ACTIVE}) { userErrors { code message } }
}"""

LEAVE = """mutation ($id: ID!) {
  leaveProgramme(input: {activator: $id}) { userErrors { code } }
}"""


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


async def email_of(service: Service, account_id: int) -> str:
    """Read the address of an account."""
    query = select(tables.account.c.email).where(tables.account.c.id == account_id)
    async with service.database.read() as session:
        return str((await session.execute(query)).scalar_one())


async def test_who_opens_the_link_is_signed_in_and_has_a_page_that_waits(service: Service) -> None:
    number = siret()
    structure = filled_in()["structure"] | {"siret": number, "name": "Atelier du Lac"}

    answer = await joined(
        service,
        structure=structure,
        email="lac@example.org",
        givenName="Inès",
        familyName="Lac",
        kind="FUNDING_ADVISER",
        phone="01 99 00 12 34",
        headline="Financer",
        sectors=["C", "A"],
        serves=["DEP-01"],
        network="cci",
    )

    page = answer["activator"]
    (enrolment,) = page.pop("enrolments")
    position, id = page.pop("position"), page.pop("id")
    assert page == {
        "displayName": "Inès Lac",
        "kind": "FUNDING_ADVISER",
        "state": "PENDING",
        "version": 1,
        "headline": "Financer",
        "email": "lac@example.org",
        "phone": "+33199001234",
        "remote": False,
        "languages": ["fr"],
        "structure": {"siret": number, "name": "Atelier du Lac"},
        "address": {"line": "3 rue Anatole France", "postalCode": "01100", "city": "Oyonnax"},
        "networks": [{"code": "cci"}],
        "expertise": [{"code": "site-internet"}],
        "sectors": [{"code": "A"}, {"code": "C"}],
        "serves": [{"code": "DEP-01"}],
        "viewerMay": {"commit": True, "edit": True},
    }
    assert position["precision"] != "ADDRESS"
    assert enrolment["externalId"].startswith("M-")
    who = "query ($id: ID!) { viewer { email roles isMember } activator(id: $id) { state } }"
    own = await service.data(who, {"id": id}, token=answer["accessToken"])
    assert own == {
        "viewer": {"email": "lac@example.org", "roles": ["ACTIVATOR"], "isMember": False},
        "activator": {"state": "PENDING"},
    }
    assert (await service.data(who, {"id": id}))["activator"] is None


async def test_a_page_stands_at_its_own_address_where_one_was_given(service: Service) -> None:
    address = {"postalCode": "69003", "city": "Lyon", "addressLine": "1 place Guichard"}

    answer = await joined(service, address=address)

    shown = {"line": "1 place Guichard", "postalCode": "69003", "city": "Lyon"}
    assert answer["activator"]["address"] == shown


async def test_a_structure_is_found_by_its_siret_and_keeps_its_own_name(service: Service) -> None:
    structure = filled_in()["structure"]
    await joined(service, structure=structure | {"name": "Le vrai nom"})

    answer = await joined(service, structure=structure | {"name": "Un autre nom"})

    assert answer["activator"]["structure"]["name"] == "Le vrai nom"


async def test_two_who_found_one_structure_at_once_are_both_in_it(service: Service) -> None:
    structure = filled_in()["structure"]
    secrets = [await registered(service, structure=structure) for _ in range(2)]

    answers = await asyncio.gather(*(verify(service, secret) for secret in secrets))

    assert [answer["userErrors"] for answer in answers] == [[], []]
    shown = {answer["activator"]["structure"]["siret"] for answer in answers}
    assert shown == {structure["siret"]}


async def test_a_link_serves_once(service: Service) -> None:
    secret = await registered(service)
    await verify(service, secret)
    before = await rows_of(service.database, *MADE)

    again = await verify(service, secret)

    told = [(error["code"], error["field"]) for error in again["userErrors"]]
    assert told == [("BAD_USER_INPUT", "token")]
    assert again["accessToken"] is None
    assert await rows_of(service.database, *MADE) == before


async def test_of_several_who_open_a_link_at_once_one_comes_in(service: Service) -> None:
    secret = await registered(service)
    before = await count(service.database, tables.activator)

    answers = await asyncio.gather(*(verify(service, secret) for _ in range(4)))

    assert sum(answer["activator"] is not None for answer in answers) == 1
    assert await count(service.database, tables.activator) == before + 1


async def test_a_link_that_was_not_opened_in_time_is_over(service: Service) -> None:
    secret = await registered(service)
    service.clock.advance(hours=48)
    before = await rows_of(service.database, *MADE)

    answer = await verify(service, secret)

    assert [error["field"] for error in answer["userErrors"]] == ["token"]
    assert await rows_of(service.database, *MADE) == before


@pytest.mark.parametrize("token", ["", "x", "a_b", "\0", "é" * 11 + "_", "0" * 11 + "_" + "0" * 64])
async def test_what_is_no_link_opens_nothing(service: Service, token: str) -> None:
    answer = await verify(service, token)

    told = [(error["code"], error["field"]) for error in answer["userErrors"]]
    assert told == [("BAD_USER_INPUT", "token")]


async def test_the_secret_of_another_thing_opens_no_registration(service: Service) -> None:
    number = service.platform.link_secrets.read(LinkTo.REGISTRATION, await registered(service))
    assert number is not None

    answer = await verify(service, service.platform.link_secrets.write(LinkTo.INVITATION, number))

    assert answer["activator"] is None


async def test_an_account_that_was_there_gains_the_page(service: Service) -> None:
    async with service.write() as session:
        account = await add_account(session, Role.INSTITUTION)
    email, before = await email_of(service, account), await count(service.database, tables.account)

    answer = await joined(service, email=email)

    who = await service.data("{ viewer { email roles } }", token=answer["accessToken"])
    assert who == {"viewer": {"email": email, "roles": ["ACTIVATOR", "INSTITUTION"]}}
    assert await count(service.database, tables.account) == before


async def waiting(service: Service, **values: Any) -> dict[str, list[str]]:
    """Have somebody register; give by address what those who may admit were told."""
    known = {mail["Message-ID"] for mail in service.mails()}
    await joined(service, **values)
    await service.work()
    told: dict[str, list[str]] = {}
    for mail in service.mails():
        if mail["Message-ID"] not in known and "attend" in mail["Subject"]:
            told.setdefault(str(mail["To"]), []).append(text_of(mail))
    return told


@pytest.mark.parametrize("admission", AdmissionPolicy)
async def test_those_who_may_admit_it_are_told_and_nothing_of_the_person(
    service: Service, admission: AdmissionPolicy
) -> None:
    async with service.write() as session:
        await set_admission(session, "cma", admission)
        moderator = await add_account(session, Role.MODERATOR)
        manager = await add_account(session, Role.NETWORK_MANAGER, network_code="cma")
        others = [
            await add_account(session, Role.NETWORK_MANAGER, network_code="cci"),
            await add_account(session, Role.ADMINISTRATOR),
            await add_account(session, Role.INSTITUTION),
        ]

    email = f"personne.{admission.value.lower()}@example.org"
    told = await waiting(service, network="cma", email=email, givenName="Zélie")

    by_network = admission is AdmissionPolicy.BY_NETWORK
    assert len(told[await email_of(service, moderator)]) == 1
    assert (await email_of(service, manager) in told) is by_network
    assert not {await email_of(service, one) for one in others} & set(told)
    for texts in told.values():
        assert "personne" not in texts[0]
        assert "Zélie" not in texts[0]
        assert "#activator=" in texts[0]


async def test_the_link_of_who_may_admit_finds_the_page(service: Service) -> None:
    async with service.write() as session:
        moderator = await add_account(session, Role.MODERATOR)
    told = await waiting(service, familyName="Trouvée")
    (text,) = told[await email_of(service, moderator)]

    slug = text.partition("#activator=")[2].split()[0]
    query = "query ($slug: String!) { activator(slug: $slug) { displayName } }"
    found = await service.data(query, {"slug": slug}, token=service.token(moderator))

    assert found == {"activator": {"displayName": "Élodie Trouvée"}}


async def test_a_founded_structure_is_confirmed_before_anybody_is_admitted(
    service: Service,
) -> None:
    async with service.write() as session:
        token = service.token(await add_account(session, Role.MODERATOR))
    answer = await joined(service)
    id = answer["activator"]["id"]
    async with service.write() as session:
        await accept_charter(session, number_of(id))

    refused = (await service.data(ADMIT, {"id": id}, token=token))["changeActivatorState"]

    (error,) = refused["userErrors"]
    assert error["code"] == "CONFLICT"
    assert "not confirmed" in error["message"]


async def test_who_has_left_may_register_anew(service: Service) -> None:
    first = await joined(service, email="retour@example.org")
    variables = {"id": first["activator"]["id"]}
    await service.data(LEAVE, variables, token=first["accessToken"])

    again = await joined(service, email="retour@example.org")
    await register(service, email="retour@example.org")
    await service.work()

    assert again["activator"]["id"] != first["activator"]["id"]
    subjects = [mail["Subject"] for mail in mails_to(service, "retour@example.org")]
    assert subjects.count("Vous avez déjà une page dans l'annuaire") == 1


async def test_the_audit_says_that_it_came_through_the_session_that_was_opened(
    service: Service,
) -> None:
    answer = await joined(service, email="session@example.org")

    entry = tables.audit_entry
    number = str(number_of(answer["activator"]["id"]))
    query = select(entry.c.action, entry.c.client).where(entry.c.subject_id == number)
    async with service.database.read() as session:
        ((action, client),) = await session.execute(query)
    assert action == "activator.register"
    assert client.startswith("session:")
