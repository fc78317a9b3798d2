"""Keeping a profile true: who may, what changes, what collides, and what is refused."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.revisions import Subject, record_changes
from models.sessions import secret_hash
from schema.nodes import global_id
from tests.editors import EDITORS, OTHERS, add_person, token_of
from tests.people import add_account, add_structure
from tests.portals import forget_keys
from tests.rules.world import rows_of
from tests.service import Service

SHOWN = """fragment shown on Activator {
  id version displayName email phone headline presentation pricing websiteUrl remote languages
  references { title url description } videos { title url }
  expertise { code } sectors { code } serves { code }
  address { line postalCode city commune { code } } position { precision }
  confirmedAt lapsedAt listed
}"""
PAYLOAD = "activator { ...shown } userErrors { code field message }"
UPDATE = f"""mutation ($input: UpdateActivatorProfileInput!) {{
  updateActivatorProfile(input: $input) {{ {PAYLOAD} }}
}} {SHOWN}"""
CONFIRM = (
    f"""mutation ($id: ID!) {{ confirmProfile(input: {{id: $id}}) {{ {PAYLOAD} }} }} {SHOWN}"""
)
READ = f"query ($id: ID!) {{ activator(id: $id) {{ ...shown }} }} {SHOWN}"
SIGN_IN = "mutation ($token: String!) { signIn(input: {token: $token}) { accessToken } }"
WATCHED = (
    *(tables.activator, tables.activator_expertise, tables.activator_sector),
    *(tables.activator_territory, tables.audit_entry, tables.job, tables.revision),
)


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, each with people of its own."""
    yield shared_service
    await forget_keys(shared_service)


async def owner(service: Service, **values: Any) -> tuple[int, str]:
    """Add an activator; give its number and a token of its own."""
    number, structure = await add_person(service, **values)
    return number, await token_of(service, "itself", number, structure) or ""


async def change(
    service: Service, token: str | None, number: int, version: int = 1, **given: Any
) -> Any:
    """Ask for a change of a profile."""
    asked = {"id": global_id("Activator", number), "version": version, **given}
    answer = await service.data(UPDATE, {"input": asked}, token=token)
    return answer["updateActivatorProfile"]


async def confirm(service: Service, token: str | None, number: int) -> Any:
    """Say that a profile is true."""
    variables = {"id": global_id("Activator", number)}
    return (await service.data(CONFIRM, variables, token=token))["confirmProfile"]


async def read(service: Service, token: str | None, number: int) -> Any:
    """Read a profile."""
    variables = {"id": global_id("Activator", number)}
    return (await service.data(READ, variables, token=token))["activator"]


async def row_of(service: Service, number: int) -> Any:
    """Read its row."""
    query = select(tables.activator).where(tables.activator.c.id == number)
    async with service.database.read() as session:
        return (await session.execute(query)).one()


async def last_entry(service: Service) -> Any:
    """Read the last entry of the audit."""
    table = tables.audit_entry
    async with service.database.read() as session:
        return (await session.execute(select(table).order_by(table.c.sequence.desc()))).first()


def told(answer: Any) -> list[tuple[str, str | None]]:
    """Give the codes and fields of a refusal."""
    return [(error["code"], error["field"]) for error in answer["userErrors"]]


@pytest.mark.parametrize("viewer", EDITORS)
async def test_its_owner_and_staff_change_and_confirm_a_profile(
    service: Service, viewer: str
) -> None:
    number, structure = await add_person(service)
    token = await token_of(service, viewer, number, structure)

    changed = await change(service, token, number, headline="Votre site en un mois")
    confirmed = await confirm(service, token, number)

    assert (changed["userErrors"], confirmed["userErrors"]) == ([], [])
    assert changed["activator"]["headline"] == "Votre site en un mois"
    assert (await row_of(service, number)).version == 3


@pytest.mark.parametrize("viewer", OTHERS)
async def test_nobody_else_does_and_nothing_is_changed(service: Service, viewer: str) -> None:
    number, structure = await add_person(service)
    token = await token_of(service, viewer, number, structure)
    before = await rows_of(service.database, *WATCHED)

    answers = [
        await change(service, token, number, headline="x", languages=["zz"]),
        await confirm(service, token, number),
    ]

    assert [told(answer) for answer in answers] == [[("FORBIDDEN", None)]] * 2
    assert [answer["activator"] for answer in answers] == [None, None]
    assert await rows_of(service.database, *WATCHED) == before


@pytest.mark.parametrize(
    "hidden",
    [
        {"kind": ActivatorKind.INSTITUTIONAL},
        {"state": ActivatorState.PENDING},
        {"left_at": "now"},
    ],
)
async def test_what_is_hidden_answers_as_what_does_not_exist(
    service: Service, hidden: dict[str, Any]
) -> None:
    values = {name: service.clock() if one == "now" else one for name, one in hidden.items()}
    number, _ = await add_person(service, **values)

    for some in (number, 1):
        assert told(await change(service, None, some)) == [("NOT_FOUND", "id")]
        assert told(await confirm(service, None, some)) == [("NOT_FOUND", "id")]


@pytest.mark.parametrize(
    ("id", "code"),
    [
        ("", "BAD_USER_INPUT"),
        ("é", "BAD_USER_INPUT"),
        (global_id("Structure", 1), "NOT_FOUND"),
        (global_id("Activator", 2**63), "NOT_FOUND"),
    ],
)
async def test_an_id_of_another_thing_is_refused(service: Service, id: str, code: str) -> None:
    _, token = await owner(service)
    asked = {"id": id, "version": 1}

    changed = await service.data(UPDATE, {"input": asked}, token=token)
    confirmed = await service.data(CONFIRM, {"id": id}, token=token)

    assert told(changed["updateActivatorProfile"]) == [(code, "id")]
    assert told(confirmed["confirmProfile"]) == [(code, "id")]


EVERYTHING: dict[str, Any] = {
    "givenName": "Zoé",
    "familyName": "Durand",
    "email": "Zoe@example.org",
    "phone": "04 65 71 10 00",
    "publishesCoordinates": True,
    "headline": "Votre site en un mois",
    "presentation": "Deux lignes :\n\n- *une*\n- [deux](https://www.example.org)",
    "websiteUrl": "https://www.example.org/zoe",
    "pricing": "Premier rendez-vous gratuit\npuis 50 € l'heure",
    "remote": True,
    "languages": ["fr", "oc"],
    "references": [{"title": "Un site", "url": None, "description": "Pour une boulangerie"}],
    "videos": [{"title": "Un film", "url": "https://youtu.be/abc"}],
    "sectors": ["C"],
    "serves": ["DEP-69"],
    "address": {"addressLine": "1 rue Haute", "postalCode": "69003", "city": "Lyon"},
}


async def test_all_of_it_can_be_changed_and_shows_at_once(service: Service) -> None:
    number, token = await owner(service, lapsed_at=service.clock())
    field = service.directory.snapshot.reference.fields.items[0].code

    answer = await change(service, token, number, **EVERYTHING, expertise=[field])

    assert answer["userErrors"] == []
    shown = await read(service, None, number)
    assert shown == answer["activator"] | dict.fromkeys(("version", "lapsedAt", "listed"))
    same = ("email", "presentation", "pricing", "languages", "references", "videos", "remote")
    assert {name: shown[name] for name in same} == {
        **{name: EVERYTHING[name] for name in same},
        "email": "zoe@example.org",
    }
    assert (shown["displayName"], shown["phone"]) == ("Zoé Durand", "+33465711000")
    assert (shown["expertise"], shown["sectors"]) == ([{"code": field}], [{"code": "C"}])
    assert shown["serves"] == [{"code": "DEP-69"}]
    assert shown["address"]["line"] == "1 rue Haute"
    assert shown["position"] == {"precision": "POSTAL_CODE"}
    assert answer["activator"]["listed"] is True


async def test_the_audit_names_the_fields_and_nothing_that_they_say(service: Service) -> None:
    number, token = await owner(service)

    await change(service, token, number, **EVERYTHING)

    entry = await last_entry(service)
    assert (entry.action, entry.subject_id) == ("activator.update_profile", str(number))
    assert sorted(entry.after["fields"]) == sorted(EVERYTHING)
    for word in ("Zo", "Durand", "Haute", "boulangerie", "4657"):
        assert word not in str(entry)


async def test_a_field_that_is_left_out_stays_and_null_empties_it(service: Service) -> None:
    number, token = await owner(service, headline="Un titre", pricing="10 €")

    answer = await change(service, token, number, headline=None)

    assert answer["activator"]["headline"] is None
    assert answer["activator"]["pricing"] == "10 €"


async def test_what_did_not_change_was_not_edited(service: Service) -> None:
    number, token = await owner(service, headline="Un titre")

    answer = await change(service, token, number, headline=" Un  titre ", remote=True)

    row = await row_of(service, number)
    assert (answer["userErrors"], row.edited) == ([], {"remote": 2})


async def test_an_address_is_edited_as_a_whole_and_only_if_it_changes(service: Service) -> None:
    number, token = await owner(service)
    before = await row_of(service, number)
    same = {
        "addressLine": before.address_line,
        "postalCode": before.postal_code,
        "city": before.city,
        "communeCode": before.commune_code,
    }

    await change(service, token, number, address=same)
    kept = await row_of(service, number)
    await change(service, token, number, 2, address=same | {"addressLine": "2 rue Basse"})
    moved = await row_of(service, number)

    assert (kept.latitude, kept.precision, kept.edited) == (before.latitude, before.precision, {})
    assert moved.latitude != before.latitude
    assert set(moved.edited) == {
        *("address_line", "postal_code", "city", "commune_code"),
        *("latitude", "longitude", "precision"),
    }


async def test_all_that_is_wrong_is_told_by_field_and_nothing_is_changed(service: Service) -> None:
    number, token = await owner(service)
    before = await rows_of(service.database, *WATCHED)

    answer = await change(
        service,
        token,
        number,
        headline="fine",
        email="nobody",
        presentation="<script>alert(1)</script>",
        videos=[{"title": "x", "url": "https://example.org/film"}],
        address={"postalCode": "69003", "city": ""},
        expertise=["\u0000"],
    )

    assert told(answer) == [
        ("BAD_USER_INPUT", field)
        for field in ("email", "presentation", "videos.0.url", "address.city", "expertise")
    ]
    assert answer["activator"] is None
    assert await rows_of(service.database, *WATCHED) == before


@pytest.mark.parametrize("version", [-(2**31), -1, 0, 2, 2**31 - 1])
async def test_a_version_that_never_was_is_refused(service: Service, version: int) -> None:
    number, token = await owner(service)

    assert told(await change(service, token, number, version)) == [("BAD_USER_INPUT", "version")]


@pytest.mark.parametrize("state", ActivatorState)
async def test_a_profile_is_kept_in_every_state_but_the_last(
    service: Service, state: ActivatorState
) -> None:
    number, token = await owner(service, state=state)

    answers = [
        await change(service, token, number, headline="x"),
        await confirm(service, token, number),
    ]

    closed = state is ActivatorState.WITHDRAWN
    assert [told(one) for one in answers] == [[("CONFLICT", "id")] if closed else []] * 2
    assert (await row_of(service, number)).version == (1 if closed else 3)


async def test_its_account_keeps_its_own_address(service: Service) -> None:
    number, token = await owner(service)
    accounts = await rows_of(service.database, tables.account)

    await change(service, token, number, email="new@example.org")

    assert await rows_of(service.database, tables.account) == accounts


async def session_of(service: Service, account_id: int) -> str:
    """Sign in by a link; give the access token."""
    secret = secrets.token_urlsafe()
    expires_at = service.clock() + timedelta(minutes=15)
    async with service.write() as session:
        await session.execute(
            insert(tables.sign_in_link).values(
                token_hash=secret_hash(secret), account_id=account_id, expires_at=expires_at
            )
        )
    answer: Any = await service.data(SIGN_IN, {"token": secret})
    return str(answer["signIn"]["accessToken"])


async def test_of_two_sessions_the_second_learns_which_fields_collide_and_nothing_is_lost(
    service: Service,
) -> None:
    number, structure = await add_person(service, headline="Avant", pricing="10 €")
    async with service.write() as session:
        itself = await add_account(session, Role.ACTIVATOR, activator_id=number)
        manager = await add_account(session, Role.STRUCTURE_MANAGER, structure_id=structure)
    mine, theirs = await session_of(service, itself), await session_of(service, manager)
    read_by_both = (await read(service, mine, number))["version"]
    second = {"headline": "Second", "pricing": "30 €", "remote": True}

    await change(service, mine, number, read_by_both, headline="Premier", pricing="20 €")
    refused = await change(service, theirs, number, read_by_both, **second)
    kept = await row_of(service, number)
    present = refused["activator"]
    again = await change(service, theirs, number, present["version"], **second)

    assert told(refused) == [("CONFLICT", "headline"), ("CONFLICT", "pricing")]
    assert (present["headline"], present["pricing"]) == ("Premier", "20 €")
    assert (kept.headline, kept.pricing, kept.remote) == ("Premier", "20 €", False)
    assert again["userErrors"] == []
    assert again["activator"]["headline"] == "Second"


async def test_two_who_edit_different_fields_at_once_both_succeed(service: Service) -> None:
    number, token = await owner(service)

    answers = await asyncio.gather(
        change(service, token, number, headline="Un titre"),
        change(service, token, number, pricing="10 €"),
        change(service, token, number, serves=["DEP-01"]),
        confirm(service, token, number),
    )

    assert [one["userErrors"] for one in answers] == [[]] * 4
    row = await row_of(service, number)
    assert (row.headline, row.pricing, row.version) == ("Un titre", "10 €", 5)
    assert set(row.edited) == {"headline", "pricing", "serves"}


async def test_of_many_who_edit_one_field_at_once_one_succeeds(service: Service) -> None:
    number, token = await owner(service)

    answers = await asyncio.gather(
        *(change(service, token, number, headline=f"Titre {one}") for one in range(4))
    )

    won = [one for one in answers if not one["userErrors"]]
    assert len(won) == 1
    assert (await row_of(service, number)).headline == won[0]["activator"]["headline"]
    lost = [one for one in answers if one["userErrors"]]
    assert {tuple(told(one)) for one in lost} == {(("CONFLICT", "headline"),)}
    assert {one["activator"]["headline"] for one in lost} == {won[0]["activator"]["headline"]}


async def test_a_change_of_its_structure_s_details_collides_with_nothing(service: Service) -> None:
    number, token = await owner(service)
    async with service.write() as session:
        table = tables.activator
        bumped = update(table).where(table.c.id == number).values(version=table.c.version + 1)
        await session.execute(bumped)
        await record_changes(session, Subject.ACTIVATOR, [number])

    answer = await change(service, token, number, 1, headline="Un titre")

    assert (answer["userErrors"], answer["activator"]["version"]) == ([], 3)


async def test_confirming_lists_again_one_that_had_lapsed(service: Service) -> None:
    service.clock.advance(minutes=1)
    number, token = await owner(service, lapsed_at=service.clock())
    hidden = await read(service, None, number)

    answers = [await confirm(service, token, number) for _ in range(2)]

    now = service.clock().isoformat()
    assert hidden is None
    assert [one["userErrors"] for one in answers] == [[], []]
    assert [one["activator"]["confirmedAt"] for one in answers] == [now, now]
    assert (await read(service, None, number))["confirmedAt"] == now
    assert (await last_entry(service)).action == "activator.confirm_profile"


async def test_what_an_editor_reads_is_null_for_everybody_else(service: Service) -> None:
    number, _ = await owner(service, lapsed_at=None)
    query = """query ($id: ID!) { activator(id: $id) {
        version completion { percent missing } listed lapsedAt leftAt employedAt } }"""

    shown: Any = await service.data(query, {"id": global_id("Activator", number)})

    assert set(shown["activator"].values()) == {None}


async def test_completion_says_what_is_missing(service: Service) -> None:
    query = "query ($id: ID!) { activator(id: $id) { completion { percent missing } } }"
    number, token = await owner(service)
    field = service.directory.snapshot.reference.fields.items[0].code
    variables = {"id": global_id("Activator", number)}

    bare: Any = await service.data(query, variables, token=token)
    await change(service, token, number, **EVERYTHING, expertise=[field])
    full: Any = await service.data(query, variables, token=token)

    missing = ["HEADLINE", "PRESENTATION", "EXPERTISE", "SERVES", "PRICING", "REFERENCES", "VIDEOS"]
    assert bare["activator"]["completion"] == {"percent": 41, "missing": missing}
    assert full["activator"]["completion"] == {"percent": 100, "missing": []}


async def test_an_institution_is_not_asked_for_prices(service: Service) -> None:
    query = "query ($id: ID!) { activator(id: $id) { completion { percent missing } } }"
    number, token = await owner(service, kind=ActivatorKind.INSTITUTIONAL)

    answer: Any = await service.data(query, {"id": global_id("Activator", number)}, token=token)

    assert "PRICING" not in answer["activator"]["completion"]["missing"]


async def test_an_editor_who_manages_another_structure_too_changes_its_own_alone(
    service: Service,
) -> None:
    number, _ = await add_person(service)
    other, structure = await add_person(service)
    async with service.write() as session:
        await add_structure(session)
    token = await token_of(service, "manager of its structure", other, structure)

    assert told(await change(service, token, number, headline="x")) == [("FORBIDDEN", None)]
    assert told(await change(service, token, other, headline="x")) == []
