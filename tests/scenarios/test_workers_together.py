"""One server of several workers: it starts, answers, counts as one, and stops without haste."""

import asyncio
import os
import re
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from models.accounts import Role
from models.database import Database
from resolvers.tokens import Tokens
from schema.nodes import global_id
from tests.live_server import LiveServer, serving
from tests.people import add_account, add_activator
from tests.service import SECRET
from tests.visitors import Crowd, counted, until_counted

METRICS_TOKEN = "a token of the tests"
CHANGE = """mutation ($id: ID!) {
    changeActivatorState(input: { id: $id, state: WITHDRAWN }) { userErrors { message } }
}"""


@pytest.fixture(scope="module")
def file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the reference data."""
    file = tmp_path_factory.mktemp("together") / "maillage.sqlite"
    shutil.copy(sqlite_template, file)
    return file


@pytest.fixture(scope="module")
def server(file: Path) -> Iterator[LiveServer]:
    """A server of two workers."""
    url = f"sqlite:///{file}"
    settings: Any = {"metrics_token": METRICS_TOKEN, "trusted_proxies": "127.0.0.1"}
    with serving(url, file.parent, workers=2, **settings) as (server,):
        yield server


async def ask(server: LiveServer, query: str) -> None:
    """Ask on a connection of its own, so that any worker may take it."""
    async with httpx.AsyncClient() as client:
        response = await client.post(f"{server.url}/graphql", json={"query": query})
    assert response.status_code == 200


async def answered(server: LiveServer) -> tuple[int, int]:
    """Read how many operations were answered, and the revision that all workers show."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {METRICS_TOKEN}"}) as client:
        metrics = (await client.get(f"{server.url}/metrics")).text
    operations = re.search(r'operation_seconds_count\{outcome="ok"\} (\d+)', metrics)
    revision = re.search(r"directory_revision (\d+)", metrics)
    assert revision
    return int(operations[1]) if operations else 0, int(revision[1])


async def until_all_show(server: LiveServer, revision: int) -> None:
    """Wait until every worker shows a revision; one that starts shows none."""
    async with asyncio.timeout(60):
        while True:
            with suppress(httpx.TransportError):  # the connections of one that was killed
                if (await answered(server))[1] == revision:
                    return
            await asyncio.sleep(0.1)


async def written(file: Path) -> tuple[int, int]:
    """Add an activator and an account; wait until every worker has had time to show them."""
    database = Database(f"sqlite:///{file}")
    async with database.write() as session:
        activator_id = await add_activator(session)
        account_id = await add_account(session, Role.MODERATOR)
    await database.close()
    await asyncio.sleep(0.5)
    return activator_id, account_id


async def test_the_metrics_are_those_of_all_workers_whichever_is_asked(server: LiveServer) -> None:
    await until_all_show(server, 1)
    before, revision = await answered(server)

    await asyncio.gather(*(ask(server, "{ networks { code } }") for _ in range(40)))

    told = {await answered(server) for _ in range(10)}
    assert told == {(before + 40, revision)}


async def test_they_count_each_viewer_once_between_them(server: LiveServer, file: Path) -> None:
    activator_id, _ = await written(file)
    database = Database(f"sqlite:///{file}")

    await Crowd(server, [activator_id]).look(range(60), twice=True)

    await until_counted(database, 60)
    await database.close()


def a_worker(pid: int) -> int:
    """Find the process that was last started by another."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[-1])


async def test_a_worker_that_was_killed_is_replaced_and_counts_no_more(
    server: LiveServer, file: Path
) -> None:
    _, revision = await answered(server)

    os.kill(a_worker(server.process.pid), signal.SIGKILL)

    await written(file)
    await until_all_show(server, revision + 1)


async def test_it_stops_when_told_once_what_is_under_way_is_answered(
    server: LiveServer, file: Path
) -> None:
    activator_id, account_id = await written(file)
    token = Tokens(SECRET, "http://127.0.0.1:8000").write(
        account_id, now=datetime.now(UTC), lifetime=timedelta(hours=1)
    )
    database = Database(f"sqlite:///{file}")
    before = await counted(database)
    await Crowd(server, [activator_id]).look(range(100, 120))
    lock = sqlite3.connect(file, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")

    async with httpx.AsyncClient(timeout=20) as client:
        asked = {"query": CHANGE, "variables": {"id": global_id("Activator", activator_id)}}
        under_way = asyncio.create_task(
            client.post(
                f"{server.url}/graphql", json=asked, headers={"Authorization": f"Bearer {token}"}
            )
        )
        await asyncio.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
        lock.execute("ROLLBACK")
        lock.close()
        response = await under_way

    assert response.json() == {"data": {"changeActivatorState": {"userErrors": []}}}
    await asyncio.to_thread(server.process.wait, 30)
    assert "Traceback" not in server.log.read_text()
    assert list(file.parent.glob("maillage-metrics-*")) == []
    assert list(file.parent.glob("maillage-viewers-*")) == []
    assert await counted(database) == before + 20
    await database.close()
    with pytest.raises(httpx.ConnectError):
        await ask(server, "{ networks { code } }")
