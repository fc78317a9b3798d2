"""An activator whom a network declared signs in for the first time, and is itself."""

import asyncio
import itertools
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.dialects import sqlite

from models import tables
from models.accounts import Role
from models.activators import ActivatorState, EnrolmentSource
from resolvers.claiming import declared_at
from schema.nodes import global_id
from tests.people import add_account, add_activator, count
from tests.rules.world import rows_of
from tests.scenarios.test_sign_in import ASK, SENT, SIGN_IN, mails_to, text_of
from tests.service import Service

MINE = """query ($id: ID!) {
  viewer { email isMember }
  activator(id: $id) { viewerMay { edit commit } }
}"""
_numbers = itertools.count(1)


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with an address of its own."""
    shared_service.clock.advance(minutes=1)
    return shared_service


def address() -> str:
    """Invent an address that nobody has."""
    return f"declaree.{next(_numbers)}@example.org"


async def declared(service: Service, email: str, **values: Any) -> int:
    """Have a network declare an activator."""
    async with service.write() as session:
        return await add_activator(session, **{"networks": ["cci"], "email": email, **values})


async def sign_in(service: Service, email: str) -> str | None:
    """Ask for a link and open it; give a token, None where none came."""
    service.clock.advance(minutes=1)
    before = {mail["Message-ID"] for mail in service.mails()}
    assert await service.data(ASK, {"email": email}) == SENT
    await service.work()
    new = [mail for mail in mails_to(service, email) if mail["Message-ID"] not in before]
    if not new:
        return None
    (token,) = set(re.findall(r"#token=([\w-]+)", text_of(new[0])))
    answer = (await service.data(SIGN_IN, {"token": token}))["signIn"]
    assert answer["userErrors"] == []
    return str(answer["accessToken"])


async def is_own(service: Service, number: int, token: str | None) -> bool:
    """Say whether an activator is the one who asks."""
    found = await service.data(MINE, {"id": global_id("Activator", number)}, token=token)
    return bool(found["activator"] and found["activator"]["viewerMay"]["commit"])


def test_an_address_is_not_looked_for_through_the_whole_directory(sqlite_template: Path) -> None:
    query = declared_at("zoe@example.org").compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    with closing(sqlite3.connect(sqlite_template)) as connection:
        steps = connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()

    assert not [step[-1] for step in steps if "SCAN" in step[-1]]


@pytest.mark.parametrize("state", [ActivatorState.ACTIVE, ActivatorState.PENDING])
async def test_a_declared_activator_comes_in_by_its_address(
    service: Service, state: ActivatorState
) -> None:
    email = address()
    number = await declared(service, email, state=state)

    token = await sign_in(service, email)

    found = await service.data(MINE, {"id": global_id("Activator", number)}, token=token)
    member = state is ActivatorState.ACTIVE
    assert found == {
        "viewer": {"email": email, "isMember": member},
        "activator": {"viewerMay": {"edit": True, "commit": True}},
    }


async def test_all_that_are_declared_under_an_address_are_claimed_at_once_and_later(
    service: Service,
) -> None:
    email = address()
    first = [await declared(service, email), await declared(service, email)]
    token = await sign_in(service, email)
    later = await declared(service, email)

    assert [await is_own(service, one, token) for one in [*first, later]] == [True, True, False]
    token = await sign_in(service, email)

    assert [await is_own(service, one, token) for one in [*first, later]] == [True] * 3


async def test_an_account_that_was_there_claims_too(service: Service) -> None:
    async with service.write() as session:
        account = await add_account(session, Role.MODERATOR)
        query = select(tables.account.c.email).where(tables.account.c.id == account)
        email = (await session.execute(query)).scalar_one()
    number = await declared(service, email)

    assert await is_own(service, number, await sign_in(service, email))


@pytest.mark.parametrize(
    "why", ["withdrawn", "erased", "another's", "edited here", "registered", "in no network"]
)
async def test_what_is_not_declared_under_it_gives_an_address_nothing(
    service: Service, why: str
) -> None:
    email = address()
    values: dict[str, dict[str, Any]] = {
        "withdrawn": {"state": ActivatorState.WITHDRAWN},
        "erased": {"state": ActivatorState.WITHDRAWN, "erased_at": service.clock()},
        "edited here": {"edited": {"email": 2}},
        "in no network": {"networks": []},
    }
    number = await declared(service, email, **values.get(why, {}))
    async with service.write() as session:
        enrolment = tables.enrolment
        if why == "another's":
            await add_account(session, Role.ACTIVATOR, activator_id=number)
        if why == "registered":
            changed = update(enrolment).where(enrolment.c.activator_id == number)
            await session.execute(changed.values(source=EnrolmentSource.REGISTRATION))
    before = await rows_of(service.database, tables.account, tables.account_role)

    assert await sign_in(service, email) is None

    assert await rows_of(service.database, tables.account, tables.account_role) == before


async def test_two_links_at_once_make_one_account(service: Service) -> None:
    email = address()
    number = await declared(service, email)
    before = await count(service.database, tables.account)
    for _ in range(2):
        await service.data(ASK, {"email": email})
        service.clock.advance(minutes=1)

    await asyncio.gather(service.work(), service.work())

    role = tables.account_role
    async with service.database.read() as session:
        query = select(role.c.id).where(role.c.activator_id == number)
        held = (await session.execute(query)).all()
    assert len(held) == 1
    assert await count(service.database, tables.account) == before + 1
    assert len(mails_to(service, email)) == 2


async def test_a_claim_is_in_the_audit_by_number_alone(service: Service) -> None:
    email = address()
    number = await declared(service, email)

    await sign_in(service, email)

    entry = tables.audit_entry
    query = select(entry).where(entry.c.action == "account.claim").order_by(entry.c.sequence.desc())
    async with service.database.read() as session:
        last = (await session.execute(query)).first()
    assert last is not None
    assert (last.subject, last.client) == ("Account", "service")
    assert last.after == {"activators": [str(number)]}


async def test_to_ask_for_a_link_makes_no_account_before_its_job(service: Service) -> None:
    email = address()
    await declared(service, email)
    before = await rows_of(service.database, tables.account, tables.account_role)

    answers = [await service.data(ASK, {"email": one}) for one in (email, address())]

    assert answers == [SENT, SENT]
    assert await rows_of(service.database, tables.account, tables.account_role) == before
