"""Leaving the programme (charter, article 6): hidden at once, erased later, kept where law asks."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.base import new_id
from schema.nodes import global_id
from tests.people import accept_charter, add_account, add_activator, add_structure, siret
from tests.rules.world import rows_of
from tests.service import Service, running

LEAVE = """mutation ($id: ID!, $reason: String) {
  leaveProgramme(input: {activator: $id, reason: $reason}) {
    activator { id state stateReason }
    userErrors { code field message }
  }
}"""
EVERYWHERE = """query (
  $id: ID!, $siret: String!, $name: String!, $bounds: Bounds!, $entities: [_Any!]!
) {
  activator(id: $id) { id }
  node(id: $id) { id }
  nodes(ids: [$id]) { id }
  _entities(representations: $entities) { __typename }
  structure(siret: $siret) { id }
  named: activators(filter: {text: $name}) { totalCount facets { kinds { count } } }
  near: activators(near: {place: {coordinates: {latitude: 47.5, longitude: 2.5}}, radiusKm: 1}) {
    totalCount
  }
  activatorClusters(bounds: $bounds, zoom: 22) { count }
}"""
NOWHERE = {
    "activator": None,
    "node": None,
    "nodes": [None],
    "_entities": [None, None],
    "structure": None,
    "named": {"totalCount": 0, "facets": {"kinds": []}},
    "near": {"totalCount": 0},
    "activatorClusters": [],
}
WATCHED = (tables.activator, tables.job, tables.audit_entry, tables.revision)
STATES = list(ActivatorState)
LEFT = ActivatorState.WITHDRAWN


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    return shared_service


async def member(service: Service, **values: Any) -> tuple[int, str]:
    """Add an activator and its own account; give its number and a token."""
    async with service.write() as session:
        number = await add_activator(session, **values)
        account = await add_account(session, Role.ACTIVATOR, activator_id=number)
    return number, service.token(account)


async def leave(service: Service, number: int, token: str | None, reason: str | None = None) -> Any:
    """Leave the programme."""
    variables = {"id": global_id("Activator", number), "reason": reason}
    return (await service.data(LEAVE, variables, token=token))["leaveProgramme"]


async def row_of(service: Service, number: int) -> Any:
    """Read an activator in the database."""
    table = tables.activator
    async with service.database.read() as session:
        return (await session.execute(select(table).where(table.c.id == number))).one()


async def test_who_leaves_is_found_nowhere_here_and_in_another_worker(service: Service) -> None:
    own = siret()
    async with service.write() as session:
        structure = await add_structure(session, siret=own)
    at = {"latitude": 47.5, "longitude": 2.5}
    number, token = await member(
        service, structure_id=structure, family_name="Quittançon", serves=["DEP-69"], **at
    )
    variables = {
        "id": global_id("Activator", number),
        "siret": own,
        "name": "Quittançon",
        "bounds": {"south": 47.4, "north": 47.6, "west": 2.4, "east": 2.6},
        "entities": [
            {"__typename": "Activator", "id": global_id("Activator", number)},
            {"__typename": "Structure", "siret": own},
        ],
    }

    async with running(service.database) as other:
        before = await other.data(EVERYWHERE, variables)
        answer = await leave(service, number, token, "Je pars à la retraite.")
        here = await service.data(EVERYWHERE, variables)

        async def gone() -> bool:
            return bool(await other.data(EVERYWHERE, variables) == NOWHERE)

        async with asyncio.timeout(5):
            while not await gone():  # noqa: ASYNC110  another worker tells nobody here
                await asyncio.sleep(0.01)

    id = global_id("Activator", number)
    assert all(before.values())
    assert before["named"]["totalCount"] == before["near"]["totalCount"] == 1
    assert answer == {
        "activator": {"id": id, "state": "WITHDRAWN", "stateReason": "Je pars à la retraite."},
        "userErrors": [],
    }
    assert here == NOWHERE


async def test_who_leaves_is_told_when_what_is_erased(service: Service) -> None:
    number, token = await member(service, email="part@example.org", given_name="Zoé")

    await leave(service, number, token)
    await service.work()

    (mail,) = [one for one in service.mails() if one["To"] == "part@example.org"]
    part: Any = mail.get_body(("plain",))
    assert mail["Subject"] == "Vous avez quitté le programme"
    assert "effacées dans 90 jours" in " ".join(part.get_content().split())


VIEWERS: dict[str, tuple[Role | None, str]] = {
    "itself": (Role.ACTIVATOR, "activator_id"),
    "another activator": (Role.ACTIVATOR, "another"),
    "manager of its structure": (Role.STRUCTURE_MANAGER, "structure_id"),
    "manager of its network": (Role.NETWORK_MANAGER, "network_code"),
    "institution": (Role.INSTITUTION, ""),
    "moderator": (Role.MODERATOR, ""),
    "administrator": (Role.ADMINISTRATOR, ""),
    "visitor": (None, ""),
}
OWNERS = ("manager of its structure", "manager of its network", "moderator", "administrator")


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_nobody_leaves_for_another_from_no_state(service: Service, viewer: str) -> None:
    role, about = VIEWERS[viewer]
    wrong = []
    for state in STATES:
        async with service.write() as session:
            structure = await add_structure(session)
            number = await add_activator(
                session, state=state, structure_id=structure, networks=["cci"]
            )
            known = {"activator_id": number, "structure_id": structure, "network_code": "cci"}
            what = {about: known[about]} if about in known else {}
            if about == "another":
                what = {"activator_id": await add_activator(session)}
            account = None if role is None else await add_account(session, role, **what)
        token = None if account is None else service.token(account)
        everything = await rows_of(service.database, *WATCHED)

        answer = await leave(service, number, token)

        seen = state is ActivatorState.ACTIVE or viewer in OWNERS
        code: str | None = "FORBIDDEN" if seen else "NOT_FOUND"
        if viewer == "itself":
            code = "CONFLICT" if state is LEFT else None
        told = [(error["code"], error["field"]) for error in answer["userErrors"]]
        changed = await rows_of(service.database, *WATCHED) != everything
        if told != ([] if code is None else [(code, "activator")]) or changed is not (code is None):
            wrong.append(f"{state}: {told}, expected {code}; changed: {changed}")

    assert wrong == []


async def test_of_two_who_leave_at_once_one_does(service: Service) -> None:
    number, token = await member(service)

    answers = await asyncio.gather(*(leave(service, number, token) for _ in range(3)))

    codes = [error["code"] for answer in answers for error in answer["userErrors"]]
    assert codes == ["CONFLICT"] * 2
    assert (await row_of(service, number)).version == 2


@pytest.mark.parametrize("reason", ["x" * 1001, "a\0b", "\u202e"])
async def test_a_reason_that_cannot_be_kept_is_told(service: Service, reason: str) -> None:
    number, token = await member(service)

    answer = await leave(service, number, token, reason)

    told = [(error["code"], error["field"]) for error in answer["userErrors"]]
    assert told == [("BAD_USER_INPUT", "reason")]
    assert (await row_of(service, number)).state is ActivatorState.ACTIVE


async def left(service: Service, ago: timedelta, **values: Any) -> int:
    """Add somebody who left some time ago, and whom a network enrolled."""
    at = service.clock() - ago
    async with service.write() as session:
        number = await add_activator(
            session,
            state=LEFT,
            state_changed_at=at,
            state_reason="Je pars.",
            networks=["cci"],
            expertise=["site-internet"],
            sectors=["A"],
            serves=["DEP-69"],
            headline="Ligne",
            presentation="Texte",
            pricing="Gratuit",
            videos=[{"title": "Titre", "url": "https://youtube.com/x"}],
            profile_references=[{"title": "Titre", "url": None, "description": None}],
            **values,
        )
        await accept_charter(session, number)
    return number


async def erase(service: Service) -> None:
    """Do the work of a day."""
    service.clock.advance(days=1)
    await service.begin_day()
    await service.work()


async def about(service: Service, number: int) -> dict[str, int]:
    """Count by table what speaks of an activator."""
    found = {}
    async with service.database.read() as session:
        for table in tables.activator.metadata.sorted_tables:
            if "activator_id" in table.c:
                query = select(func.count()).where(table.c.activator_id == number)
                found[table.name] = (await session.execute(query)).scalar_one()
    return found


async def test_what_is_personal_of_who_left_is_erased_after_the_delay(service: Service) -> None:
    kept = {"kind": ActivatorKind.CHAMPION, "postal_code": "69003", "city": "Lyon"}
    number = await left(service, timedelta(days=89, hours=23), **kept)
    recent = await left(service, timedelta(days=80))
    accepted = (await about(service, number))["charter_acceptance"]
    before = await row_of(service, number)

    await erase(service)

    row = (await row_of(service, number))._mapping
    personal = ["email", "phone", "headline", "presentation", "website_url", "pricing"]
    personal += ["address_line", "latitude", "longitude", "precision", "state_reason"]
    assert (row["given_name"], row["family_name"]) == ("", "")
    assert {row[name] for name in personal} == {None}
    assert [row[name] for name in ("languages", "videos", "profile_references")] == [[]] * 3
    assert (row["state"], row["erased_at"]) == (LEFT, service.clock())
    assert (row["version"], row["structure_id"]) == (2, before.structure_id)
    assert {name: row[name] for name in kept} == kept
    left_over = {name: count for name, count in (await about(service, number)).items() if count}
    assert left_over == {"enrolment": 1, **({"charter_acceptance": accepted} if accepted else {})}
    assert (await row_of(service, recent)).email is not None


async def test_who_was_erased_exists_for_nobody_and_is_erased_once(service: Service) -> None:
    number = await left(service, timedelta(days=100))
    async with service.write() as session:
        staff = await add_account(session, Role.ADMINISTRATOR)

    async def seen() -> Any:
        query, variables = "query ($id: ID!) { node(id: $id) { id } }", {"id": id}
        return (await service.data(query, variables, token=service.token(staff)))["node"]

    id = global_id("Activator", number)
    before = await seen()
    await erase(service)
    once = await row_of(service, number)
    await erase(service)

    assert (before, await seen()) == ({"id": id}, None)
    assert await row_of(service, number) == once


async def test_an_account_that_was_nothing_else_goes_with_it(service: Service) -> None:
    number = await left(service, timedelta(days=100))
    async with service.write() as session:
        only = await add_account(session, Role.ACTIVATOR, activator_id=number)
        also = await add_account(session, Role.MODERATOR)
        await session.execute(
            insert(tables.account_role).values(
                id=new_id(), account_id=also, role=Role.ACTIVATOR, activator_id=number
            )
        )
        never = await add_account(session)
    who = "{ viewer { isAuthenticated } }"
    assert await service.data(who, token=service.token(only))

    await erase(service)

    async with service.database.read() as session:
        ids = set((await session.execute(select(tables.account.c.id))).scalars())
    assert ids & {only, also, never} == {also, never}
    answer = await service.ask(who, token=service.token(only))
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_many_are_erased_in_one_day_and_the_audit_names_each(service: Service) -> None:
    async with service.write() as session:
        structure = await add_structure(session)
        numbers = [
            await add_activator(session, state=LEFT, structure_id=structure) for _ in range(120)
        ]
        table = tables.activator
        at = service.clock() - timedelta(days=91)
        await session.execute(
            update(table).where(table.c.id.in_(numbers)).values(state_changed_at=at)
        )

    await erase(service)

    entry = tables.audit_entry
    query = select(entry.c.subject_id).where(entry.c.action == "activator.erase")
    async with service.database.read() as session:
        named = list((await session.execute(query)).scalars())
    assert all(named.count(str(number)) == 1 for number in numbers)
