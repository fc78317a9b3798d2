"""A network sends its roster through the API: who may, what becomes of entries, who is absent."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from models import tables
from models.accounts import Role
from models.activators import EnrolmentSource
from models.api_keys import Scope
from models.database import Database
from models.revisions import Subject, record_changes
from models.territories import TerritoryLevel
from resolvers.roster_import import import_roster
from schema.nodes import global_id
from tests.people import add_account, add_activator, add_structure, count, siret
from tests.portals import make_key
from tests.rosters import GOOD, entries, entry, rows_of, written
from tests.service import Service
from tests.syncs import (
    WRITTEN,
    counts,
    leave_nobody,
    person,
    report,
    roster_key,
    sync,
)

KEYS: dict[str, dict[str, Any]] = {
    "key of the network": {"scopes": [Scope.ROSTER_WRITE]},
    "key with all scopes": {"scopes": [*Scope]},
    "key without the scope": {"scopes": [*set(Scope) - {Scope.ROSTER_WRITE}]},
    "key of another network": {"scopes": [*Scope], "network": "cma"},
}
MAY = ("administrator", "manager of the network", "key of the network", "key with all scopes")
MAY_NOT = (
    *("visitor", "account without a role", "activator of the network", "structure manager"),
    *("manager of another network", "moderator", "institution"),
    *("key without the scope", "key of another network"),
)


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, where nobody is left of the one before."""
    yield shared_service
    await leave_nobody(shared_service)


async def bearer(service: Service, kind: str) -> str | None:
    """Make a viewer of a kind; give what it comes with."""
    if kind == "visitor":
        return None
    if kind in KEYS:
        return (await make_key(service, **KEYS[kind])).text
    async with service.write() as session:
        activator = await add_activator(session, networks=["cci"])
        structure = await add_structure(session, networks=["cci"])
        roles: dict[str, tuple[tuple[Role, ...], dict[str, Any]]] = {
            "administrator": ((Role.ADMINISTRATOR,), {}),
            "manager of the network": ((Role.NETWORK_MANAGER,), {"network_code": "cci"}),
            "account without a role": ((), {}),
            "activator of the network": ((Role.ACTIVATOR,), {"activator_id": activator}),
            "structure manager": ((Role.STRUCTURE_MANAGER,), {"structure_id": structure}),
            "manager of another network": ((Role.NETWORK_MANAGER,), {"network_code": "cma"}),
            "moderator": ((Role.MODERATOR,), {}),
            "institution": ((Role.INSTITUTION,), {}),
        }
        given, about = roles[kind]
        return service.token(await add_account(session, *given, **about))


@pytest.mark.parametrize("kind", MAY)
async def test_the_network_s_key_and_managers_and_administrators_send_its_roster(
    service: Service, kind: str
) -> None:
    told = await report(service, await bearer(service, kind), entries(3))

    assert counts(told) == (3, 0, 0, 0)
    assert await person(service, "A-0002")


@pytest.mark.parametrize("more", [{}, {"full": True, "force": True}, {"dryRun": True}], ids=str)
@pytest.mark.parametrize("kind", MAY_NOT)
async def test_nobody_else_does_and_what_is_refused_changes_nothing(
    service: Service, kind: str, more: dict[str, Any]
) -> None:
    token = await bearer(service, kind)
    before = await rows_of(service.database, *WRITTEN)

    refused = await sync(service, token, entries(1), **more)

    assert refused["report"] is None
    assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [("FORBIDDEN", None)]
    assert await rows_of(service.database, *WRITTEN) == before


async def test_an_entry_makes_what_its_line_in_a_file_makes(
    service: Service, tmp_path: Path
) -> None:
    lines = [GOOD, GOOD | {"external_id": "A-2", "latitude": "", "longitude": "", "remote": ""}]
    sent = [entry(), entry(externalId="A-2", latitude=None, longitude=None, remote=False)]
    sent[1]["communeCode"] = "01283"
    told = await report(service, await roster_key(service), sent)
    made = [await person(service, one["externalId"]) for one in sent]
    sets = await rows_of(service.database, "activator_expertise", "activator_territory")

    again = await import_roster(
        service.database, written(tmp_path / "roster.csv", lines), now=service.clock()
    )

    ids = [global_id("Activator", one.id) for one in made]
    assert [one["outcome"] for one in told["entries"]] == ["INSERTED", "INSERTED"]
    assert [one["activatorId"] for one in told["entries"]] == ids
    assert (again.unchanged, again.updated, again.inserted) == (2, 0, 0)
    assert [one.precision.value for one in made] == ["ADDRESS", "COMMUNE"]
    assert len(sets) == 8


async def test_the_same_call_twice_changes_nothing_the_second_time(service: Service) -> None:
    key, sent = await roster_key(service), [*entries(7), entry(siret="0")]
    first = await report(service, key, sent)
    before = await rows_of(service.database, *WRITTEN)
    service.clock.advance(days=1)

    second = await report(service, key, sent)

    assert (counts(first), counts(second)) == ((7, 0, 0, 1), (0, 0, 7, 1))
    assert [one["outcome"] for one in second["entries"]] == [*["UNCHANGED"] * 7, "REJECTED"]
    assert [one["activatorId"] for one in second["entries"]] == [
        one["activatorId"] for one in first["entries"]
    ]
    assert await rows_of(service.database, *WRITTEN) == before


BAD: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "no number": ({"externalId": " "}, "externalId", " ", "1 to 100 characters"),
    "a long name": ({"givenName": "x" * 101}, "givenName", "x" * 79 + "…", "1 to 100 characters"),
    "a huge name": ({"familyName": "x" * 1_001}, "familyName", "x" * 79 + "…", "at most 1,000"),
    "a name with a zero": ({"familyName": "a\0b"}, "familyName", "a\0b", "control"),
    "no name": ({"structureName": ""}, "structureName", "", "1 to 200 characters"),
    "no SIRET": ({"siret": "12345678901234"}, "siret", "12345678901234", "SIRET"),
    "no e-mail address": ({"email": "nobody"}, "email", "nobody", "name@example.org"),
    "no phone number": ({"phone": "12"}, "phone", "12", "a phone number"),
    "no postal code": ({"postalCode": "1100"}, "postalCode", "1100", "5 digits"),
    "no commune": ({"communeCode": "COM-1"}, "communeCode", "1", "INSEE code"),
    "too far north": ({"latitude": 90.5}, "latitude", "90.5", "degrees"),
    "beyond numbers": ({"latitude": -1e300}, "latitude", "-1e+300", "degrees"),
    "half a position": ({"longitude": None}, "longitude", "", "degrees"),
    "an unknown field": ({"expertise": ["site-internet", "nope"]}, "expertise", "nope", "fields"),
    "an empty code": ({"sectors": ["G", "Z"]}, "sectors", "Z", "sections of the NAF"),
    "an unknown place": ({"serves": ["DEP-1"]}, "serves", "DEP-1", "territories"),
    "two codes in one": ({"serves": ["DEP-01;DEP-02"]}, "serves", "DEP-01;DEP-02", "one code"),
    "a page of another kind": ({"website": "ftp://a.fr"}, "website", "ftp://a.fr", "an address"),
    "a long page": ({"website": "https://a.fr/" + "x" * 900}, "website", "https://a.fr/", "500"),
}


async def test_a_bad_entry_is_told_in_its_place_and_costs_no_other(service: Service) -> None:
    bad = [entry(externalId=f"B-{n}") | wrong for n, (wrong, *_) in enumerate(BAD.values())]
    sent = [one for pair in zip(bad, entries(len(bad)), strict=True) for one in pair]

    told = await report(service, await roster_key(service), sent)

    assert counts(told) == (len(BAD), 0, 0, len(BAD))
    assert [one["index"] for one in told["entries"]] == list(range(len(sent)))
    assert [one["externalId"] for one in told["entries"]] == [one["externalId"] for one in sent]
    for (name, (_, field, value, expected)), one in zip(
        BAD.items(), told["entries"][::2], strict=True
    ):
        assert (one["outcome"], one["activatorId"], one["field"]) == ("REJECTED", None, field), name
        assert one["value"].startswith(value), name
        assert expected in one["expected"], name
        assert "separated" not in one["expected"], name
    assert {one["outcome"] for one in told["entries"][1::2]} == {"INSERTED"}


async def test_an_entry_that_repeats_a_number_is_rejected_with_the_place_of_the_first(
    service: Service,
) -> None:
    sent = [*entries(2), entry(externalId=" A-0001 ")]

    told = await report(service, await roster_key(service), sent)

    assert counts(told) == (2, 0, 0, 1)
    expected = "a number used once in a network: already in entry 1"
    assert (told["entries"][2]["field"], told["entries"][2]["expected"]) == ("externalId", expected)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"network": "nope"}, "network"),
        ({"network": ""}, "network"),
        ({"network": "cci\0"}, "network"),
        ({"sent": [entry()] * 1_001}, "entries"),
    ],
    ids=["an unknown network", "no network", "a network with a zero", "too many entries"],
)
async def test_what_is_wrong_of_a_call_is_told_by_its_field(
    service: Service, wrong: dict[str, Any], field: str
) -> None:
    token = await bearer(service, "administrator")
    before = await rows_of(service.database, *WRITTEN)

    refused = await sync(service, token, **{"sent": entries(1), **wrong})

    (error,) = refused["userErrors"]
    assert (refused["report"], error["code"], error["field"]) == (None, "BAD_USER_INPUT", field)
    assert field != "entries" or "at most 1,000 in one call" in error["message"]
    assert await rows_of(service.database, *WRITTEN) == before


async def test_a_dry_run_tells_the_same_and_writes_nothing(service: Service) -> None:
    key = await roster_key(service)
    await report(service, key, entries(5))
    sent = [*entries(6)[1:], entry(siret="0"), entry(externalId="A-0003")]
    sent[0]["headline"] = "Du nouveau"
    before = await rows_of(service.database, *WRITTEN)

    dry = await report(service, key, sent, dryRun=True)
    assert await rows_of(service.database, *WRITTEN) == before
    wet = await report(service, key, sent)

    assert counts(dry) == (1, 1, 3, 2)
    (new,) = [one for one in dry["entries"] if one["outcome"] == "INSERTED"]
    assert new["activatorId"] is None
    new["activatorId"] = wet["entries"][new["index"]]["activatorId"]
    assert dry == wet


async def test_who_is_absent_is_told_and_stays(service: Service) -> None:
    key = await roster_key(service)
    await report(service, key, entries(5))
    async with service.write() as session:
        await add_activator(session, networks=["cma"])
        registered = await add_activator(session, networks=["cci"])
        of = tables.enrolment.c.activator_id == registered
        source = {"source": EnrolmentSource.REGISTRATION}
        await session.execute(update(tables.enrolment).where(of).values(source))

    named = [entries(1)[0], entry(externalId="A-0001", siret="0")]
    told = await report(service, key, named, keep=["A-0002", " A-0003", "none", "\0", "x" * 5_000])

    absent = await person(service, "A-0004")
    assert told["absent"] == [
        {"externalId": "A-0004", "activatorId": global_id("Activator", absent.id)}
    ]
    assert (told["absentCount"], told["unenrolled"], told["withdrawn"]) == (1, 0, 0)
    assert absent.state.value == "ACTIVE"


async def test_what_changes_is_in_the_audit_once_without_any_name(service: Service) -> None:
    key = await roster_key(service)
    await report(service, key, [*entries(3), entry(siret="0")])

    entry_ = tables.audit_entry
    query = select(entry_).where(entry_.c.action == "roster.sync").order_by(entry_.c.sequence)
    async with service.database.read() as session:
        last = (await session.execute(query)).all()[-1]
    assert (last.subject, last.subject_id, last.before) == ("Network", "cci", {})
    assert last.client.startswith("key:")
    assert last.after == {
        "inserted": 3,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
        "unenrolled": 0,
        "withdrawn": 0,
        "force": False,
    }


async def test_calls_at_once_and_a_file_beside_share_the_work(
    service: Service, tmp_path: Path
) -> None:
    key, sent = await roster_key(service), entries(60)
    lines = [
        GOOD | {"external_id": one["externalId"], "siret": one["siret"], "email": ""}
        for one in sent
    ]
    path = written(tmp_path / "roster.csv", lines)

    *told, file = await asyncio.gather(
        *(report(service, key, sent) for _ in range(3)),
        import_roster(service.database, path, now=service.clock()),
    )

    assert sum(counts(one)[0] for one in told) + file.inserted == 60
    assert sum(counts(one)[2] for one in told) + file.unchanged == 180
    assert await count(service.database, tables.activator) == 60
    assert await count(service.database, tables.structure) == 30


async def test_an_entry_may_name_a_place_that_another_process_has_just_imported(
    service: Service,
) -> None:
    key, sent = await roster_key(service), entry(serves=["COM-01999"])
    other = Database(service.database.url.render_as_string(hide_password=False))
    row = {"code": "COM-01999", "name": "Neuve", "level": TerritoryLevel.COMMUNE}
    async with other.write() as session:
        await session.execute(insert(tables.territory).values({**row, "parent_code": "DEP-01"}))
        await record_changes(session, Subject.REFERENCE, None)
    await other.close()

    told = await report(service, key, [sent])

    assert counts(told) == (1, 0, 0, 0)


async def test_an_enrolment_says_where_it_is_from(service: Service) -> None:
    key, token = await roster_key(service), await bearer(service, "moderator")
    told = await report(service, key, [entry(siret=siret(77))])
    id = told["entries"][0]["activatorId"]
    query = "query ($id: ID!) { activator(id: $id) { enrolments { externalId source } } }"

    shown = await service.data(query, {"id": id}, token=token)
    hidden = await service.data(query, {"id": id})

    enrolments = [{"externalId": "A-1", "source": "ROSTER"}]
    assert shown == {"activator": {"enrolments": enrolments}}
    assert hidden == {"activator": {"enrolments": None}}
