"""What identifies a company is erased some time after its request was closed; figures stay."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.dialects import sqlite

from models import tables
from models.accounts import Role
from models.request_steps import CLOSED, OPEN, RequestState
from resolvers.contact import erasing
from resolvers.contact.erasing import EMPTIED, months_before, requests_over
from resolvers.erasing import erase_activator
from resolvers.policy import Policy
from resolvers.purge import COMPANIES, purge
from tests.contact import COMPANY, WORDS, Asked, add_exchange, add_request
from tests.people import add_account, add_activator
from tests.service import NOW, Service

READ = """query ($id: ID, $token: String) { contactRequest(id: $id, token: $token) {
  state need company { name } history { step } } }"""
LONG_AGO = datetime(2024, 11, 24, 9, 30, tzinfo=UTC)
"""Twenty-four months before `NOW`."""
LATER = LONG_AGO.replace(minute=31)


@pytest.fixture
async def service(shared_service: Service) -> Service:
    """One application for all of these, in which nothing is over yet."""
    await purge(shared_service.platform)
    return shared_service


async def add_whole(service: Service, *, at: datetime = LONG_AGO, **values: Any) -> Asked:
    """Add a request of some time ago, with all that may follow it."""
    async with service.write() as session:
        activator_id = await add_activator(session)
        account_id = await add_account(session)
    known = {
        **dict.fromkeys(("text_hash", "asked_hash"), "0" * 64),
        "idempotency_hash": f"{account_id}",
        "account_id": account_id,
        "created_at": LONG_AGO,
    }
    asked = await add_request(service, activator_id, **{**known, **values})
    await add_exchange(service, asked.id)
    step = tables.contact_request_step
    async with service.write() as session:
        own = update(step).where(step.c.request_id == asked.id)
        await session.execute(own.values(at=at, account_id=account_id))
    return asked


async def row_of(service: Service, table: str, asked: Asked) -> list[Any]:
    """Read what stands in a table of a request."""
    known = tables.metadata.tables[table]
    key = known.c.id if table == "contact_request" else known.c.request_id
    async with service.database.read() as session:
        return list((await session.execute(select(known).where(key == asked.id))).all())


async def test_who_asked_and_every_word_goes_and_the_figures_stay(service: Service) -> None:
    asked = await add_whole(service, state=RequestState.COMPLETED, closed_at=LONG_AGO)
    (before,) = await row_of(service, "contact_request", asked)

    counts = await purge(service.platform)

    assert counts[COMPANIES] == 1
    (after,) = await row_of(service, "contact_request", asked)
    changed = {name for name, value in after._asdict().items() if value != getattr(before, name)}
    assert changed == {*EMPTIED, "purged_at", "version"}
    assert [getattr(after, name) for name in EMPTIED] == [None] * len(EMPTIED)
    assert await row_of(service, "contact_message", asked) == []
    assert await row_of(service, "contact_request_link", asked) == []
    (diagnosis,), (engagement,) = [
        await row_of(service, table, asked) for table in ("diagnosis", "engagement")
    ]
    assert (diagnosis.sealed, engagement.sealed) == (None, None)
    assert engagement.kind.value == "ADVICE"
    (step,) = await row_of(service, "contact_request_step", asked)
    assert (step.step.value, step.account_id) == ("ASK", None)


@pytest.mark.parametrize("state", sorted(CLOSED, key=str), ids=lambda one: one.value)
async def test_closed_ones_are_kept_until_their_time_is_over(
    service: Service, state: RequestState
) -> None:
    over = await add_whole(service, state=state, closed_at=LONG_AGO, at=LATER)
    kept = await add_whole(service, state=state, closed_at=LATER)

    await purge(service.platform)

    assert [await is_erased(service, one) for one in (over, kept)] == [True, False]


@pytest.mark.parametrize("state", sorted(OPEN, key=str), ids=lambda one: one.value)
async def test_open_ones_are_kept_while_something_is_done_with_them(
    service: Service, state: RequestState
) -> None:
    forgotten = await add_whole(service, state=state, at=LONG_AGO)
    active = await add_whole(service, state=state, at=LATER)
    new = await add_whole(service, state=state, created_at=LATER)

    await purge(service.platform)

    erased = [await is_erased(service, one) for one in (forgotten, active, new)]
    assert erased == [True, False, False]


async def is_erased(service: Service, asked: Asked) -> bool:
    """Say whether who asked is gone."""
    (row,) = await row_of(service, "contact_request", asked)
    assert (row.purged_at is None) == (row.sealed is not None)
    return row.purged_at is not None


async def test_nobody_reads_and_nobody_steps_after(service: Service) -> None:
    asked = await add_whole(service, state=RequestState.DECLINED, closed_at=LONG_AGO)
    (row,) = await row_of(service, "contact_request", asked)
    async with service.write() as session:
        who = [
            await add_account(session, Role.ACTIVATOR, activator_id=row.activator_id),
            await add_account(session, Role.ADMINISTRATOR),
        ]
    await purge(service.platform)

    assert (await service.data(READ, {"token": asked.token}))["contactRequest"] is None
    company = service.token(row.account_id)
    assert (await service.data(READ, {"id": asked.node}, token=company))["contactRequest"] is None
    for account_id in who:
        seen = await service.data(READ, {"id": asked.node}, token=service.token(account_id))
        assert seen["contactRequest"] == {
            "state": "DECLINED",
            "need": None,
            "company": None,
            "history": [{"step": "ASK"}],
        }


async def test_many_go_in_chunks_and_a_second_purge_has_nothing_to_do(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "CHUNK", 2)
    for _ in range(5):
        await add_whole(service, state=RequestState.CANCELLED, closed_at=LONG_AGO)

    counts = [(await purge(service.platform))[COMPANIES] for _ in range(2)]

    assert counts == [5, 0]


async def test_who_follows_a_request_is_told_that_it_changed(service: Service) -> None:
    asked = await add_whole(service, state=RequestState.CANCELLED, closed_at=LONG_AGO)
    change = tables.change.c
    told = select(func.count()).where(change.subject_id == asked.id)
    async with service.database.read() as session:
        before = (await session.execute(told)).scalar_one()

    await purge(service.platform)

    async with service.database.read() as session:
        assert (await session.execute(told)).scalar_one() == before + 1


async def test_an_account_that_goes_leaves_its_requests_to_the_private_link(
    service: Service,
) -> None:
    asked = await add_whole(service, created_at=NOW, at=NOW)
    (row,) = await row_of(service, "contact_request", asked)
    account = tables.account
    query = select(account.c.email).where(account.c.id == row.account_id)
    async with service.database.read() as session:
        email = (await session.execute(query)).scalar_one()
    end = "mutation ($e: String!) { deleteMyAccount(input: {confirm: $e}) { userErrors { code } } }"

    await service.data(end, {"e": email}, token=service.token(row.account_id))

    (after,) = await row_of(service, "contact_request", asked)
    (step,) = await row_of(service, "contact_request_step", asked)
    assert (after.account_id, step.account_id) == (None, None)
    read = (await service.data(READ, {"token": asked.token}))["contactRequest"]
    assert (read["need"], read["company"]) == (COMPANY["need"], {"name": COMPANY["company"]})


async def test_what_an_activator_wrote_stays_the_company_s_when_it_is_erased(
    service: Service,
) -> None:
    asked = await add_whole(service, created_at=NOW, at=NOW)
    (row,) = await row_of(service, "contact_request", asked)
    async with service.write() as session:
        await erase_activator(session, row.activator_id, NOW)

    read = "query ($token: String) { contactRequest(token: $token) { need activator { id } } }"
    found = (await service.data(read, {"token": asked.token}))["contactRequest"]

    messages = await row_of(service, "contact_message", asked)
    texts = [service.platform.sealer.open(one.sealed)["text"] for one in messages]
    assert sorted(texts) == sorted([WORDS["COMPANY"], WORDS["ACTIVATOR"]])
    assert found["need"] == COMPANY["need"]


def test_they_are_looked_for_by_an_index(sqlite_template: Path) -> None:
    query = select(tables.contact_request.c.id).where(requests_over(Policy(), NOW))
    text = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})

    with closing(sqlite3.connect(sqlite_template)) as connection:
        plan = str(connection.execute(f"EXPLAIN QUERY PLAN {text}").fetchall())

    assert "SCAN contact_request" not in plan
    assert "ix_contact_request_closed_at" in plan


@given(st.integers(min_value=0, max_value=4 * 10**9))
def test_a_month_before_is_in_the_month_before(second: int) -> None:
    moment = datetime.fromtimestamp(second, UTC)

    before = months_before(moment, 1)

    assert (before.year * 12 + before.month) == (moment.year * 12 + moment.month) - 1
    assert before.day == moment.day or before.day >= 28
    assert before.time() == moment.time()


def test_months_are_those_of_the_calendar() -> None:
    assert months_before(NOW, 24) == LONG_AGO
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    assert months_before(leap, 24) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2026, 3, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 5, tzinfo=UTC), 1) == datetime(2025, 12, 5, tzinfo=UTC)
