"""The audit: what was done is told, by whom, and whoever tampers with it is found out."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Executable, delete, insert, literal, select, update

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.database import Database
from permissions.viewer import Viewer
from resolvers.audit import Audit
from resolvers.audit_check import verify_audit
from schema.nodes import global_id
from tests.people import accept_charter, add_account, add_activator
from tests.service import SECRET, Service

AUDIT = Audit(SECRET)
ENTRY = tables.audit_entry
CHANGE = """mutation ($id: ID!, $state: ActivatorState!) {
  changeActivatorState(input: {id: $id, state: $state, reason: "Parce que."}) {
    userErrors { code } }
}"""


async def write_entries(database: Database, number: int = 5) -> None:
    """Write some entries, each in a transaction of its own."""
    now = datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=UTC)
    for one in range(number):
        async with database.write() as session:
            await AUDIT.record(
                session,
                Viewer(account_id=one) if one else None,
                "activator.change_state",
                "Activator",
                one,
                now=now,
                before={"state": "PENDING", "admission": None},
                after={"état": "ACTIVE", "fields": ["b", "a"]},
            )


async def faults(database: Database) -> list[tuple[int, str]]:
    """List what the check finds."""
    report = await verify_audit(database, AUDIT)
    return [(fault.sequence, fault.what) for fault in report.faults]


async def test_an_audit_that_nobody_touched_is_whole(database: Database) -> None:
    assert (await verify_audit(database, AUDIT)).entries == 0
    await write_entries(database)

    report = await verify_audit(database, AUDIT)

    assert (report.entries, report.faults) == (5, [])


ALTERED = "it was altered, or another stood before it"
NOT_LAST = "the last entry is not the one written last"


def copied_to(sequence: int) -> Any:
    """Write an entry as somebody without the key would: as another one is."""
    others = [column for column in ENTRY.c if column.name != "sequence"]
    entry = select(literal(sequence), *others).where(ENTRY.c.sequence == 5)
    return insert(ENTRY).from_select(["sequence", *(one.name for one in others)], entry)


TAMPERED: dict[str, tuple[Executable, list[tuple[int, str]]]] = {
    "an action altered": (
        update(ENTRY).where(ENTRY.c.sequence == 3).values(action="nothing"),
        [(3, ALTERED)],
    ),
    "a value altered": (
        update(ENTRY).where(ENTRY.c.sequence == 3).values(after={"state": "x"}),
        [(3, ALTERED)],
    ),
    "an account altered": (
        update(ENTRY).where(ENTRY.c.sequence == 2).values(account_id=99),
        [(2, ALTERED)],
    ),
    "a seal altered": (
        update(ENTRY).where(ENTRY.c.sequence == 3).values(seal="0" * 64),
        [(3, ALTERED), (4, ALTERED)],
    ),
    "one removed": (
        delete(ENTRY).where(ENTRY.c.sequence == 3),
        [(4, "entries 3 to 3 are missing")],
    ),
    "the first removed": (
        delete(ENTRY).where(ENTRY.c.sequence == 1),
        [(2, "entries 1 to 1 are missing")],
    ),
    "the last removed": (
        delete(ENTRY).where(ENTRY.c.sequence == 5),
        [(5, NOT_LAST)],
    ),
    "one inserted after the last": (
        copied_to(6),
        [(6, ALTERED), (5, NOT_LAST)],
    ),
    "one inserted before the first": (
        copied_to(0),
        [(0, "it stands out of order"), (1, ALTERED)],
    ),
}


@pytest.mark.parametrize(("tamper", "found"), TAMPERED.values(), ids=TAMPERED.keys())
async def test_whoever_tampers_without_the_key_is_found_out(
    database: Database,
    tamper: Executable,
    found: list[tuple[int, str]],
) -> None:
    await write_entries(database)
    async with database.write() as session:
        await session.execute(tamper)

    assert await faults(database) == found


async def test_the_last_entries_are_missed_though_the_head_is_set_back(database: Database) -> None:
    await write_entries(database)
    head = tables.audit_head
    last = select(ENTRY.c.seal).where(ENTRY.c.sequence == 3).scalar_subquery()
    async with database.write() as session:
        await session.execute(delete(ENTRY).where(ENTRY.c.sequence > 3))
        await session.execute(update(head).values(sequence=3, seal=last))

    assert await faults(database) == [(3, NOT_LAST)]


async def test_entries_written_at_once_stand_one_after_the_other(service: Service) -> None:
    async with service.write() as session:
        people = [await add_activator(session) for _ in range(10)]
        token = service.token(await add_account(session, Role.MODERATOR))

    async def suspend(activator_id: int) -> Any:
        variables = {"id": global_id("Activator", activator_id), "state": "SUSPENDED"}
        return await service.data(CHANGE, variables, token=token)

    await asyncio.gather(*(suspend(one) for one in people))

    report = await verify_audit(service.database, service.platform.audit)
    assert (report.entries, report.faults) == (10, [])


async def test_a_change_of_state_is_told_with_before_and_after_and_a_refusal_leaves_nothing(
    service: Service,
) -> None:
    async with service.write() as session:
        activator_id = await add_activator(session, state=ActivatorState.PENDING)
        await accept_charter(session, activator_id)
        moderator = await add_account(session, Role.MODERATOR)
        manager = await add_account(session, Role.NETWORK_MANAGER, network_code="cci")
    variables = {"id": global_id("Activator", activator_id), "state": "ACTIVE"}

    for account in (manager, moderator, moderator):
        await service.data(CHANGE, variables, token=service.token(account))

    async with service.database.read() as session:
        (entry,) = (await session.execute(select(ENTRY))).all()
    assert (entry.action, entry.account_id, entry.client) == (
        "activator.change_state",
        moderator,
        "token",
    )
    assert (entry.subject, entry.subject_id) == ("Activator", str(activator_id))
    assert (entry.before, entry.after) == ({"state": "PENDING"}, {"state": "ACTIVE"})
    assert "Camille" not in json.dumps([str(value) for value in entry])
