"""A worker follows the others whatever becomes of its connections to PostgreSQL."""

import asyncio
from typing import Any

import asyncpg
import pytest

import resolvers.directory.changes
from models.database import Database
from resolvers.directory.follower import Follower
from resolvers.directory.listener import Listener
from tests.people import add_activator
from tests.proxy import relayed
from tests.service import Service, running
from tests.waiting import until

pytestmark = pytest.mark.parametrize("little", ["postgresql"], indirect=True)

LISTENING = (
    "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    " AND pid <> pg_backend_pid()"
)


async def directly(database: Database, query: str) -> Any:
    """Ask PostgreSQL on a connection of the test's own."""
    connection = await database.connect_apart()
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def is_followed(service: Service, database: Database) -> None:
    """Add an activator elsewhere, and wait until the worker knows it."""
    async with database.write() as session:
        one = await add_activator(session)
    await until(lambda: service.directory.snapshot.locate(one) is not None)


async def test_it_follows_when_it_cannot_listen(little: Database) -> None:
    async with relayed(little) as (relay, database), running(database) as service:
        relay.refuses = True
        await directly(little, f"SELECT pg_terminate_backend(pid) {LISTENING}")

        for _ in range(2):
            await is_followed(service, little)

        assert await directly(little, f"SELECT count(*) {LISTENING}") == 0


async def test_it_follows_when_its_connections_have_died_without_a_word(
    little: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolvers.directory.changes, "READ_WITHIN", 0.3)
    async with relayed(little) as (relay, database), running(database, database_pool=1) as service:
        await is_followed(service, little)

        relay.fall_silent()

        await is_followed(service, little)


@pytest.mark.parametrize("name", ["ssl", "sslmode"])
async def test_it_listens_when_the_address_says_how_to_encrypt(little: Database, name: str) -> None:
    plain = little.url.update_query_dict({name: "prefer"}).set(drivername="postgresql")
    database = Database(plain.render_as_string(hide_password=False))

    async with running(database) as service:
        await is_followed(service, little)

        assert await directly(little, f"SELECT count(*) {LISTENING}") == 1


async def test_a_statement_of_a_worker_has_its_time(little: Database) -> None:
    database = Database(little.url.render_as_string(hide_password=False), statement_within=0.1)
    connection = await database.connect_apart()
    try:
        with pytest.raises(TimeoutError):
            await connection.execute("SELECT pg_sleep(5)")
    finally:
        await connection.close()


async def test_postgresql_gives_a_client_that_is_gone_up(little: Database) -> None:
    assert await directly(little, "SHOW tcp_keepalives_idle") in {"60", "0"}  # 0: a local socket


async def test_a_client_that_may_not_connect_is_told(little: Database) -> None:
    url = little.url.set(database="no_such_database")
    database = Database(url.render_as_string(hide_password=False))

    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await database.connect_apart()


async def test_it_stops_when_told_while_a_listening_connection_takes_long_to_close(
    little: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def listen(_listener: Listener) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.3)

    async def fail() -> None:
        await asyncio.sleep(0.01)
        raise OSError("gone")

    async with running(little) as service:
        monkeypatch.setattr(Listener, "_run", listen)
        monkeypatch.setattr(service.directory, "catch_up", fail)
        follower = Follower(service.database, service.directory)
        follower.start()
        await asyncio.sleep(0.1)  # it failed, and waits for the connection to close

        async with asyncio.timeout(5):
            await follower.stop()
