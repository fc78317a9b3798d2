"""Asking an activator for help: who may, what is filled in, and what comes of it (article 4)."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.api_keys import Scope
from models.request_steps import RequestState
from models.revisions import Subject, record_changes
from schema.nodes import global_id
from tests.askings import COMPANY, NEED, address_of, adviser, ask, asked, link_in, row_of, taken
from tests.contact import state_of
from tests.people import add_account, count
from tests.portals import forget_keys, make_key
from tests.registrations import mails_to, text_of
from tests.rules.world import rows_of
from tests.service import Service

READ = """query ($token: String!) { contactRequest(token: $token) {
  reference state language need expertise { code }
  company { name siret size sector { code } commune { code } person email phone } } }"""
STORED = (tables.contact_request, tables.contact_request_step, tables.job)


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


def codes(answer: Any) -> list[tuple[str, str | None]]:
    return [(error["code"], error["field"]) for error in answer["userErrors"]]


async def test_a_visitor_asks_and_follows_it_by_the_link_in_its_mail(service: Service) -> None:
    activator = await adviser(service)
    given = asked(activator, expertise=["site-internet"])

    request = await taken(service, given)
    assert (request["state"], request["need"], request["company"]) == ("SUBMITTED", None, None)
    assert request["history"] == []
    assert request["dueAt"] is not None
    await service.work()

    email = given["person"]["email"]
    read = await service.data(READ, {"token": link_in(service, email)})
    assert read["contactRequest"] == {
        "reference": request["reference"],
        "state": "ACKNOWLEDGED",
        "language": "FR",
        "need": given["need"],
        "expertise": [{"code": "site-internet"}],
        "company": {
            "name": COMPANY["name"],
            "siret": None,
            "size": "MICRO",
            "sector": {"code": "C"},
            "commune": {"code": "COM-01283"},
            "person": "Odile Vuillermoz",
            "email": email,
            "phone": "+33474001234",
        },
    }
    assert len(mails_to(service, await address_of(service, activator))) == 1


async def test_the_answer_tells_no_secret_of_a_link(service: Service) -> None:
    given = asked(await adviser(service))

    answer = json.dumps(await ask(service, given))
    await service.work()

    assert link_in(service, given["person"]["email"]) not in answer


async def test_the_mail_speaks_the_language_of_the_company(service: Service) -> None:
    given = asked(await adviser(service), language="EN")

    await taken(service, given)
    await service.work()

    (mail,) = mails_to(service, given["person"]["email"])
    assert mail["Subject"].endswith("has been sent")


async def test_what_a_company_says_is_in_no_job_and_no_audit_and_in_no_clear_column(
    service: Service,
) -> None:
    given = asked(await adviser(service), company={**COMPANY, "siret": "13002526500013"})

    request = await taken(service, given)

    stored = str(await rows_of(service.database, *STORED, tables.audit_entry)).lower()
    (line,) = {given["need"].rpartition(" ")[2]}
    for secret in ("vuillermoz", "474001234", "peignes", "13002526500013", line):
        assert secret not in stored
    row = await row_of(service, request["reference"])
    assert (row.size.value, row.sector_code, row.department_code) == ("MICRO", "C", "DEP-01")


KINDS = {
    ActivatorKind.ADVISER: [],
    ActivatorKind.FUNDING_ADVISER: [],
    ActivatorKind.CHAMPION: [],
    ActivatorKind.SOLUTION_PROVIDER: [("FORBIDDEN", "activator")],
    ActivatorKind.INSTITUTIONAL: [("NOT_FOUND", "activator")],
}


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.INSTITUTION])
@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_answers_as_the_rule_book_says_to_visitors_and_members(
    service: Service, kind: ActivatorKind, role: Role | None
) -> None:
    activator = await adviser(service, kind=kind, website_url="https://offres.example.org/")
    async with service.write() as session:
        token = None if role is None else service.token(await add_account(session, role))
    before = await rows_of(service.database, *STORED)

    answer = await ask(service, asked(activator), token=token)

    assert codes(answer) == KINDS[kind]
    sells = kind is ActivatorKind.SOLUTION_PROVIDER
    assert answer["offersUrl"] == ("https://offres.example.org/" if sells else None)
    if KINDS[kind]:
        assert answer["contactRequest"] is None
        assert await rows_of(service.database, *STORED) == before


@pytest.mark.parametrize(
    "state", [ActivatorState.PENDING, ActivatorState.SUSPENDED, ActivatorState.WITHDRAWN]
)
async def test_one_that_is_no_member_is_not_there_and_not_to_be_asked_by_who_sees_it(
    service: Service, state: ActivatorState
) -> None:
    activator = await adviser(service, state=state)
    async with service.write() as session:
        moderator = service.token(await add_account(session, Role.MODERATOR))

    hidden = await ask(service, asked(activator))
    unknown = await ask(service, asked(1))
    seen = await ask(service, asked(activator), token=moderator)

    assert codes(hidden) == [("NOT_FOUND", "activator")]
    assert hidden == unknown
    assert codes(seen) == [("FORBIDDEN", "activator")]


async def test_an_id_of_another_thing_is_not_found_and_no_id_is_a_bad_input(
    service: Service,
) -> None:
    given = asked(await adviser(service))

    assert codes(await ask(service, {**given, "activator": "TmV0d29yazpjY2k="})) == [
        ("NOT_FOUND", "activator")
    ]
    assert codes(await ask(service, {**given, "activator": "é"})) == [
        ("BAD_USER_INPUT", "activator")
    ]


WRONG: dict[str, Any] = {
    "company.name": [" ", "x" * 201, "Achetez www.example.org", "a\0b"],
    "company.siret": ["123", "00000000000001"],
    "company.sector": ["Z", ""],
    "company.commune": ["", "DEP-01", "COM-00000", "01283"],
    "person.name": ["", "x" * 101, "voir http://example.org", "Odile promo.com"],
    "person.email": ["", "nobody", "a@b@example.org", "x" * 300 + "@example.org"],
    "person.phone": ["12", "\0", "not a phone"],
    "need": ["", " \n ", "x" * 5001, "a\0b"],
    "expertise": [["nothing"], [f"{n}" for n in range(11)]],
    "consent": [False],
    "idempotencyKey": ["", "1234567", "x" * 201, "12345678\0"],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in WRONG.items() for value in values]
)
async def test_what_is_wrong_is_told_by_its_field_and_nothing_is_stored(
    service: Service, field: str, value: Any
) -> None:
    given: Any = asked(await adviser(service))
    given["company"], given["person"] = {**given["company"]}, {**given["person"]}
    outer, _, inner = field.rpartition(".")
    (given[outer] if outer else given)[inner] = value
    before = await rows_of(service.database, *STORED)

    answer = await ask(service, given)

    assert codes(answer) == [("BAD_USER_INPUT", field)]
    assert await rows_of(service.database, *STORED) == before


async def test_all_that_is_wrong_is_told_at_once(service: Service) -> None:
    given = asked(await adviser(service), need="", consent=False, idempotencyKey="short")
    given["company"] = {**COMPANY, "name": "", "commune": "x"}
    given["person"] = {"name": "", "email": ""}

    answer = await ask(service, given)

    told = {field for _, field in codes(answer)}
    assert told == {
        *("company.name", "company.commune", "person.name", "person.email"),
        *("need", "consent", "idempotencyKey"),
    }


async def test_the_need_keeps_its_lines(service: Service) -> None:
    given = asked(await adviser(service), need="Un site.\r\n\r\nEt une boutique.\n")

    await taken(service, given)
    await service.work()

    read = await service.data(READ, {"token": link_in(service, given["person"]["email"])})
    assert read["contactRequest"]["need"] == "Un site.\n\nEt une boutique."


async def test_who_is_signed_in_reads_its_request_without_a_link(service: Service) -> None:
    activator = await adviser(service)
    async with service.write() as session:
        account = await add_account(session)

    given = asked(activator)
    request = await taken(service, given, token=service.token(account))

    assert request["need"] == given["need"]
    assert (await row_of(service, request["reference"])).account_id == account


@pytest.mark.parametrize("scope", Scope)
async def test_a_portal_asks_on_a_visitors_behalf_with_a_key_for_it_and_is_recorded(
    service: Service, scope: Scope
) -> None:
    key = await make_key(service, scopes=[scope], network="adie")

    answer = await ask(service, asked(await adviser(service)), token=key.text)

    await forget_keys(service)
    may = scope is Scope.CONTACT_WRITE
    assert codes(answer) == ([] if may else [("FORBIDDEN", None)])
    if may:
        request = answer["contactRequest"]
        assert (request["state"], request["need"]) == ("SUBMITTED", None)
        assert request["history"] == [{"step": "ASK"}]
        row = await row_of(service, request["reference"])
        assert (row.network_code, row.account_id) == ("adie", None)


async def test_an_absence_begins_and_ends_by_the_clock_of_where_the_activator_is(
    service: Service,
) -> None:
    midnight = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)  # of La Reunion, it is 00:30 on the 25th
    today, tomorrow = date(2026, 11, 24), date(2026, 11, 25)
    places: dict[str, dict[str, str]] = {"Paris": {}, "La Reunion": {"commune_code": "COM-97411"}}
    began = service.clock.now
    service.clock.now = midnight

    away = {
        (where, day.day): (
            await ask(
                service, asked(await adviser(service, **place, away_from=day, away_until=day))
            )
        )["activatorAway"]
        for where, place in places.items()
        for day in (today, tomorrow)
    }

    service.clock.now = began
    assert away == {
        ("Paris", 24): True,
        ("Paris", 25): False,
        ("La Reunion", 24): False,
        ("La Reunion", 25): True,
    }


async def test_one_that_is_away_is_asked_and_the_answer_says_so_and_suggests_others(
    service: Service,
) -> None:
    today = service.clock().date()
    away = await adviser(
        service, away_from=today, away_until=today, expertise=["espaces-de-travail"]
    )
    back = await adviser(
        service,
        away_from=date(2026, 1, 1),
        away_until=date(2026, 1, 5),
        expertise=["espaces-de-travail"],
    )

    late = await ask(service, asked(away, expertise=["espaces-de-travail"]))
    soon = await ask(service, asked(back, expertise=["espaces-de-travail"]))

    assert (late["activatorAway"], soon["activatorAway"]) == (True, False)
    assert late["suggestions"] == [{"id": global_id("Activator", back)}]
    assert soon["suggestions"] == []


async def test_suggestions_tell_nothing_of_what_the_owner_of_an_address_asked(
    service: Service,
) -> None:
    today = service.clock().date()
    fields: dict[str, Any] = {"expertise": ["fabrication-numerique"]}
    away = await adviser(service, away_from=today, **fields)
    other = await adviser(service, **fields)
    hers = asked(other)
    await taken(service, hers)

    typed = await ask(service, asked(away, person={"email": hers["person"]["email"]}))

    assert typed["suggestions"] == [{"id": global_id("Activator", other)}]


async def test_one_that_is_suspended_while_it_is_asked_is_asked_by_nobody(
    service: Service,
) -> None:
    activator = await adviser(service)
    await taken(service, asked(activator))  # so that it is held in memory
    table = tables.activator
    async with service.database.write() as session:  # no worker is told yet
        own = update(table).where(table.c.id == activator)
        await session.execute(own.values(state=ActivatorState.SUSPENDED))
    before = await count(service.database, tables.contact_request)

    answer = await ask(service, asked(activator))

    assert codes(answer) == [("NOT_FOUND", "activator")]
    assert await count(service.database, tables.contact_request) == before
    async with service.write() as session:
        await record_changes(session, Subject.ACTIVATOR, [activator])


async def test_a_state_is_what_the_mail_server_has_taken(service: Service) -> None:
    request = await taken(service, asked(await adviser(service)))
    row = await row_of(service, request["reference"])

    assert await state_of(service, row.id) is RequestState.SUBMITTED
    await service.work()
    assert await state_of(service, row.id) is RequestState.ACKNOWLEDGED
    assert (await row_of(service, request["reference"])).acknowledged_at == service.clock()


async def test_the_activators_letter_tells_nothing_of_the_company(service: Service) -> None:
    activator = await adviser(service)
    given = asked(activator)
    await taken(service, given)
    await service.work()

    (mail,) = mails_to(service, await address_of(service, activator))
    whole = f"{mail['Subject']} {text_of(mail)}".lower()
    for secret in ("vuillermoz", "odile", "peignes", "474001234", "oyonnax", NEED[:20].lower()):
        assert secret not in whole


async def test_the_activators_letter_leads_to_the_request_which_it_opens_signed_in(
    service: Service,
) -> None:
    activator = await adviser(service)
    request = await taken(service, asked(activator))
    await service.work()

    (mail,) = mails_to(service, await address_of(service, activator))
    (reference,) = set(re.findall(r"#contact-request=(\w+)", text_of(mail)))
    async with service.write() as session:
        account = await add_account(session, Role.ACTIVATOR, activator_id=activator)
    query = "query ($reference: String) { contactRequest(reference: $reference) { id need } }"
    answer = await service.data(query, {"reference": reference}, token=service.token(account))
    assert answer["contactRequest"]["id"] == request["id"]
    assert NEED in answer["contactRequest"]["need"]


async def test_the_directory_of_jobs_has_no_number_but_that_of_the_request(
    service: Service,
) -> None:
    request = await taken(service, asked(await adviser(service)))
    row = await row_of(service, request["reference"])

    job = tables.job
    query = select(job.c.kind, job.c.payload).where(job.c.dedupe_key.contains(f"{row.id}"))
    async with service.database.read() as session:
        found = (await session.execute(query)).all()
    assert {payload["request_id"] for _, payload in found} == {row.id}
    assert {kind for kind, _ in found} >= {"contact_acknowledgement", "contact_letter"}
