"""Workers side by side on one database: what one of them writes, all of them show."""

import asyncio
import logging
import os
import signal
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.database import Database
from resolvers.tokens import Tokens
from schema.nodes import global_id
from tests.conftest import BACKENDS
from tests.databases import postgres_copy, sqlite_copy
from tests.live_server import LiveServer, serving
from tests.people import add_account, add_activator
from tests.service import SECRET

log = logging.getLogger(__name__)

CHANGE = """mutation ($id: ID!, $state: ActivatorState!) {
    changeActivatorState(input: { id: $id, state: $state, reason: "Parce que." }) {
        userErrors { message }
    }
}"""
LOOK = "query ($id: ID!) { activator(id: $id) { id } activators(first: 1) { totalCount } }"
WITHIN = 0.250
"""Seconds in which every worker shows a change."""


@dataclass
class Workers:
    """Two servers of one worker each, and the database that they share."""

    servers: list[LiveServer]
    clients: list[httpx.AsyncClient]
    database: Database
    token: str

    async def change(self, worker: int, activator_id: int, state: str = "WITHDRAWN") -> Any:
        response = await self.clients[worker].post(
            "/graphql",
            json={
                "query": CHANGE,
                "variables": {"id": global_id("Activator", activator_id), "state": state},
            },
            headers={"Authorization": f"Bearer {self.token}"},
        )
        return response.json()

    async def look(self, worker: int, activator_id: int) -> tuple[bool, int]:
        """Say whether a visitor finds an activator, and how many there are."""
        variables = {"id": global_id("Activator", activator_id)}
        response = await self.clients[worker].post(
            "/graphql", json={"query": LOOK, "variables": variables}
        )
        found = response.json()["data"]
        return found["activator"] is not None, found["activators"]["totalCount"]

    async def until_gone(self, worker: int, activator_id: int) -> None:
        async with asyncio.timeout(5):
            while (await self.look(worker, activator_id))[0]:
                pass

    async def add(self, number: int) -> list[int]:
        """Add activators, and wait until both workers show them."""
        async with self.database.write() as session:
            added = [await add_activator(session) for _ in range(number)]
        for worker in range(2):
            async with asyncio.timeout(5):
                while not (await self.look(worker, added[-1]))[0]:
                    pass
        return added

    async def states(self, ids: list[int]) -> dict[int, ActivatorState]:
        table = tables.activator
        query = select(table.c.id, table.c.state).where(table.c.id.in_(ids))
        async with self.database.read() as session:
            return {row.id: row.state for row in await session.execute(query)}


@pytest.fixture(scope="module", params=BACKENDS)
async def workers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Workers]:
    folder = tmp_path_factory.mktemp("workers")
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            copy = sqlite_copy(request.getfixturevalue("sqlite_template"), folder)
        else:
            server = request.getfixturevalue("postgres")
            copy = postgres_copy(server, request.getfixturevalue("postgresql_template"))
        database = await stack.enter_async_context(copy)
        async with database.write() as session:
            account_id = await add_account(session, Role.MODERATOR)
        url = database.url.set(drivername=database.url.get_backend_name())
        servers = stack.enter_context(
            serving(url.render_as_string(hide_password=False), folder, servers=2)
        )
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=one.url)) for one in servers
        ]
        token = Tokens(SECRET, "http://127.0.0.1:8000").write(
            account_id, now=datetime.now(UTC), lifetime=timedelta(hours=1)
        )
        yield Workers(servers, clients, database, token)


async def test_a_withdrawn_activator_is_gone_at_once_here_and_within_250_ms_elsewhere(
    workers: Workers,
) -> None:
    durations = []
    ids = await workers.add(50)
    _, count = await workers.look(0, ids[0])
    for number, activator_id in enumerate(ids):
        writer, other = number % 2, 1 - number % 2
        begun = time.perf_counter()

        answer = await workers.change(writer, activator_id)

        assert answer["data"]["changeActivatorState"]["userErrors"] == []
        shown, _ = await asyncio.gather(
            workers.look(writer, activator_id), workers.until_gone(other, activator_id)
        )
        durations.append(time.perf_counter() - begun)
        assert shown == (False, count - number - 1)
    median = statistics.median(durations)
    log.info("gone from both workers in %.0f ms, median of %s", median * 1000, len(durations))
    assert median < WITHIN


@pytest.mark.parametrize("workers", ["postgresql"], indirect=True)
async def test_changes_arrive_after_the_connection_that_tells_of_them_is_cut(
    workers: Workers,
) -> None:
    ids = await workers.add(2)
    url = workers.database.url.set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))

    cut = await connection.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    )

    await connection.close()
    assert len(cut) == 2
    for worker, activator_id in enumerate(ids):
        await workers.change(worker, activator_id)
        await workers.until_gone(1 - worker, activator_id)


async def test_a_worker_killed_while_it_writes_leaves_the_other_and_the_data_whole(
    workers: Workers,
) -> None:
    ids = await workers.add(30)
    killed, survivor = workers.servers[1].process, 0

    writes = [asyncio.create_task(workers.change(1, one, "SUSPENDED")) for one in ids[:-1]]
    await asyncio.wait(writes, return_when=asyncio.FIRST_COMPLETED)
    os.kill(killed.pid, signal.SIGKILL)

    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    killed.wait(10)
    told = [one for one, outcome in zip(ids, outcomes, strict=False) if isinstance(outcome, dict)]
    states = await workers.states(ids)
    assert {states[one] for one in told} == {ActivatorState.SUSPENDED}
    assert set(states.values()) == {ActivatorState.ACTIVE, ActivatorState.SUSPENDED}
    await workers.change(survivor, ids[-1])
    for one, state in (await workers.states(ids)).items():
        assert (await workers.look(survivor, one))[0] == (state is ActivatorState.ACTIVE)
