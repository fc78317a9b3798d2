"""PostgreSQL for tests: every test that touches data runs on it too, and must not need a setup.

The server is, in this order: the one of `MAILLAGE_TEST_POSTGRES_URL`; the one that answers on
127.0.0.1:5432 and lets us create databases; a temporary cluster (`tests/postgres_cluster.py`).
Whichever it is, a test session works in databases of its own, with unique names, and drops them.
"""

import asyncio
import getpass
import os
import secrets
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg

from tests.postgres_cluster import OLDEST_VERSION, PostgresUnavailable, temporary_cluster
from tests.required import skip_or_fail

__all__ = ["PostgresServer", "PostgresUnavailable", "postgres_or_skip", "postgres_server"]

T = TypeVar("T")

_RIGHTS = """
    SELECT current_setting('server_version_num')::int / 10000 AS version,
           rolcreatedb OR rolsuper AS creates_databases
    FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True)
class PostgresServer:
    """A server whose databases can be created and dropped; `url` leads to one that is kept.

    The methods block for some tens of milliseconds and can be called with or without a running
    event loop.
    """

    url: str

    def url_of(self, database: str) -> str:
        """Where `database` is on this server."""
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create `name` and return its URL; a copy of `template` saves running the migrations.

        Copying files takes half of what it takes to log each page.
        """
        copied = "" if template is None else f" TEMPLATE {_quoted(template)} STRATEGY FILE_COPY"
        _wait_for(_execute(self.url, f"CREATE DATABASE {_quoted(name)}{copied}"))
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Drop `name` where it exists, even under the connections that a failed test left open."""
        _wait_for(_execute(self.url, f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)"))

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """The URL of a new database with a unique name, dropped at the end."""
        name = f"maillage_test_{os.getpid()}_{secrets.token_hex(4)}"
        try:
            yield self.create_database(name, template)
        finally:
            self.drop_database(name)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """The server for this test session; raise `PostgresUnavailable` with the reason."""
    if url := os.environ.get("MAILLAGE_TEST_POSTGRES_URL"):
        yield _usable(url)  # asked for by name: another one in its place would hide the mistake
    elif server := _running_here():
        yield server
    else:
        with temporary_cluster() as cluster:
            yield _usable(cluster)


@contextmanager
def postgres_or_skip() -> Iterator[PostgresServer]:
    """The same for a fixture: without a server its tests are skipped, or failed in CI."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server())
        except PostgresUnavailable as unavailable:
            skip_or_fail(str(unavailable))
        yield server


def _running_here() -> PostgresServer | None:
    for user in ("postgres", getpass.getuser()):
        try:
            return _usable(f"postgresql://{user}@127.0.0.1:5432/postgres")
        except PostgresUnavailable:
            continue
    return None


def _usable(url: str) -> PostgresServer:
    where = urlsplit(url).hostname
    try:
        version, creates_databases = _wait_for(_rights(url))
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise PostgresUnavailable(f"PostgreSQL on {where} does not let us in: {error}") from error
    if version < OLDEST_VERSION:
        raise PostgresUnavailable(
            f"PostgreSQL on {where} is version {version}, older than {OLDEST_VERSION}"
        )
    if not creates_databases:
        raise PostgresUnavailable(f"PostgreSQL on {where} does not let us create databases")
    return PostgresServer(url)


async def _rights(url: str) -> tuple[int, bool]:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        row = await connection.fetchrow(_RIGHTS)
    finally:
        await connection.close()
    return row["version"], row["creates_databases"]


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url, timeout=30)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _wait_for(work: Coroutine[Any, Any, T]) -> T:
    """Run in a thread: the caller's own thread may have an event loop running, or set."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
