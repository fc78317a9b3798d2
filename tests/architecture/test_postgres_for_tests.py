"""The tests bring their own PostgreSQL, and leave nothing of it behind."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.postgres import PostgresServer, PostgresUnavailable, postgres_or_skip, postgres_server
from tests.postgres_cluster import temporary_cluster

ROOT = Path(__file__).parents[2]

KILLED = """
import os, signal
from tests.postgres_cluster import temporary_cluster
with temporary_cluster() as url:
    print(url, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_or_skip() as server:
        yield server


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_a_copied_database_holds_what_its_template_held(server: PostgresServer) -> None:
    with server.database() as url:
        await ask(url, "CREATE TABLE kept AS SELECT 7 AS number")
        name = str(await ask(url, "SELECT current_database()"))
        with server.database(template=name) as copy:
            assert await ask(copy, "SELECT number FROM kept") == 7


async def test_a_database_is_dropped_under_an_open_connection(server: PostgresServer) -> None:
    with server.database() as url:
        left_open = await asyncpg.connect(url)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await ask(url, "SELECT 1")
    left_open.terminate()


def test_a_server_asked_for_by_name_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLAGE_TEST_POSTGRES_URL", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(PostgresUnavailable, match="does not let us in"), postgres_server():
        pytest.fail("another server was taken")


def test_a_temporary_cluster_goes_when_its_tests_are_killed() -> None:
    try:
        with temporary_cluster():
            pass
    except PostgresUnavailable as unavailable:
        pytest.skip(str(unavailable))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], check=False, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    port = urlsplit(killed.stdout.strip()).port
    assert port
    deadline = time.monotonic() + 30
    while answers(port):
        assert time.monotonic() < deadline, "the cluster outlived its tests"
        time.sleep(0.05)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
