"""Registering: what may be filled in and by whom, and that it tells nothing of who is known."""

import statistics
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from models import tables
from models.accounts import Language, Role
from models.api_keys import Scope
from models.base import new_id
from resolvers.link_secrets import LinkTo
from tests.jobs import forget_jobs
from tests.people import add_account, add_activator, add_structure, count
from tests.portals import forget_keys, make_key
from tests.registrations import (
    DONE,
    REGISTER,
    filled_in,
    mails_to,
    register,
    registered,
    text_of,
    verify,
)
from tests.rules.world import rows_of
from tests.service import Service
from tests.statements import statements

STORED = (tables.registration, tables.job)


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


async def test_who_registers_gets_a_link_and_is_in_no_directory_yet(service: Service) -> None:
    before = await rows_of(service.database, tables.activator, tables.structure, tables.account)

    assert await register(service, email="Marc.Premier@Example.org") == DONE
    await service.work()

    (mail,) = mails_to(service, "marc.premier@example.org")
    assert mail["Subject"] == "Confirmez votre demande d'adhésion"
    assert "http://127.0.0.1:8000/graphql#registration=" in text_of(mail)
    assert "pendant 48 heures" in " ".join(text_of(mail).split())
    now = await rows_of(service.database, tables.activator, tables.structure, tables.account)
    assert now == before


async def test_the_mail_speaks_the_language_that_was_asked_for(service: Service) -> None:
    await register(service, email="mary@example.org", language="EN")
    await service.work()

    (mail,) = mails_to(service, "mary@example.org")
    assert mail["Subject"] == "Confirm your request to join"


async def test_what_is_sent_leaves_no_secret_and_no_address_in_its_job(service: Service) -> None:
    secret = await registered(service, email="discret@example.org")

    stored = str(await rows_of(service.database, tables.registration, tables.job))
    assert secret not in stored
    assert "discret@example.org" not in str(await rows_of(service.database, tables.job))


async def test_who_has_a_page_is_told_to_sign_in(service: Service) -> None:
    table = tables.account
    async with service.write() as session:
        number = await add_activator(session)
        account = await add_account(session, Role.ACTIVATOR, activator_id=number)
        query = select(table.c.email).where(table.c.id == account)
        email = (await session.execute(query)).scalar_one()
        await add_activator(session, email="declare@example.org", networks=["cci"])

    for one in (email, "declare@example.org"):
        assert await register(service, email=one) == DONE
    await service.work()

    for one in (email, "declare@example.org"):
        (mail,) = mails_to(service, one)
        assert mail["Subject"] == "Vous avez déjà une page dans l'annuaire"
        assert "registration=" not in text_of(mail)


async def test_the_newest_registration_of_an_address_counts(service: Service) -> None:
    first = await registered(service, email="deux.fois@example.org", givenName="Ancien")
    second = await registered(service, email="Deux.Fois@example.org".lower(), givenName="Nouveau")

    refused, taken = await verify(service, first), await verify(service, second)

    assert [error["code"] for error in refused["userErrors"]] == ["BAD_USER_INPUT"]
    assert taken["activator"]["displayName"].startswith("Nouveau ")


async def test_all_that_is_wrong_is_told_at_once_and_nothing_is_stored(service: Service) -> None:
    before = await rows_of(service.database, *STORED)
    wrong: dict[str, Any] = {
        "givenName": " ",
        "familyName": "x" * 101,
        "email": "nobody",
        "phone": "12",
        "headline": "a\0b",
        "websiteUrl": "javascript:alert(1)",
        "languages": ["klingon"],
        "videos": [{"title": "Film", "url": "https://elsewhere.example/1"}],
        "expertise": ["x"],
        "serves": ["DEP-00"],
        "network": "nowhere",
        "structure": {"siret": "123", "name": "", "postalCode": "1", "city": ""},
        "invitation": "x",
    }

    answer = await register(service, **wrong)

    assert {error["code"] for error in answer["userErrors"]} == {"BAD_USER_INPUT"}
    fields = {error["field"].partition(".")[0] for error in answer["userErrors"]}
    assert fields == set(wrong)
    inner = {error["field"] for error in answer["userErrors"] if "structure." in error["field"]}
    assert inner == {f"structure.{name}" for name in ("siret", "name", "postalCode", "city")}
    assert await rows_of(service.database, *STORED) == before


@pytest.mark.parametrize("nothing", ["structure", "remote"])
async def test_what_a_page_must_have_is_asked_for(service: Service, nothing: str) -> None:
    answer = await register(service, **{nothing: None})

    told = [(error["code"], error["field"]) for error in answer["userErrors"]]
    assert told == [("BAD_USER_INPUT", nothing)]


@pytest.mark.parametrize("scopes", [[Scope.DIRECTORY_READ], [Scope.ROSTER_WRITE]])
async def test_a_portal_registers_people_with_a_key_that_reads_the_directory(
    service: Service, scopes: list[Scope]
) -> None:
    key = await make_key(service, scopes=scopes)
    before = await count(service.database, tables.registration)

    answer = await register(service, token=key.text)

    await forget_keys(service)
    may = scopes == [Scope.DIRECTORY_READ]
    assert [error["code"] for error in answer["userErrors"]] == ([] if may else ["FORBIDDEN"])
    assert await count(service.database, tables.registration) == before + may


async def invitation(service: Service, email: str, **values: Any) -> str:
    """Have a structure invite somebody; give the secret of the link."""
    now, number = service.clock(), new_id()
    row = {"id": number, "email": email, "language": Language.FR, "role": Role.ACTIVATOR}
    row |= {"created_at": now, "expires_at": now + timedelta(days=30), **values}
    async with service.write() as session:
        row["structure_id"] = await add_structure(session)
        await session.execute(insert(tables.invitation).values(row))
    return service.platform.link_secrets.write(LinkTo.INVITATION, number)


@pytest.mark.parametrize("why", ["another's", "over", "accepted", "for a manager", "forged"])
async def test_an_invitation_that_is_not_good_is_refused(service: Service, why: str) -> None:
    now = service.clock()
    values: dict[str, dict[str, Any]] = {
        "over": {"expires_at": now},
        "accepted": {"accepted_at": now},
        "for a manager": {"role": Role.STRUCTURE_MANAGER},
    }
    email = "other@example.org" if why == "another's" else "invite@example.org"
    secret = await invitation(service, email, **values.get(why, {}))
    secret = secret[:-1] + ("0" if secret[-1] != "0" else "1") if why == "forged" else secret
    before = await rows_of(service.database, *STORED)

    answer = await register(service, email="invite@example.org", invitation=secret)

    told = [(error["code"], error["field"]) for error in answer["userErrors"]]
    assert told == [("BAD_USER_INPUT", "invitation")]
    assert await rows_of(service.database, *STORED) == before


async def test_an_invitation_names_the_structure_and_serves_once(service: Service) -> None:
    secret = await invitation(service, "bienvenue@example.org")
    link = await registered(
        service, email="bienvenue@example.org", invitation=secret, structure=None
    )

    answer = await verify(service, link)
    again = await register(service, email="bienvenue@example.org", invitation=secret)

    table = tables.activator
    query = select(table.c.employed_at).where(table.c.email == "bienvenue@example.org")
    async with service.database.read() as session:
        employed_at = (await session.execute(query)).scalar_one()
    assert answer["userErrors"] == []
    assert answer["activator"]["structure"]["name"].startswith("Structure ")
    assert answer["activator"]["address"]["city"] == "Oyonnax"
    assert employed_at == service.clock()
    assert [error["field"] for error in again["userErrors"]] == ["invitation"]


async def test_known_and_unknown_addresses_differ_neither_in_answer_nor_statements_nor_time(
    service: Service,
) -> None:
    table = tables.account
    async with service.write() as session:
        structure = await add_structure(session)
        known = []
        for _ in range(200):
            number = await add_activator(session, structure_id=structure)
            account = await add_account(session, Role.ACTIVATOR, activator_id=number)
            query = select(table.c.email).where(table.c.id == account)
            known.append((await session.execute(query)).scalar_one())
    unknown = [f"inconnu.{number}@example.org" for number in range(200)]
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    sent: dict[str, set[str]] = {"known": set(), "unknown": set()}
    told: set[bytes] = set()

    async def ask(kind: str, email: str) -> None:
        body = {"query": REGISTER, "variables": {"input": filled_in(email=email)}}
        begun = time.perf_counter()
        with statements(service) as asked:
            response = await service.client.post("/graphql", json=body)
        took[kind].append(time.perf_counter() - begun)
        told.add(response.content)
        sent[kind].add(" ".join(one.text for one in asked))

    for pair in zip(known, unknown, strict=True):
        await ask("known", pair[0])
        await ask("unknown", pair[1])

    await forget_jobs(service.database)
    assert told == {b'{"data":{"registerActivator":{"userErrors":[]}}}'}
    assert sent["known"] == sent["unknown"]
    assert len(sent["known"]) == 1
    one, other = (statistics.median(times) for times in took.values())
    spread = statistics.quantiles(took["unknown"], n=4)
    assert abs(one - other) < max(spread[2] - spread[0], 0.002)


@pytest.mark.parametrize("named", [True, False])
async def test_an_invitation_that_is_over_by_the_time_gives_way_to_the_structure_named(
    service: Service, named: bool
) -> None:
    email = f"tard.{named}@example.org".lower()
    secret = await invitation(service, email)
    values = {} if named else {"structure": None}
    link = await registered(service, email=email, invitation=secret, **values)
    async with service.write() as session:
        await session.execute(delete(tables.invitation).where(tables.invitation.c.email == email))
    before = await rows_of(service.database, tables.registration, tables.activator)

    answer = await verify(service, link)

    if named:
        assert answer["activator"]["structure"]["name"].startswith("Atelier ")
    else:
        assert [error["field"] for error in answer["userErrors"]] == ["token"]
        now = await rows_of(service.database, tables.registration, tables.activator)
        assert now == before
