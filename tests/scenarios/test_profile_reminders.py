"""Profiles that nobody confirms: who is told, when they leave the directory, and who is spared."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import typer
from sqlalchemy import insert, select, update

from models import tables
from models.accounts import Language, Role
from models.activators import ActivatorState
from models.base import new_id
from resolvers.jobs.walks import CHUNK
from resolvers.profile_reminders import PROFILE_REMINDERS
from schema.nodes import global_id
from server import read_settings
from tests.people import add_account, add_activator
from tests.service import NOW, Service

REMINDED = "Votre page est-elle toujours à jour ?"
NOTICED = "Votre page quittera l'annuaire le "
LAPSED = "Votre page n'est plus visible dans l'annuaire"
CONFIRM = "mutation ($id: ID!) { confirmProfile(input: {id: $id}) { userErrors { code } } }"
SEEN = """query ($id: ID!, $text: String!) {
  activator(id: $id) { id }
  node(id: $id) { id }
  activators(filter: {text: $text}) { totalCount }
}"""


async def add(service: Service, *, days: float, **values: Any) -> int:
    """Add somebody who confirmed its profile so many days ago."""
    row = {"family_name": "Introuvable", "email": "zoe@example.org", **values}
    async with service.write() as session:
        confirmed_at = service.clock() - timedelta(days=days)
        return await add_activator(session, **{"confirmed_at": confirmed_at, **row})


async def pass_days(service: Service, days: int) -> list[str]:
    """Let days pass, each with its jobs; give the subjects of the mails that were sent."""
    before = len(service.mails())
    for _ in range(days):
        service.clock.advance(days=1)
        await service.begin_day()
        await service.work()
    return subjects(service)[before:]


def subjects(service: Service) -> list[str]:
    """Give the subjects of all mails, the first one first."""
    mails = sorted(service.mails(), key=lambda mail: mail["Date"].datetime)
    return [str(mail["Subject"]) for mail in mails]


async def row_of(service: Service, number: int) -> Any:
    """Read its row."""
    query = select(tables.activator).where(tables.activator.c.id == number)
    async with service.database.read() as session:
        return (await session.execute(query)).one()


async def is_seen(service: Service, number: int, token: str | None = None) -> bool:
    """Say whether it shows, which it does in every way or in none."""
    variables = {"id": global_id("Activator", number), "text": "Introuvable"}
    found: Any = await service.data(SEEN, variables, token=token)
    ways = {
        found["activator"] is not None,
        found["node"] is not None,
        found["activators"]["totalCount"] == 1,
    }
    assert len(ways) == 1
    return True in ways


async def test_a_profile_is_reminded_of_noticed_and_leaves_until_it_is_confirmed(
    service: Service,
) -> None:
    number = await add(service, days=0)
    async with service.write() as session:
        account = await add_account(session, Role.ACTIVATOR, activator_id=number)

    begun = service.clock.now
    seen: dict[int, list[str]] = {}
    for day in (182, 183, 212, 213, 242, 243, 300):
        service.clock.now = begun + timedelta(days=day - 1)
        seen[day] = await pass_days(service, 1)
        if day == 242:
            assert await is_seen(service, number)

    leaves = (begun + timedelta(days=243)).strftime("%d/%m/%Y")
    told = {183: [REMINDED], 213: [NOTICED + leaves], 243: [LAPSED]}
    assert seen == {day: told.get(day, []) for day in seen}
    token = service.token(account)
    assert not await is_seen(service, number)
    assert await is_seen(service, number, token)
    assert (await row_of(service, number)).version == 2

    await service.data(CONFIRM, {"id": global_id("Activator", number)}, token=token)
    assert await is_seen(service, number)
    service.clock.advance(days=181)
    assert await pass_days(service, 1) == []
    assert await pass_days(service, 1) == [REMINDED]


async def test_its_mails_say_the_day_and_nothing_of_the_page(service: Service) -> None:
    await add(service, days=183, headline="Secret", given_name="Zoé")

    await pass_days(service, 1)
    (mail,) = service.mails()

    whole = "".join(part.get_content() for part in mail.iter_parts())
    assert mail["To"] == "zoe@example.org"
    assert "Bonjour Zoé," in whole
    assert (service.clock() + timedelta(days=60)).strftime("%d/%m/%Y") in whole
    for word in ("Secret", "Introuvable", "3319"):
        assert word not in whole + mail.as_string()


async def test_an_account_of_the_same_address_says_the_language(service: Service) -> None:
    await add(service, days=183)
    values = {"email": "zoe@example.org", "language": Language.EN, "created_at": NOW}
    async with service.write() as session:
        await session.execute(insert(tables.account).values(id=new_id(), **values))

    assert await pass_days(service, 1) == ["Is your page still up to date?"]


async def test_after_a_year_without_the_service_the_steps_begin_with_the_first(
    service: Service,
) -> None:
    number = await add(service, days=700)

    first = await pass_days(service, 1) + await pass_days(service, 1)
    service.clock.advance(days=28)
    second = await pass_days(service, 1)
    service.clock.advance(days=28)
    third = await pass_days(service, 1)
    spared = await is_seen(service, number)
    last = await pass_days(service, 1)

    assert first == [REMINDED]
    assert [one.startswith(NOTICED) for one in second] == [True]
    assert (third, spared, last) == ([], True, [LAPSED])


async def test_a_day_begun_twice_tells_nobody_twice(service: Service) -> None:
    await add(service, days=183)
    await pass_days(service, 1)

    for _ in range(2):
        async with service.write() as session:
            table = tables.job
            again = update(table).where(table.c.kind == "profile_reminders")
            await session.execute(again.values(state="WAITING", run_at=service.clock()))
        await service.work()

    assert subjects(service) == [REMINDED]


async def test_who_is_no_member_has_left_or_cannot_be_told_is_left_alone(
    service: Service,
) -> None:
    others: list[dict[str, Any]] = [
        {"state": ActivatorState.PENDING},
        {"state": ActivatorState.SUSPENDED},
        {"state": ActivatorState.WITHDRAWN, "state_changed_at": NOW + timedelta(days=300)},
        {"left_at": NOW},
        {"email": None},
        {"confirmed_at": None},
    ]
    numbers = [await add(service, days=300, **values) for values in others]

    for _ in range(3):
        service.clock.advance(days=60)
        assert await pass_days(service, 1) == []

    assert {(await row_of(service, one)).lapsed_at for one in numbers} == {None}


async def test_who_never_confirmed_is_reminded_after_it_became_a_member(service: Service) -> None:
    await add(service, days=0, confirmed_at=None, state_changed_at=NOW - timedelta(days=182))

    assert await pass_days(service, 1) == [REMINDED]


async def test_a_letter_that_waits_is_not_sent_once_it_is_untrue(service: Service) -> None:
    number = await add(service, days=183)
    service.clock.advance(days=1)
    await service.begin_day()
    table = tables.activator
    async with service.write() as session:
        confirmed = update(table).values(confirmed_at=service.clock() + timedelta(minutes=1))
        await session.execute(
            insert(tables.job).values(
                id=new_id(),
                kind="profile_letter",
                payload={
                    "letter": "profile_notice",
                    "activator_id": number,
                    "day": "2027-01-01",
                },
                state="WAITING",
                created_at=service.clock(),
                run_at=service.clock(),
                attempts=0,
            )
        )
        await session.execute(confirmed.where(table.c.id == number))
    await service.work()

    assert service.mails() == []


async def test_many_lapse_in_one_night_each_told_and_in_the_audit(service: Service) -> None:
    past = NOW - timedelta(days=40)
    many = CHUNK + 1
    async with service.write() as session:
        for _ in range(many):
            await add_activator(
                session,
                confirmed_at=NOW - timedelta(days=400),
                reminded_at=past,
                noticed_at=past,
                expertise=[],
            )

    await service.begin_day()
    await asyncio.wait_for(service.work(), timeout=100)

    async with service.database.read() as session:
        table, entry = tables.activator, tables.audit_entry
        lapsed = (await session.execute(select(table.c.lapsed_at, table.c.version))).all()
        told = select(entry.c.client).where(entry.c.action == "activator.lapse")
        clients = (await session.execute(told)).scalars().all()
        job = tables.job
        nights = select(job.c.dedupe_key).where(job.c.kind == PROFILE_REMINDERS)
        keys = (await session.execute(nights)).scalars().all()
    assert {tuple(row) for row in lapsed} == {(NOW, 2)}
    assert clients == ["service"] * many
    assert len(keys) == len({*keys}) == 2, "a job for the first, and one for those after them"
    assert subjects(service) == [LAPSED] * many


@pytest.mark.parametrize("days", [(10, 10, 20), (20, 10, 30), (10, 30, 30)])
def test_an_order_in_which_nobody_is_told_in_time_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], days: tuple[int, int, int]
) -> None:
    for name, count in zip(("REMINDER", "NOTICE", "LAPSE"), days, strict=True):
        monkeypatch.setenv(f"MAILLAGE_PROFILE_{name}_DAYS", str(count))

    with pytest.raises(typer.Exit):
        read_settings()

    assert capsys.readouterr().err == (
        "MAILLAGE_PROFILE_REMINDER_DAYS must be less than MAILLAGE_PROFILE_NOTICE_DAYS, and that "
        f"less than MAILLAGE_PROFILE_LAPSE_DAYS: they are {days[0]}, {days[1]} and {days[2]}.\n"
    )
