"""Declaring an engagement: of whom, by whom, what is refused, and what is declared twice."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.api_keys import Scope
from models.declared_engagements import DeclarationState as S
from schema.nodes import global_id
from tests.declarations import (
    CONTENT,
    add_engagement,
    declare,
    declared,
    do,
    link_in,
    provider,
    row_of,
    taken,
)
from tests.jobs import forget_jobs
from tests.people import add_account, add_activator
from tests.portals import forget_keys, make_key
from tests.registrations import mails_to
from tests.rules.world import rows_of
from tests.service import Service

WATCHED = (tables.declared_engagement, tables.job, tables.audit_entry)
LISTS = """query ($activator: ID!, $states: [DeclaredEngagementState!]) {
  declaredEngagements(filter: {states: $states}) { totalCount nodes { id what } }
  activator(id: $activator) { declaredEngagements(first: 1) {
    totalCount nodes { id what } pageInfo { hasNextPage endCursor } } } }"""
OPEN = """mutation ($token: String!) { openEngagementAccount(input: {token: $token}) {
  linkSent declaredEngagement { id } userErrors { code } } }"""


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these; each begins two hours later, with nothing to be done."""
    shared_service.clock.advance(hours=2)
    await forget_jobs(shared_service.database)
    await forget_keys(shared_service)
    return shared_service


async def codes(
    service: Service, given: dict[str, Any], token: str | None = None
) -> list[tuple[str, str | None]]:
    """Declare; give the codes and fields of what was wrong."""
    answer = await declare(service, given, token=token)
    return [(error["code"], error["field"]) for error in answer["userErrors"]]


async def test_only_a_solution_provider_that_is_shown_is_declared_of(service: Service) -> None:
    kinds = {
        ActivatorKind.ADVISER: "FORBIDDEN",
        ActivatorKind.FUNDING_ADVISER: "FORBIDDEN",
        ActivatorKind.CHAMPION: "FORBIDDEN",
        ActivatorKind.INSTITUTIONAL: "NOT_FOUND",
    }
    async with service.write() as session:
        others = {await add_activator(session, kind=kind): code for kind, code in kinds.items()}
        member = service.token(await add_account(session))
    left, own = await provider(service, state=ActivatorState.SUSPENDED)
    itself, mine = await provider(service)
    before = await rows_of(service.database, *WATCHED)

    for activator, code in others.items():
        assert await codes(service, declared(activator)) == [(code, "provider")]
        assert await codes(service, declared(activator), member) == [(code, "provider")]
    assert await codes(service, declared(left)) == [("NOT_FOUND", "provider")]
    assert await codes(service, declared(left), own) == [("FORBIDDEN", "provider")]
    assert await codes(service, declared(itself), mine) == [("FORBIDDEN", "provider")]
    network = declared(itself, provider=global_id("Network", "cci"))
    assert await codes(service, network) == [("NOT_FOUND", "provider")]
    assert await codes(service, declared(itself, provider="\x00")) == [
        ("BAD_USER_INPUT", "provider")
    ]
    assert await rows_of(service.database, *WATCHED) == before


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("company", ["", "a\x00", "x" * 201, "Voyez https://spam.example.org"]),
        ("name", ["", "x" * 101, "www.spam.example.org"]),
        ("email", ["", "nobody", "a@b\x00.fr", "x" * 300 + "@example.org"]),
        ("siret", ["123", "13002526500014", "\x00"]),
        ("what", ["", " \n ", "x" * 2_001, "a\x07b", "Sur spam.example.com"]),
        ("proof", ["", "x" * 201, "https://spam.example.org/facture"]),
        ("engagedOn", ["2024-11-23", "2026-11-28", "0001-01-01", "9999-12-31"]),
        ("consent", [False]),
        ("idempotencyKey", ["short", "x" * 201, ""]),
    ],
)
async def test_what_is_wrong_is_told_by_its_field_and_nothing_is_kept(
    service: Service, field: str, values: list[Any]
) -> None:
    activator, _ = await provider(service)
    before = await rows_of(service.database, *WATCHED)

    asked = [declared(activator, **{field: value}) for value in values]
    told = await asyncio.gather(*(codes(service, given) for given in asked))

    assert told == [[("BAD_USER_INPUT", field)]] * len(values)
    assert await rows_of(service.database, *WATCHED) == before


async def test_all_that_is_wrong_is_told_at_once(service: Service) -> None:
    activator, _ = await provider(service)

    told = await codes(service, declared(activator, company="", email="", what="", consent=False))

    assert told == [("BAD_USER_INPUT", one) for one in ("company", "email", "what", "consent")]


async def test_under_one_key_it_is_declared_once_and_something_else_is_refused(
    service: Service,
) -> None:
    activator, _ = await provider(service)
    given = declared(activator, idempotencyKey="a key of these tests")

    answers = await asyncio.gather(*(taken(service, given) for _ in range(3)))

    before = await rows_of(service.database, *WATCHED)
    assert len({one["id"] for one in answers}) == 1
    assert await taken(service, given) == answers[0]
    other = given | {"what": "Autre chose."}
    assert await codes(service, other) == [("CONFLICT", "idempotencyKey")]
    assert await rows_of(service.database, *WATCHED) == before


async def test_the_same_proof_is_the_same_engagement_whatever_the_day(service: Service) -> None:
    activator, _ = await provider(service)
    given = declared(activator)
    first = await taken(service, given)
    await service.work()
    service.clock.advance(hours=1)

    again = await taken(
        service, given | {"engagedOn": "2026-10-01", "proof": given["proof"].lower()}
    )

    assert (again["id"], again["state"]) == (first["id"], "DECLARED")
    await service.work()
    assert len(mails_to(service, given["email"])) == 2
    assert link_in(service, given["email"])  # one link in both


async def test_who_types_an_address_learns_not_on_which_day_it_declared(service: Service) -> None:
    (activator, _), (other, _) = await provider(service), await provider(service)
    first = declared(activator)
    await taken(service, first)

    typed = [{**first, "provider": global_id("Activator", one)} for one in (activator, other)]
    numbers = [
        [
            (await taken(service, given | {"engagedOn": day, "proof": "Une autre"}))["id"]
            for day in (first["engagedOn"], "2026-10-01")
        ]
        for given in typed
    ]

    assert [len(set(of_one)) for of_one in numbers] == [1, 1]


@pytest.mark.parametrize("state", S)
async def test_whoever_types_an_address_is_answered_as_if_it_were_new(
    service: Service, state: S
) -> None:
    (activator, _), (other, _) = await provider(service), await provider(service)
    given = declared(activator, proof=CONTENT["proof"])
    content = {**CONTENT, "email": given["email"]}
    names: dict[str, Any] = {
        "proof_hash": service.platform.sealer.hash("proof", "factureft2026118")
    }
    one = await add_engagement(service, activator, state=state, content=content, **names)
    service.clock.advance(days=3)

    told = await taken(service, given)
    new = await taken(service, declared(other, email="new." + given["email"]))

    assert (told["id"] == one.node) is (state not in {S.REFUSED, S.WITHDRAWN})
    known = {"id", "reference"}
    assert {name: value for name, value in told.items() if name not in known} == {
        name: value for name, value in new.items() if name not in known
    }


async def test_a_portal_declares_with_the_scope_and_follows_what_it_declared(
    service: Service,
) -> None:
    activator, _ = await provider(service)
    writes = (await make_key(service, scopes=Scope)).text
    reads = (await make_key(service, scopes=[Scope.DIRECTORY_READ])).text
    given = declared(activator)

    assert await codes(service, given, reads) == [("FORBIDDEN", None)]
    told = await taken(service, given, token=writes)

    assert (told["what"], told["viewerMay"]["withdraw"]) == (None, False)
    answer = await service.data(
        LISTS, {"activator": global_id("Activator", activator)}, token=writes
    )
    assert told["id"] in {one["id"] for one in answer["declaredEngagements"]["nodes"]}
    answer = await service.ask("{ declaredEngagements { totalCount } }", token=reads)
    assert answer["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    one = f'{{ declaredEngagement(id: "{told["id"]}") {{ state }} }}'
    assert (await service.ask(one, token=reads))["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_each_finds_its_own_in_lists_page_by_page(service: Service) -> None:
    activator, token = await provider(service)
    async with service.write() as session:
        company = service.token(await add_account(session))
        other = service.token(await add_account(session))
    first = await taken(service, declared(activator), token=company)
    service.clock.advance(minutes=1)
    second = await taken(service, declared(activator), token=company)
    variables = {"activator": global_id("Activator", activator)}

    mine, its, none = [
        await service.data(LISTS, variables, token=one) for one in (company, token, other)
    ]

    assert [one["id"] for one in mine["declaredEngagements"]["nodes"]] == [
        second["id"],
        first["id"],
    ]
    assert first["viewerMay"] == {"withdraw": True, "confirm": False}
    assert mine["activator"]["declaredEngagements"] is None
    page = its["activator"]["declaredEngagements"]
    assert (page["totalCount"], page["nodes"][0]["id"]) == (2, second["id"])
    assert page["nodes"][0]["what"] == CONTENT["what"]
    assert its["declaredEngagements"]["totalCount"] == 0
    assert none["declaredEngagements"]["totalCount"] == 0
    after = page["pageInfo"]["endCursor"]
    behind = f'{{ declaredEngagements(after: "{after}") {{ nodes {{ id }} }} }}'
    found = (await service.data(behind, token=company))["declaredEngagements"]["nodes"]
    assert found == [{"id": first["id"]}]
    filtered = await service.data(LISTS, variables | {"states": ["REFUSED"]}, token=company)
    assert filtered["declaredEngagements"]["totalCount"] == 0
    bad = '{ declaredEngagements(after: "nonsense") { totalCount } }'
    wrong = (await service.ask(bad, token=company))["errors"][0]["extensions"]
    assert wrong["code"] == "BAD_USER_INPUT"
    answer = await service.ask("{ declaredEngagements { totalCount } }")
    assert answer["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_an_account_of_the_company_takes_all_that_its_address_declared(
    service: Service,
) -> None:
    activator, _ = await provider(service)
    email = f"company.{activator}@example.org"
    ones = [
        await add_engagement(service, activator, content={**CONTENT, "email": email})
        for _ in range(2)
    ]

    answer = await service.data(OPEN, {"token": ones[0].token})

    assert answer["openEngagementAccount"]["linkSent"] is True
    accounts = {(await row_of(service, one.id)).account_id for one in ones}
    (account,) = accounts
    token = service.token(account)
    found = await service.data("{ declaredEngagements { totalCount } }", token=token)
    assert found["declaredEngagements"]["totalCount"] == 2
    done = await do(service, "withdrawDeclaredEngagement", token, id=ones[1].node)
    assert done["declaredEngagement"]["state"] == "WITHDRAWN"
    again = await service.data(OPEN, {"token": ones[0].token}, token=token)
    assert again["openEngagementAccount"]["linkSent"] is False
    elsewhere = update(tables.declared_engagement).where(
        tables.declared_engagement.c.id == ones[0].id
    )
    async with service.write() as session:
        await session.execute(elsewhere.values(account_id=await add_account(session)))
    refused = await service.data(OPEN, {"token": ones[0].token})
    assert refused["openEngagementAccount"]["userErrors"] == [{"code": "CONFLICT"}]
