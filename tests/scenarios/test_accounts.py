"""Accounts are made by an operator: each role once, however many calls meet."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import String, cast, insert, select
from sqlalchemy.exc import IntegrityError

from models import tables
from models.accounts import Role
from models.base import new_id
from models.database import Database
from resolvers.account_actions import create_account
from resolvers.audit import Audit
from tests.people import add_account, add_activator, add_structure, count, siret

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)


async def test_of_calls_at_once_one_makes_the_account_and_gives_the_role(
    database: Database,
) -> None:
    async def give() -> bool:
        return await create_account(database, email="Ada@example.org", role=Role.MODERATOR, now=NOW)

    given = await asyncio.gather(*(give() for _ in range(4)))

    assert sorted(given) == [False, False, False, True]
    assert await count(database, tables.account) == 1
    assert await count(database, tables.account_role) == 1


async def test_a_role_that_an_operator_gives_is_in_the_audit_once(database: Database) -> None:
    for _ in range(2):
        await create_account(
            database,
            email="ada@example.org",
            role=Role.NETWORK_MANAGER,
            network="cci",
            now=NOW,
            audit=Audit("a secret of the tests, long enough"),
        )

    entry, account = tables.audit_entry, tables.account
    known = select(account.c.id).where(account.c.email == "ada@example.org").scalar_subquery()
    query = select(entry.c.client, entry.c.before, entry.c.after).where(
        entry.c.action == "account.add_role", entry.c.subject_id == cast(known, String)
    )
    async with database.read() as session:
        (told,) = await session.execute(query)
    assert tuple(told) == ("service", {}, {"role": "network-manager", "network_code": "cci"})


async def test_a_structure_is_named_by_its_siret_spaced_or_not(database: Database) -> None:
    written = siret(1)
    spaced = " ".join((written[:3], written[3:6], written[6:9], written[9:]))
    async with database.write() as session:
        structure = await add_structure(session, siret=written)

    for number, text in enumerate((spaced, written)):
        await create_account(
            database,
            email=f"{number}@example.org",
            role=Role.STRUCTURE_MANAGER,
            now=NOW,
            structure=text,
        )

    async with database.read() as session:
        found = await session.execute(select(tables.account_role.c.structure_id))
        assert [*found.scalars()] == [structure, structure]


@pytest.mark.parametrize(
    ("role", "about"),
    [
        (Role.MODERATOR, {}),
        (Role.INSTITUTION, {}),
        (Role.INSTITUTION, {"region_code": "REG-84"}),
        (Role.NETWORK_MANAGER, {"network_code": "cci"}),
        (Role.STRUCTURE_MANAGER, {"structure_id": 0}),
        (Role.ACTIVATOR, {"activator_id": 0}),
    ],
)
async def test_the_database_holds_no_role_of_an_account_twice(
    database: Database, role: Role, about: dict[str, Any]
) -> None:
    async with database.write() as session:
        person = await add_activator(session)
        structure = (await session.execute(select(tables.activator.c.structure_id))).scalar_one()
        there = {"activator_id": person, "structure_id": structure}
        about = {name: there.get(name, value) for name, value in about.items()}
        one, other = await add_account(session, role, **about), await add_account(session)

    async def give(account_id: int) -> None:
        values = {"id": new_id(), "account_id": account_id, "role": role, **about}
        async with database.write() as session:
            await session.execute(insert(tables.account_role).values(values))

    await give(other)
    with pytest.raises(IntegrityError):
        await give(one)
    assert await count(database, tables.account_role) == 2
