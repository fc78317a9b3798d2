"""A network sends its whole roster: whom it does not name leaves, but never many at once."""

import asyncio
from collections.abc import AsyncIterator
from email.message import Message
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from models import tables
from models.activators import ActivatorState, EnrolmentSource
from tests.rosters import entries, entry, rows_of
from tests.service import Service
from tests.syncs import WRITTEN, counts, leave_nobody, person, report, roster_key, sync

ACTIVE, WITHDRAWN = ActivatorState.ACTIVE, ActivatorState.WITHDRAWN


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, where nobody is left of the one before."""
    yield shared_service
    await leave_nobody(shared_service)


@pytest.fixture
async def key(service: Service) -> str:
    """The key of a network that has sent ten activators."""
    key = await roster_key(service)
    await report(service, key, entries(10))
    return key


async def mailed(service: Service) -> list[str]:
    """Do what is due; give who was told by mail that their membership ended."""
    known = {mail["Message-ID"] for mail in service.mails()}
    await service.work()
    new = [mail for mail in service.mails() if mail["Message-ID"] not in known]
    assert {mail["Subject"] for mail in new} <= {"Votre adhésion au programme a pris fin"}
    return sorted(mail["To"] for mail in new)


def is_text(part: Message) -> bool:
    """Say whether a part of a mail is what people read."""
    return part.get_content_type() == "text/plain"


async def name_of(service: Service) -> str:
    """Give the name of the network."""
    return str((await service.data('{ network(code: "cci") { name } }'))["network"]["name"])


async def shown(service: Service) -> int:
    """Count whom a visitor finds."""
    return int((await service.data("{ activators { totalCount } }"))["activators"]["totalCount"])


def gone(told: Any) -> tuple[int, int, int]:
    """How many are absent, unenrolled, withdrawn."""
    return told["absentCount"], told["unenrolled"], told["withdrawn"]


@pytest.mark.parametrize("dry", [False, True], ids=["to write", "to see"])
async def test_a_whole_roster_that_lacks_thirty_percent_is_refused_and_nothing_is_written(
    service: Service, key: str, dry: bool
) -> None:
    sent = [*entries(7), entry(externalId="new"), entry(siret="0")]
    sent[0]["headline"] = "Du nouveau"
    before = await rows_of(service.database, *WRITTEN)

    refused = await sync(service, key, sent, full=True, dryRun=dry)

    (error,) = refused["userErrors"]
    assert (refused["report"], error["code"], error["field"]) == (None, "CONFLICT", "force")
    assert "3 of the network's 10 activators" in error["message"]
    assert await rows_of(service.database, *WRITTEN) == before
    assert await mailed(service) == []


async def test_a_fifth_may_go_at_once_and_more_if_somebody_insists(
    service: Service, key: str
) -> None:
    fifth = await report(service, key, entries(8), full=True)
    dry = await report(service, key, entries(2), full=True, force=True, dryRun=True)
    before = await shown(service)
    forced = await report(service, key, entries(2), full=True, force=True)

    assert (gone(fifth), gone(forced)) == ((2, 2, 2), (6, 6, 6))
    assert dry == forced
    assert (before, await shown(service)) == (8, 2)


async def test_who_is_not_in_the_whole_roster_is_withdrawn_told_and_in_the_audit(
    service: Service, key: str
) -> None:
    await report(service, key, [entry(externalId="A-0009")])
    leaver = await person(service, "A-0009")
    service.clock.advance(hours=1)

    told = await report(service, key, entries(9), full=True)

    name = await name_of(service)
    table, entry_ = tables.activator, tables.audit_entry
    async with service.database.read() as session:
        row = (await session.execute(select(table).where(table.c.id == leaver.id))).one()
        last = (await session.execute(select(entry_).order_by(entry_.c.sequence))).all()[-2:]
    assert gone(told) == (1, 1, 1)
    assert (row.state, row.state_reason) == (WITHDRAWN, f"no longer in the roster of {name}")
    assert (row.state_changed_at, row.version) == (service.clock(), leaver.version + 1)
    assert await shown(service) == 9
    assert await mailed(service) == ["zoe.lefevre@example.org"]
    texts = [
        part.get_content() for mail in service.mails() for part in mail.walk() if is_text(part)
    ]
    assert any(f"Le réseau « {name} » ne" in " ".join(text.split()) for text in texts)
    assert [(one.action, one.after.get("state")) for one in last] == [
        ("activator.change_state", "WITHDRAWN"),
        ("roster.sync", None),
    ]
    assert last[0].before == {"state": "ACTIVE"}
    assert (last[1].after["unenrolled"], last[1].after["withdrawn"]) == (1, 1)


@pytest.mark.parametrize("state", ActivatorState)
async def test_whatever_its_state_who_is_not_in_the_whole_roster_ends_as_withdrawn(
    service: Service, key: str, state: ActivatorState
) -> None:
    leaver = await person(service, "A-0009")
    table = tables.activator
    async with service.write() as session:
        of = update(table).where(table.c.id == leaver.id)
        await session.execute(of.values(state=state, email="gone@example.org"))

    told = await report(service, key, entries(9), full=True)

    async with service.database.read() as session:
        row = (await session.execute(select(table).where(table.c.id == leaver.id))).one()
    steps = 0 if state is WITHDRAWN else 1
    assert (row.state, row.version) == (WITHDRAWN, leaver.version + 1)
    assert gone(told) == (1, 1, steps)
    assert await mailed(service) == ["gone@example.org"] * steps


@pytest.mark.parametrize(
    "other",
    [
        {"network_code": "cma", "external_id": "M-1"},
        {"network_code": "cci", "external_id": "own", "source": EnrolmentSource.REGISTRATION},
    ],
    ids=["another network", "its own registration"],
)
async def test_whom_something_else_enrols_stays_a_member(
    service: Service, key: str, other: dict[str, Any]
) -> None:
    stays = await person(service, "A-0009")
    async with service.write() as session:
        await session.execute(insert(tables.enrolment).values(activator_id=stays.id, **other))

    told = await report(service, key, entries(9), full=True)

    row = await person(service, other["external_id"], other["network_code"])
    assert gone(told) == (1, 1, 0)
    assert (row.id, row.state, row.version) == (stays.id, ACTIVE, stays.version + 1)
    assert ("enrolment", "cci", "A-0009") not in [
        one[:3] for one in await rows_of(service.database, "enrolment")
    ]
    assert await mailed(service) == []


async def test_a_whole_roster_goes_in_by_parts_and_again_changes_nothing(
    service: Service, key: str
) -> None:
    everyone = entries(25)
    parts = [everyone[:10], everyone[10:20], everyone[20:]]
    keep = [one["externalId"] for one in everyone[:20]]

    async def send() -> list[Any]:
        first, second = [await report(service, key, part) for part in parts[:2]]
        return [first, second, await report(service, key, parts[2], keep=keep, full=True)]

    first = await send()
    before = await rows_of(service.database, *WRITTEN)
    second = await send()

    assert [counts(one) for one in first] == [(0, 0, 10, 0), (10, 0, 0, 0), (5, 0, 0, 0)]
    assert [counts(one) for one in second] == [(0, 0, 10, 0), (0, 0, 10, 0), (0, 0, 5, 0)]
    assert [gone(one) for one in second] == [(15, 0, 0), (15, 0, 0), (0, 0, 0)]
    assert await rows_of(service.database, *WRITTEN) == before


async def test_an_entry_that_is_rejected_still_names_its_activator(
    service: Service, key: str
) -> None:
    sent = [*entries(9), entry(externalId=" A-0009", phone="12")]

    told = await report(service, key, sent, full=True)

    assert (counts(told), gone(told)) == ((0, 0, 9, 1), (0, 0, 0))
    assert (await person(service, "A-0009")).state is ACTIVE


async def test_who_comes_back_is_a_new_activator_since_a_withdrawal_is_final(
    service: Service, key: str
) -> None:
    before = await person(service, "A-0009")
    await report(service, key, entries(9), full=True)

    told = await report(service, key, entries(10), full=True)

    after = await person(service, "A-0009")
    assert (counts(told), gone(told)) == ((1, 0, 9, 0), (0, 0, 0))
    assert (after.state, after.id != before.id) == (ACTIVE, True)


async def test_an_empty_roster_takes_nobody_away_unless_somebody_insists(
    service: Service, key: str
) -> None:
    refused = await sync(service, key, [], full=True)
    forced = await report(service, key, [], full=True, force=True)
    again = await report(service, key, [], full=True)

    assert [one["code"] for one in refused["userErrors"]] == ["CONFLICT"]
    assert (gone(forced), gone(again)) == ((10, 10, 10), (0, 0, 0))


async def test_of_whole_rosters_at_once_one_takes_away(service: Service, key: str) -> None:
    told = await asyncio.gather(
        *(report(service, key, entries(8), full=True) for _ in range(3)),
    )

    assert sorted(gone(one) for one in told) == [(0, 0, 0), (0, 0, 0), (2, 2, 2)]
    assert await shown(service) == 8
