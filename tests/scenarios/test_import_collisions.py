"""An import meets another writer: it does its batch anew, and only for that reason."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

import models.database
from models import tables
from models.base import new_id
from models.database import Database
from resolvers.imports import ATTEMPTS, in_one_transaction
from tests.databases import postgres_copy, sqlite_copy
from tests.people import count, siret
from tests.postgres import PostgresServer

STRUCTURE = {"siret": siret(1), "name": "Une", "postal_code": "01100", "city": "Oyonnax"}


@pytest.fixture
async def shared(postgres: PostgresServer, postgresql_template: str) -> AsyncIterator[Database]:
    """A database where two can write at once, which SQLite never lets them."""
    async with postgres_copy(postgres, postgresql_template) as database:
        yield database


async def found_structure(session: AsyncSession) -> None:
    """Add the structure."""
    await session.execute(insert(tables.structure).values(id=new_id(), **STRUCTURE))


async def test_a_batch_that_another_writer_forestalled_is_done_anew(shared: Database) -> None:
    seen = []

    async def work(session: AsyncSession) -> bool:
        there = (await session.execute(select(tables.structure.c.id))).first() is not None
        seen.append(there)
        if not there:
            async with shared.write() as other:
                await found_structure(other)
            await found_structure(session)
        return there

    assert await in_one_transaction(shared, work)
    assert seen == [False, True]
    assert await count(shared, tables.structure) == 1


async def test_a_collision_that_does_not_pass_is_told_in_the_end(shared: Database) -> None:
    tries = []

    async def work(session: AsyncSession) -> None:
        tries.append(1)
        await found_structure(session)
        await found_structure(session)

    with pytest.raises(DBAPIError):
        await in_one_transaction(shared, work)
    assert len(tries) == ATTEMPTS
    assert await count(shared, tables.structure) == 0


async def test_a_database_that_is_locked_for_longer_than_one_wait_is_waited_for(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_little = [text.replace("10000", "50") for text in models.database.SQLITE_PRAGMAS]
    monkeypatch.setattr(models.database, "SQLITE_PRAGMAS", waits_little)
    async with sqlite_copy(sqlite_template, tmp_path) as database:
        with closing(sqlite3.connect(str(database.url.database))) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(in_one_transaction(database, found_structure))
            await asyncio.sleep(0.15)
            other.execute("COMMIT")
            await waiting
            assert await count(database, tables.structure) == 1

            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DBAPIError, match="database is locked"):
                await in_one_transaction(database, found_structure)


async def test_any_other_error_is_told_at_once(database: Database) -> None:
    tries = []

    async def work(session: AsyncSession) -> None:
        tries.append(1)
        await session.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(DBAPIError):
        await in_one_transaction(database, work)
    assert len(tries) == 1
