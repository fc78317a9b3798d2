"""Whose conditions fail is told, has thirty days, and loses its licence then (article 5)."""

from typing import Any

import pytest
from sqlalchemy import delete, select

from models import tables
from models.activators import ActivatorState
from models.mark_licences import LicenceState as S
from resolvers.jobs import walks
from resolvers.jobs.queue import enqueue
from resolvers.jobs.registry import DAILY
from resolvers.mark.failing import MARK_CONDITIONS
from tests.marks import (
    DAY,
    Licence,
    add_holder,
    add_licence,
    begun_anew,
    change_activator,
    forget_mails,
    row_of,
    subjects,
    verify,
)
from tests.service import NOW, Service

FAILING = "Vous ne remplissez plus une condition de la marque du programme"
FAILED = "Votre licence d'utiliser la marque du programme a pris fin"


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, in which nobody has a licence; its clock begins anew."""
    async with shared_service.write() as session:
        await session.execute(delete(tables.mark_licence))
    return await begun_anew(shared_service)


async def look(service: Service, *, after_days: int) -> list[str]:
    """Do the day's work so many days after the first; give the subjects of its mails."""
    service.clock.now = NOW + after_days * DAY
    async with service.write() as session:
        await enqueue(session, MARK_CONDITIONS, {}, now=service.clock())
    await service.work()
    told = subjects(service)
    forget_mails(service)
    return told


async def audited(service: Service, licence: Licence) -> list[tuple[str, Any]]:
    """Read what the audit says of a licence, and what became of it."""
    entry = tables.audit_entry
    query = select(entry.c.action, entry.c.after).where(entry.c.subject_id == str(licence.id))
    async with service.database.read() as session:
        found = await session.execute(query.order_by(entry.c.sequence))
        return [(row.action, row.after) for row in found]


def test_it_is_looked_at_each_day() -> None:
    assert MARK_CONDITIONS in DAILY


async def test_it_is_revoked_after_thirty_days_without_a_break(service: Service) -> None:
    holder = await add_holder(service)
    licence = await add_licence(service, holder.id)
    await change_activator(service, holder.id, left_at=NOW)

    told = [await look(service, after_days=days) for days in (0, 1, 29)]
    before = await row_of(service, licence)
    told.append(await look(service, after_days=30))
    told.append(await look(service, after_days=31))

    assert told == [[FAILING], [], [], [FAILED], []]
    assert (before.state, before.failing_since, before.failing) == (
        S.GRANTED,
        NOW,
        ["PROFILE_CONFIRMED"],
    )
    after = await row_of(service, licence)
    assert (after.state, after.closed_at) == (S.REVOKED, NOW + 30 * DAY)
    assert await audited(service, licence) == [
        ("mark_licence.conditions", {"failing": ["PROFILE_CONFIRMED"]}),
        ("mark_licence.revoke", {"state": "REVOKED", "failing": ["PROFILE_CONFIRMED"]}),
    ]


async def test_who_mends_it_begins_anew(service: Service) -> None:
    holder = await add_holder(service)
    licence = await add_licence(service, holder.id)
    await change_activator(service, holder.id, left_at=NOW)
    assert await look(service, after_days=0) == [FAILING]

    await change_activator(service, holder.id, left_at=None)
    assert await look(service, after_days=20) == []
    mended = await row_of(service, licence)
    await change_activator(service, holder.id, left_at=NOW)
    told = [await look(service, after_days=days) for days in (21, 50, 51)]

    assert (mended.state, mended.failing_since, mended.failing) == (S.GRANTED, None, [])
    assert told == [[FAILING], [], [FAILED]]


async def test_another_condition_that_fails_meanwhile_takes_no_more_time(service: Service) -> None:
    holder = await add_holder(service)
    licence = await add_licence(service, holder.id)
    await change_activator(service, holder.id, left_at=NOW)
    await look(service, after_days=0)
    suspended = {"left_at": None, "state": ActivatorState.SUSPENDED, "state_changed_at": NOW}
    await change_activator(service, holder.id, **suspended)

    told = [await look(service, after_days=days) for days in (15, 30)]

    assert told == [[], [FAILED]]
    row = await row_of(service, licence)
    assert row.failing == ["ACTIVE_FOR_LONG", "NO_OPEN_SANCTION"]
    assert row.failing_since == NOW


async def test_who_is_suspended_and_restored_keeps_it(service: Service) -> None:
    holder = await add_holder(service)
    licence = await add_licence(service, holder.id)
    await change_activator(service, holder.id, state=ActivatorState.SUSPENDED)
    assert await look(service, after_days=0) == [FAILING]
    assert not (await verify(service, licence.number))["valid"]

    restored = {"state": ActivatorState.ACTIVE, "state_changed_at": NOW + DAY}
    await change_activator(service, holder.id, **restored)
    told = [await look(service, after_days=days) for days in (1, 31)]

    assert told == [[], []]
    assert (await row_of(service, licence)).state is S.GRANTED
    assert (await verify(service, licence.number))["valid"]


async def test_what_leavers_hold_or_asked_for_is_closed_and_nobody_is_mailed(
    service: Service,
) -> None:
    holder = await add_holder(service, state=ActivatorState.WITHDRAWN)
    both = [await add_licence(service, holder.id, state) for state in (S.GRANTED, S.REQUESTED)]

    assert await look(service, after_days=0) == []

    assert [(await row_of(service, one)).state for one in both] == [S.SURRENDERED] * 2


async def test_many_are_looked_at_some_at_a_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walks, "CHUNK", 2)
    holder = await add_holder(service, left_at=NOW)
    licences = [await add_licence(service, holder.id) for _ in range(5)]

    assert await look(service, after_days=0) == [FAILING] * 5

    assert [(await row_of(service, one)).failing_since for one in licences] == [NOW] * 5
