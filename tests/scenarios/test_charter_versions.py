"""A new version of the charter: members are asked, reminded, suspended, and restored."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorState
from models.base import new_id
from resolvers import charter_calls
from resolvers.audit_check import verify_audit
from resolvers.charter_calls import CHARTER_CALL, CHARTER_REMINDERS, call_members, remind_or_suspend
from resolvers.charter_installing import install_charter
from resolvers.charter_suspensions import CHARTER_NOT_ACCEPTED
from resolvers.jobs.handling import TakenJob
from resolvers.refusal import Conflict
from schema.nodes import global_id
from tests.charters import SHIPPED, accept, version_named
from tests.people import add_account, add_activator, count
from tests.rules.world import rows_of
from tests.service import NOW, Service

NEW = "2027-1"
PENDING, ACTIVE, SUSPENDED, WITHDRAWN = ActivatorState
TO_ACCEPT = "La charte du programme a changé : votre accord est attendu"
REMINDER = "Rappel : la charte du programme attend votre accord"
SUSPENSION = "Charte non acceptée : votre adhésion est suspendue"
VERSIONS = "{ charterVersions { version acceptBy } charter { version } }"
STATE = "query ($id: ID!) { node(id: $id) { ... on Activator { state } } }"


async def add_people(service: Service) -> dict[str, int]:
    """Add a member in each state, one without an address and one who reads English."""
    async with service.write() as session:
        account = {"id": new_id(), "email": "ada@example.org", "language": Language.EN}
        await session.execute(insert(tables.account).values(**account, created_at=NOW))
        people: Mapping[str, dict[str, Any]] = {
            "active": {},
            "pending": {"state": PENDING},
            "suspended": {"state": SUSPENDED, "state_reason": "Une plainte."},
            "withdrawn": {"state": WITHDRAWN},
            "without an address": {"email": None},
            "English": {"email": "Ada@example.org"},
            "erased": {"erased_at": NOW},
        }
        return {
            name: await add_activator(
                session, **{"email": f"{name}@example.org", "given_name": name.title(), **values}
            )
            for name, values in people.items()
        }


async def install(service: Service, version: str = NEW, **more: Any) -> Any:
    """Install a version as an operator does."""
    return await install_charter(service.platform, version_named(version), **more)


async def token_of(service: Service, number: int) -> str:
    """Give the token of an account that is an activator."""
    async with service.write() as session:
        return service.token(await add_account(session, Role.ACTIVATOR, activator_id=number))


async def next_day(service: Service, **time: float) -> None:
    """Let time pass, and do what the new day has."""
    service.clock.advance(**time)
    await service.begin_day()
    await service.work()


async def states(service: Service, people: Mapping[str, int]) -> dict[str, ActivatorState]:
    """Read where people stand."""
    table = tables.activator
    async with service.database.read() as session:
        rows = await session.execute(select(table.c.id, table.c.state))
        found = {row.id: row.state for row in rows}
    return {name: found[number] for name, number in people.items()}


def written(service: Service, subject: str) -> list[str]:
    """Read to whom a mail of this subject was sent."""
    return sorted(mail["To"] for mail in service.mails() if mail["Subject"] == subject)


async def test_a_version_that_replaces_another_asks_all_members_but_once(
    service: Service,
) -> None:
    await add_people(service)

    done = await install(service)
    again = await install(service)
    await service.work()

    by = NOW + timedelta(days=60)
    assert (done.added, done.accept_by) == (True, by)
    assert (again.added, again.accept_by) == (False, by)
    assert await service.data(VERSIONS) == {
        "charterVersions": [
            {"version": NEW, "acceptBy": by.isoformat()},
            {"version": SHIPPED, "acceptBy": None},
        ],
        "charter": {"version": NEW},
    }
    asked = ["active@example.org", "pending@example.org", "suspended@example.org"]
    assert written(service, TO_ACCEPT) == asked
    (english,) = [one for one in service.mails() if one["To"] == "Ada@example.org"]
    assert english["Subject"] == "The programme's charter has changed: please accept it"
    whole = {one["To"]: str(one.get_body(("plain",)).get_content()) for one in service.mails()}  # type: ignore[union-attr]
    assert "Bonjour Active," in whole["active@example.org"]
    assert "avant le 23/01/2027" in whole["active@example.org"]
    assert "before 23 January 2027" in whole["Ada@example.org"]
    assert len(service.mails()) == 4
    async with service.database.read() as session:
        entry = tables.audit_entry
        query = select(entry).where(entry.c.action == "charter.install")
        (told,) = (await session.execute(query)).all()
    assert (told.subject_id, told.before) == (NEW, {"version": SHIPPED})
    assert told.after == {"version": NEW, "accept_by": by.isoformat()}


async def test_a_version_that_says_otherwise_is_refused_and_changes_nothing(
    service: Service,
) -> None:
    await add_people(service)
    watched = (tables.charter_version, tables.job, tables.audit_entry)
    before = await rows_of(service.database, *watched)

    others: list[dict[str, Any]] = [{"published_on": date(2026, 1, 1)}, {"commitments": []}]
    for changes in others:
        with pytest.raises(Conflict, match="is installed and says otherwise"):
            await install_charter(service.platform, version_named(SHIPPED, **changes))
    assert (await install(service, SHIPPED)).added is False

    assert await rows_of(service.database, *watched) == before


async def test_the_last_one_installed_is_in_force_whatever_the_clock_says(
    service: Service,
) -> None:
    await install(service, "2027-1", days=3)
    service.clock.advance(days=-400)
    await install(service, "2027-2")

    assert (await service.data(VERSIONS))["charter"] == {"version": "2027-2"}


async def test_members_are_reminded_once_and_then_suspended_until_they_accept(
    service: Service,
) -> None:
    people = await add_people(service)
    tokens = {name: await token_of(service, people[name]) for name in ("active", "suspended")}
    await install(service, days=30)
    await service.work()
    before = await states(service, people)

    await next_day(service, days=22)
    assert written(service, REMINDER) == []
    await next_day(service, days=1)
    await next_day(service, days=1)
    assert written(service, REMINDER) == [
        "active@example.org",
        "pending@example.org",
        "suspended@example.org",
    ]
    assert await states(service, people) == before

    await next_day(service, days=6, hours=1)
    after = await states(service, people)
    suspended = {"active", "without an address", "English"}
    assert after == {**before, **dict.fromkeys(suspended, SUSPENDED)}
    assert written(service, SUSPENSION) == ["active@example.org"]
    node = {"id": global_id("Activator", people["active"])}
    assert await service.data(STATE, node) == {"node": None}
    rows = await rows_of(service.database, tables.activator)
    await next_day(service, days=1)
    assert await rows_of(service.database, tables.activator) == rows

    tokens = {name: await token_of(service, people[name]) for name in tokens}
    accepted, too = [
        await accept(service, tokens[name], version=NEW) for name in ("active", "suspended")
    ]
    await service.work()
    assert accepted["activator"]["state"] == "ACTIVE"
    assert too["activator"]["state"] == "SUSPENDED"  # that was for another reason
    assert (await service.data(STATE, node))["node"] is not None
    assert written(service, "Votre adhésion au programme est active") == ["active@example.org"]
    await next_day(service, days=1)
    assert await states(service, people) == {**after, "active": ACTIVE}
    assert (await verify_audit(service.database, service.platform.audit)).faults == []


async def test_a_suspension_says_why_in_the_row_and_in_the_audit_and_an_acceptance_ends_it(
    service: Service,
) -> None:
    async with service.write() as session:
        number = await add_activator(session)
    await install(service, days=1)
    await next_day(service, days=2)
    table, entry = tables.activator, tables.audit_entry

    async def row() -> Any:
        query = select(
            table.c.state, table.c.state_reason, table.c.state_changed_at, table.c.version
        )
        async with service.database.read() as session:
            return tuple((await session.execute(query.where(table.c.id == number))).one())

    suspended = await row()
    suspended_at = service.clock()
    service.clock.advance(hours=1)
    await accept(service, await token_of(service, number), version=NEW)

    assert suspended == (SUSPENDED, CHARTER_NOT_ACCEPTED, suspended_at, 2)
    assert await row() == (ACTIVE, None, suspended_at + timedelta(hours=1), 3)
    query = select(entry).where(entry.c.subject_id == str(number)).order_by(entry.c.sequence)
    async with service.database.read() as session:
        told = (await session.execute(query)).all()
    assert [(one.action, one.before, one.after) for one in told] == [
        ("charter.suspend", {"state": "ACTIVE"}, {"state": "SUSPENDED"}),
        ("charter.accept", {}, {"version": NEW}),
        ("charter.restore", {"state": "SUSPENDED"}, {"state": "ACTIVE"}),
    ]
    assert [one.account_id is None for one in told] == [True, False, False]


async def test_who_accepted_an_earlier_version_is_asked_and_shown_as_not_current(
    service: Service,
) -> None:
    async with service.write() as session:
        number = await add_activator(session)
    token = await token_of(service, number)
    await accept(service, token)
    service.clock.advance(minutes=1)
    await install(service)

    stale = await accept(service, token)
    query = """query ($id: ID!) {
      activator(id: $id) { charterAcceptance { version current } }
    }"""
    id = {"id": global_id("Activator", number)}
    shown = [await service.data(query, id, token=token)]
    fresh = await accept(service, token, version=NEW)
    shown.append(await service.data(query, id, token=token))

    assert [(one["code"], one["field"]) for one in stale["userErrors"]] == [("CONFLICT", "version")]
    assert fresh["userErrors"] == []
    assert [one["activator"]["charterAcceptance"] for one in shown] == [
        {"version": SHIPPED, "current": False},
        {"version": NEW, "current": True},
    ]
    assert await count(service.database, tables.charter_acceptance) == 2
    await service.work()
    assert service.mails() == []  # it accepted before its letter went out


async def test_nobody_is_reminded_or_suspended_for_the_first_version(service: Service) -> None:
    people = await add_people(service)
    before = await states(service, people)

    await next_day(service, days=5_000)

    assert await states(service, people) == before
    for subject in (TO_ACCEPT, REMINDER, SUSPENSION):
        assert written(service, subject) == []


async def test_many_members_are_asked_and_suspended_some_at_a_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charter_calls, "CHUNK", 2)
    async with service.write() as session:
        people = {str(n): await add_activator(session, email=f"{n}@example.org") for n in range(5)}
    everybody = [f"{n}@example.org" for n in range(5)]

    await install(service, days=20)
    await service.work()
    await next_day(service, days=15)
    await next_day(service, days=6)

    for subject in (TO_ACCEPT, REMINDER, SUSPENSION):
        assert written(service, subject) == everybody
    assert set((await states(service, people)).values()) == {SUSPENDED}


async def test_a_job_that_is_run_twice_asks_and_suspends_nobody_twice(service: Service) -> None:
    await add_people(service)
    await install(service, days=10)
    call = job(CHARTER_CALL, {"version": NEW, "after": 0})
    for _ in range(2):
        await call_members(service.platform, call)
    await service.work()
    asked = len(service.mails())

    service.clock.advance(days=11)
    for _ in range(2):
        await remind_or_suspend(service.platform, job(CHARTER_REMINDERS, {}))
    await service.work()

    assert (asked, len(service.mails())) == (4, 6)
    entry = tables.audit_entry
    query = select(func.count()).where(entry.c.action == "charter.suspend")
    async with service.database.read() as session:
        assert (await session.execute(query)).scalar_one() == 3


async def test_who_comes_in_by_a_roster_after_a_version_has_as_long_to_accept_it(
    service: Service,
) -> None:
    await install(service, days=10)
    await next_day(service, days=11)
    async with service.write() as session:
        number = await add_activator(
            session, email="late@example.org", state_changed_at=service.clock()
        )

    await next_day(service, days=1)
    asked = await states(service, {"late": number})
    await next_day(service, days=8)
    before = await states(service, {"late": number})
    await next_day(service, days=2)

    ends = (service.clock() - timedelta(days=1)).strftime("%d/%m/%Y")
    (letter,) = [one for one in service.mails() if one["Subject"] == TO_ACCEPT]
    assert ends in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (asked, before) == ({"late": ACTIVE}, {"late": ACTIVE})
    assert await states(service, {"late": number}) == {"late": SUSPENDED}
    assert written(service, SUSPENSION) == ["late@example.org"]


async def test_a_call_for_a_version_that_was_replaced_asks_nobody(service: Service) -> None:
    await add_people(service)

    await install(service, "2027-1")
    await install(service, "2027-2")
    await service.work()

    assert len(written(service, TO_ACCEPT)) == 3
    assert all("2027-2" in mail.as_string() for mail in service.mails())


def job(kind: str, payload: dict[str, Any]) -> TakenJob:
    """Make a job as a worker holds it."""
    later = datetime(2030, 1, 1, tzinfo=UTC)
    return TakenJob(new_id(), kind, payload, 1, NOW, later)
