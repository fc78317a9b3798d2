"""The charter: everybody reads it, and an activator accepts the version in force, once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.api_keys import Scope
from schema.nodes import global_id
from tests.charters import SHIPPED, accept
from tests.people import accept_charter, add_account, add_activator
from tests.portals import make_key
from tests.rules.world import add_account_with, rows_of
from tests.service import NOW, Service
from tests.statements import statements

CHARTER = """query ($version: String, $kind: ActivatorKind) {
  charter(version: $version) {
    version publishedOn acceptBy text english: text(language: EN)
    commitments(kind: $kind) { code article kinds text english: text(language: EN) }
  }
}"""
WATCHED = (
    tables.charter_acceptance,
    tables.activator,
    tables.audit_entry,
    tables.job,
    tables.revision,
)
PENDING, ACTIVE, SUSPENDED, WITHDRAWN = ActivatorState
ARTICLE_3 = ["keep-up-to-date", "report-changes"]


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own; its clock begins anew."""
    shared_service.clock.now = NOW
    return shared_service


async def given(service: Service, **values: Any) -> tuple[int, str]:
    """Add an activator with an account; give its number and a token."""
    async with service.write() as session:
        number = await add_activator(session, **values)
        account = await add_account(session, Role.ACTIVATOR, activator_id=number)
    return number, service.token(account)


async def acceptances_of(service: Service, number: int) -> list[Any]:
    """Read what was recorded."""
    table = tables.charter_acceptance
    async with service.database.read() as session:
        rows = await session.execute(select(table).where(table.c.activator_id == number))
        return list(rows)


def codes(payload: Any) -> list[tuple[str, str | None]]:
    """Read the codes and fields of a refusal."""
    refused = payload["acceptance"] is None and payload["activator"] is None
    assert refused is bool(payload["userErrors"])
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


async def test_everybody_reads_the_charter_in_force_in_two_languages(service: Service) -> None:
    key = await make_key(service, scopes=[Scope.CONTACT_WRITE])

    charter, by_name, by_portal = [
        (await service.data(CHARTER, {"version": version}, token=token))["charter"]
        for version, token in ((None, None), (SHIPPED, None), (None, key.text))
    ]

    assert charter == by_name == by_portal
    assert (charter["version"], charter["publishedOn"]) == (SHIPPED, "2026-11-24")
    assert charter["acceptBy"] is None
    assert charter["text"].startswith("# La charte des activateurs\n")
    assert charter["english"].startswith("# The charter of activators\n")
    for article in range(1, 7):
        assert f"## Article {article}." in charter["text"]
        assert f"## Article {article}." in charter["english"]
    (answer,) = [one for one in charter["commitments"] if one["code"] == "answer-soon"]
    assert "accusé de réception" in answer["text"]
    assert "acknowledgement" in answer["english"]


@pytest.mark.parametrize("kind", ActivatorKind)
async def test_what_is_committed_to_differs_by_kind(service: Service, kind: ActivatorKind) -> None:
    found = (await service.data(CHARTER, {"kind": kind.value}))["charter"]["commitments"]

    named = {
        article: [one["code"] for one in found if one["article"] == article] for article in "34"
    }
    assert all(kind.value in one["kinds"] for one in found)
    assert named["3"] == ARTICLE_3
    assert len(named["4"]) == {ActivatorKind.INSTITUTIONAL: 0, ActivatorKind.CHAMPION: 9}.get(
        kind, 10
    )
    reviewed = kind not in (ActivatorKind.INSTITUTIONAL, ActivatorKind.CHAMPION)
    assert ("be-reviewed" in named["4"]) is reviewed


@pytest.mark.parametrize("version", ["", "2099-1", "2026-1\0", "2026-1 ", "é", "9" * 999])
async def test_a_version_that_is_not_installed_is_null(service: Service, version: str) -> None:
    assert await service.data(CHARTER, {"version": version}) == {"charter": None}


async def test_all_versions_are_listed(service: Service) -> None:
    assert await service.data("{ charterVersions { version acceptBy } }") == {
        "charterVersions": [{"version": SHIPPED, "acceptBy": None}]
    }


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("state", [PENDING, ACTIVE, SUSPENDED])
async def test_an_activator_accepts_and_it_is_recorded_with_version_time_and_account(
    service: Service, state: ActivatorState, named: bool
) -> None:
    number, token = await given(service, state=state)
    id = global_id("Activator", number)
    before = await rows_of(service.database, tables.activator, tables.revision, tables.job)

    payload = await accept(service, token, **({"activator": id} if named else {}))

    acceptance = {"version": SHIPPED, "acceptedAt": NOW.isoformat(), "current": True}
    assert payload == {
        "acceptance": acceptance,
        "activator": {"id": id, "state": state.value, "charterAcceptance": acceptance},
        "userErrors": [],
    }
    (row,) = await acceptances_of(service, number)
    assert (row.version, row.accepted_at) == (SHIPPED, NOW)
    after = await rows_of(service.database, tables.activator, tables.revision, tables.job)
    assert after == before  # its card says nothing of it
    entry = tables.audit_entry
    async with service.database.read() as session:
        query = select(entry).where(entry.c.subject_id == str(number))
        (told,) = (await session.execute(query)).all()
    assert (told.action, told.subject, told.after) == (
        "charter.accept",
        "Activator",
        {"version": SHIPPED},
    )
    assert told.account_id == row.account_id


async def test_a_second_time_gives_the_first_acceptance_and_changes_nothing(
    service: Service,
) -> None:
    _, token = await given(service)
    first = await accept(service, token)
    before = await rows_of(service.database, *WATCHED)

    service.clock.advance(minutes=10)
    second = await accept(service, token)

    assert second == first
    assert second["acceptance"]["acceptedAt"] == NOW.isoformat()
    assert await rows_of(service.database, *WATCHED) == before


async def test_at_once_it_is_recorded_once(service: Service) -> None:
    number, token = await given(service)

    payloads = await asyncio.gather(*(accept(service, token) for _ in range(4)))

    assert [one["userErrors"] for one in payloads] == [[]] * 4
    assert len(await acceptances_of(service, number)) == 1


async def test_a_withdrawn_one_accepts_nothing(service: Service) -> None:
    _, token = await given(service, state=WITHDRAWN)
    before = await rows_of(service.database, *WATCHED)

    assert codes(await accept(service, token)) == [("CONFLICT", "activator")]
    assert await rows_of(service.database, *WATCHED) == before


async def test_which_activator_is_told_where_the_account_is_several(service: Service) -> None:
    async with service.write() as session:
        some = [await add_activator(session) for _ in range(2)]
        about = [{"activator_id": one} for one in some]
        token = service.token(await add_account_with(session, Role.ACTIVATOR, about))
    before = await rows_of(service.database, *WATCHED)

    unnamed = await accept(service, token)
    assert codes(unnamed) == [("BAD_USER_INPUT", "activator")]
    assert "one of the 2 activators that this account is" in unnamed["userErrors"][0]["message"]
    assert await rows_of(service.database, *WATCHED) == before
    named = await accept(service, token, activator=global_id("Activator", some[1]))

    assert named["userErrors"] == []
    assert [len(await acceptances_of(service, one)) for one in some] == [0, 1]


async def test_one_that_has_left_is_not_meant_where_the_account_is_another(
    service: Service,
) -> None:
    async with service.write() as session:
        left, here = [await add_activator(session, state=one) for one in (WITHDRAWN, PENDING)]
        about = [{"activator_id": one} for one in (left, here)]
        token = service.token(await add_account_with(session, Role.ACTIVATOR, about))

    payload = await accept(service, token)

    assert payload["activator"]["id"] == global_id("Activator", here)


async def test_who_is_no_activator_has_no_charter_to_accept(service: Service) -> None:
    async with service.write() as session:
        account = service.token(await add_account(session, Role.MODERATOR))
    key = await make_key(service, scopes=Scope)
    before = await rows_of(service.database, *WATCHED)

    refused = [codes(await accept(service, token)) for token in (account, None, key.text)]

    assert refused == [
        [("FORBIDDEN", None)],
        [("UNAUTHENTICATED", None)],
        [("UNAUTHENTICATED", None)],
    ]
    assert await rows_of(service.database, *WATCHED) == before


@pytest.mark.parametrize("version", ["", "2025-1", "2026-1\0", "2026-1 ", "9" * 999])
async def test_only_the_version_in_force_is_accepted(service: Service, version: str) -> None:
    _, token = await given(service)
    before = await rows_of(service.database, *WATCHED)

    payload = await accept(service, token, version=version)

    assert codes(payload) == [("CONFLICT", "version")]
    assert payload["userErrors"][0]["message"] == "Version 2026-1 of the charter is in force."
    assert await rows_of(service.database, *WATCHED) == before


@pytest.mark.parametrize(
    ("id", "code"),
    [
        ("", "BAD_USER_INPUT"),
        ("\0", "BAD_USER_INPUT"),
        (global_id("Network", "cci"), "NOT_FOUND"),
        (global_id("Activator", 1), "NOT_FOUND"),
        (global_id("Activator", "9" * 19), "NOT_FOUND"),
    ],
)
async def test_an_id_of_no_activator_is_refused(service: Service, id: str, code: str) -> None:
    _, token = await given(service)
    before = await rows_of(service.database, *WATCHED)

    assert codes(await accept(service, token, activator=id)) == [(code, "activator")]
    assert await rows_of(service.database, *WATCHED) == before


async def test_acceptances_of_a_whole_page_are_loaded_in_two_statements(
    service: Service,
) -> None:
    async with service.write() as session:
        people = [await add_activator(session, family_name=f"Zyzomys{n}") for n in range(6)]
        for number in people[:4]:
            await accept_charter(session, number)
        token = service.token(await add_account(session, Role.MODERATOR))
    query = """{ activators(filter: {text: "zyzomys"}) {
      nodes { id charterAcceptance { version current } }
    } }"""
    await service.data(query, token=token)  # so that cards and viewer are in memory

    with statements(service) as sent:
        nodes = (await service.data(query, token=token))["activators"]["nodes"]

    accepted = {one["id"] for one in nodes if one["charterAcceptance"] is not None}
    assert accepted == {global_id("Activator", number) for number in people[:4]}
    assert len([one for one in sent if "charter_" in one.text]) == 2
