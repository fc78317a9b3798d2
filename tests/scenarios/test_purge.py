"""The purge: what is over goes, and nothing before its time; what it did is counted and audited."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorState
from models.base import new_id
from models.consultations import ConsultationKind, ViewerKind
from models.database import Database
from models.jobs import JobState
from models.mark_licences import LicenceState
from models.sessions import SignInMethod
from resolvers import purge as purging
from resolvers.policy import Policy
from resolvers.purge import purge
from resolvers.retention import rows_over
from tests.command_line import CommandLine
from tests.marks import put_licence
from tests.people import add_account, add_activator, add_structure
from tests.service import NOW, Service

DAY = timedelta(days=1)
MOMENT = timedelta(seconds=1)
NOTHING = dict.fromkeys(
    (
        "sign_in_links",
        "refresh_tokens",
        "sessions",
        "id_tokens",
        "registrations",
        "invitations",
        "mark_licences",
        "moderation_cases",
        "sanctions",
        "profile_reports",
        "rate_limits",
        "consultations",
        "done_jobs",
        "dead_jobs",
        "companies_of_contact_requests",
        "companies_of_declared_engagements",
        "words_of_reviews",
    ),
    0,
)


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, in which nothing is over yet."""
    await purge(shared_service.platform)
    return shared_service


async def add_link(session: AsyncSession, **values: Any) -> str:
    row = {"token_hash": f"{new_id()}", "account_id": await add_account(session), **values}
    return await put(session, tables.sign_in_link, row, expires_at=NOW + MOMENT)


async def add_session(session: AsyncSession, **values: Any) -> str:
    row = {"account_id": await add_account(session), "method": SignInMethod.EMAIL_LINK}
    row |= {"id": new_id(), "created_at": NOW, "last_used_at": NOW, **values}
    return await put(session, tables.session, row, expires_at=NOW + DAY)


async def add_token(session: AsyncSession, **values: Any) -> str:
    row = {"token_hash": f"{new_id()}", "session_id": int(await add_session(session)), **values}
    return await put(session, tables.refresh_token, row)


async def add_spent_token(session: AsyncSession, **values: Any) -> str:
    return await put(session, tables.spent_id_token, {"token_hash": f"{new_id()}", **values})


async def add_registration(session: AsyncSession, **values: Any) -> str:
    row = {"id": new_id(), "email": "lea@example.org", "language": Language.FR}
    row |= {"asked": {}, "created_at": NOW, **values}
    return await put(session, tables.registration, row)


async def add_invitation(session: AsyncSession, **values: Any) -> str:
    row = {"id": new_id(), "structure_id": await add_structure(session), "role": Role.ACTIVATOR}
    row |= {"email": "lea@example.org", "language": Language.FR, "created_at": NOW, **values}
    return await put(session, tables.invitation, row)


async def add_closed_licence(session: AsyncSession, **values: Any) -> str:
    activator, state = await add_activator(session), LicenceState.SURRENDERED
    return str((await put_licence(session, activator, state, NOW, **values)).id)


async def add_count(session: AsyncSession, **values: Any) -> str:
    return await put(session, tables.rate_limit, {"key": f"{new_id()}", **values})


async def add_consultation(session: AsyncSession, **values: Any) -> str:
    activator_id = await add_activator(session)
    row = {"activator_id": activator_id, "kind": ConsultationKind.VIEW, "portal": "", "count": 1}
    row |= {"viewer": ViewerKind.VISITOR, **values}
    await session.execute(insert(tables.consultation).values(row))
    return str(activator_id)


async def add_job(session: AsyncSession, **values: Any) -> str:
    row = {"id": new_id(), "kind": "note", "payload": {}, "created_at": NOW, "attempts": 1}
    return await put(session, tables.job, {**row, "run_at": NOW + DAY, **values})


async def put(session: AsyncSession, table: Table, row: dict[str, Any], **more: Any) -> str:
    """Insert a row; give its key."""
    row = {**more, **row}
    await session.execute(insert(table).values(row))
    (key,) = table.primary_key
    return str(row[key.name])


DONE, DEAD = JobState.DONE, JobState.DEAD
OVER: list[tuple[str, Any, dict[str, Any], dict[str, Any]]] = [
    ("sign_in_links", add_link, {"expires_at": NOW}, {"expires_at": NOW + MOMENT}),
    ("sign_in_links", add_link, {"used_at": NOW}, {}),
    ("refresh_tokens", add_token, {"used_at": NOW - 90 * DAY}, {"used_at": None}),
    ("refresh_tokens", add_token, {"used_at": NOW - 90 * DAY}, {"used_at": NOW - 89 * DAY}),
    ("sessions", add_session, {"ended_at": NOW - 90 * DAY}, {"ended_at": NOW - 89 * DAY}),
    ("sessions", add_session, {"expires_at": NOW - 90 * DAY}, {"expires_at": NOW - 89 * DAY}),
    ("id_tokens", add_spent_token, {"expires_at": NOW}, {"expires_at": NOW + MOMENT}),
    ("registrations", add_registration, {"expires_at": NOW}, {"expires_at": NOW + MOMENT}),
    ("invitations", add_invitation, {"expires_at": NOW}, {"expires_at": NOW + MOMENT}),
    (
        "mark_licences",
        add_closed_licence,
        {"closed_at": NOW - 365 * DAY},
        {"closed_at": NOW - 364 * DAY},
    ),
    (
        "rate_limits",
        add_count,
        {"arrival": NOW.timestamp()},
        {"arrival": NOW.timestamp() + 1},
    ),
    (
        "consultations",
        add_consultation,
        {"day": NOW.date().replace(year=2023) - DAY},
        {"day": NOW.date().replace(year=2023)},
    ),
    (
        "done_jobs",
        add_job,
        {"state": DONE, "finished_at": NOW - 30 * DAY},
        {"state": DONE, "finished_at": NOW - 29 * DAY},
    ),
    (
        "dead_jobs",
        add_job,
        {"state": DEAD, "finished_at": NOW - 180 * DAY},
        {"state": DEAD, "finished_at": NOW - 179 * DAY},
    ),
    (
        "done_jobs",
        add_job,
        {"state": DONE, "finished_at": NOW - 30 * DAY},
        {"state": JobState.WAITING, "finished_at": None, "created_at": NOW - 999 * DAY},
    ),
]
"""What a row is called, how it is added, and with which values it is over or is not yet."""

TABLES = {
    add_link: tables.sign_in_link,
    add_token: tables.refresh_token,
    add_session: tables.session,
    add_spent_token: tables.spent_id_token,
    add_registration: tables.registration,
    add_invitation: tables.invitation,
    add_closed_licence: tables.mark_licence,
    add_count: tables.rate_limit,
    add_consultation: tables.consultation,
    add_job: tables.job,
}


async def keys_of(service: Service, table: Table) -> set[str]:
    """Read the keys of a table."""
    async with service.database.read() as session:
        return {str(key) for key in (await session.execute(select(*table.primary_key))).scalars()}


@pytest.mark.parametrize(("what", "add", "over", "kept"), OVER)
async def test_what_is_over_goes_and_nothing_before_its_time(
    service: Service, what: str, add: Any, over: dict[str, Any], kept: dict[str, Any]
) -> None:
    async with service.write() as session:
        gone, stays = await add(session, **over), await add(session, **kept)

    counts, again = await purge(service.platform), await purge(service.platform)

    assert counts == NOTHING | {what: 1}
    assert again == NOTHING
    left = await keys_of(service, TABLES[add])
    assert (gone in left, stays in left) == (False, True)


async def test_a_session_takes_its_tokens_with_it(service: Service) -> None:
    async with service.write() as session:
        session_id = int(await add_session(session, ended_at=NOW - 90 * DAY))
        token = await add_token(session, session_id=session_id)

    await purge(service.platform)

    assert token not in await keys_of(service, tables.refresh_token)


async def test_it_is_done_once_a_day_and_leaves_counts_in_the_audit(service: Service) -> None:
    async with service.write() as session:
        for _ in range(3):
            await add_registration(session, expires_at=NOW)
    before = await entries(service)

    await service.begin_day()
    await service.begin_day()
    await service.work()

    (entry,) = [one for one in await entries(service) if one not in before]
    assert (entry.action, entry.client, entry.account_id) == ("service.purge", "service", None)
    assert (entry.subject, entry.before) == ("Service", {})
    assert entry.after == NOTHING | {"registrations": 3}


async def entries(service: Service) -> list[Any]:
    """Read the entries of purges."""
    entry = tables.audit_entry
    query = select(entry).where(entry.c.action == "service.purge").order_by(entry.c.sequence)
    async with service.database.read() as session:
        return list((await session.execute(query)).all())


async def test_many_go_in_chunks_and_of_two_at_once_each_is_counted_once(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "CHUNK", 10)
    async with service.write() as session:
        for _ in range(45):
            await add_spent_token(session, expires_at=NOW)

    one, other = await asyncio.gather(purge(service.platform), purge(service.platform))
    rest = await purge(service.platform)

    assert one["id_tokens"] + other["id_tokens"] + rest["id_tokens"] == 45
    async with service.database.read() as session:
        left = select(func.count()).where(tables.spent_id_token.c.expires_at <= NOW)
        assert (await session.execute(left)).scalar() == 0


async def test_where_the_time_is_up_the_rest_is_left_to_the_next_one(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "CHUNK", 2)
    async with service.write() as session:
        for _ in range(5):
            await add_registration(session, expires_at=NOW)

    in_no_time = await purge(service.platform, within=timedelta())
    rest = await purge(service.platform, within=timedelta(minutes=1))

    assert (in_no_time["registrations"], rest["registrations"]) == (0, 5)


def test_the_command_says_what_went(
    sqlite_template: Path, tmp_path: Path, command_lines: list[CommandLine]
) -> None:
    run, path = command_lines[0], tmp_path / "maillage.sqlite"
    shutil.copy(sqlite_template, path)
    with closing(sqlite3.connect(path)) as connection:
        for number in range(3):
            row = (f"{number}", "2020-01-01 00:00:00.000000")
            connection.execute("INSERT INTO spent_id_token VALUES (?, ?)", row)
            connection.commit()
    url = f"sqlite:///{path}"
    outcome = run("purge", database=url)
    asyncio.run(withdraw(url))

    as_json = run("purge", "--json", database=url)

    assert (outcome.code, outcome.out) == (0, "Deleted: 3 id tokens.\n")
    assert as_json.json == NOTHING | {"withdrawn_activators": 1}
    assert run("purge", database=url).out == "Deleted: nothing.\n"


async def withdraw(url: str) -> None:
    """Add somebody who left long ago."""
    database, left = Database(url), {"state": ActivatorState.WITHDRAWN}
    async with database.write() as session:
        await add_activator(session, **left, state_changed_at=NOW - 999 * DAY)
    await database.close()


def test_no_row_is_looked_for_through_a_whole_table(sqlite_template: Path) -> None:
    """But links: after a purge, none is left that is older than a day."""
    plans = {}
    with closing(sqlite3.connect(sqlite_template)) as connection:
        for over in rows_over(Policy(), NOW):
            query = (
                select(*over.table.primary_key)
                .where(over.where)
                .compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
            )
            steps = connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
            plans[over.what] = " ".join(step[-1] for step in steps)

    assert [what for what, plan in plans.items() if "SCAN" in plan] == ["sign_in_links"]
