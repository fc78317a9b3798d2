"""Fixtures: a fresh migrated database a test, on SQLite and on PostgreSQL; a look at the logs."""

import gc
import os
import tempfile
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvloop

import server
from models.database import Database
from tests.command_line import CommandLine, command_line
from tests.databases import make_template, postgres_copy, sqlite_copy
from tests.live import Client, client, listener, until_nobody_follows
from tests.live_server import seeded_copy, serving
from tests.logs import FOLDER, judged, keeping
from tests.oidc_provider import Providers, running_providers
from tests.postgres import PostgresServer, postgres_or_skip
from tests.service import Service, running, settings_of

gc.set_threshold(50_000, 20, 100)
"""Tests start hundreds of applications, each with 35,000 communes: with the usual thresholds, the
cyclic collector looks at all of them again and again."""

BACKENDS = ("sqlite", "postgresql")

LONGEST = (
    *("test_asking_killed", "test_mutations", "test_workers_together", "test_request_law"),
    *("test_worker_processes", "test_http_fuzz", "test_roster_import", "test_hidden_rows"),
    *("test_graphiql", "test_roster_beside", "test_link_checks", "test_territory_import"),
    *("test_workers", "test_migrations", "test_following_processes", "test_key_rotation"),
)
"""The files that take longest, those that start processes between others."""

server.configure_logs = keeping(server.configure_logs)
began_the_run = pytest.StashKey["tempfile.TemporaryDirectory[str]"]()
said_of_logs = pytest.StashKey[list[str]]()


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], AbstractEventLoop]]:
    """Run tests on the event loop that serves, which also takes less of a processor."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: at the end, a processor would wait for the last."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


def pytest_collection_finish() -> None:
    """Spare the cyclic collector what stays until the end: all that was imported."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder in which all processes of this run keep their logs."""
    if FOLDER not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="maillage-logs-")
        os.environ[FOLDER] = folder.name
        config.stash[began_the_run] = folder


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in whose logs something of somebody is; once all its processes are over."""
    folder = session.config.stash.get(began_the_run, None)
    if folder is None:
        return
    count, found = judged(Path(folder.name))
    session.config.stash[said_of_logs] = [f"{count} lines of logs hold no personal data."]
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        told = [f"Of {count} lines of logs, {len(found)} hold personal data:", *found[:50]]
        session.config.stash[said_of_logs] = told


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what is in the logs of the run."""
    for line in config.stash.get(said_of_logs, []):
        terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder."""
    folder = config.stash.get(began_the_run, None)
    if folder is not None:
        os.environ.pop(FOLDER)
        folder.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL of this session; without one, the test is skipped with the reason."""
    with postgres_or_skip() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file, migrated, with the reference data of a few departments."""
    return sqlite_made(tmp_path_factory, whole=False)


@pytest.fixture(scope="session")
def whole_sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file, migrated, with all the reference data."""
    return sqlite_made(tmp_path_factory, whole=True)


def sqlite_made(tmp_path_factory: pytest.TempPathFactory, *, whole: bool) -> Path:
    """Make a file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    make_template(f"sqlite:///{path}", whole=whole)
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgres: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database, migrated, with the reference data of a few departments."""
    with postgres_made(postgres, whole=False) as name:
        yield name


@pytest.fixture(scope="session")
def whole_postgresql_template(postgres: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database, migrated, with all the reference data."""
    with postgres_made(postgres, whole=True) as name:
        yield name


@contextmanager
def postgres_made(postgres: PostgresServer, *, whole: bool) -> Iterator[str]:
    """Make a database to copy; give its name."""
    with postgres.database() as url:
        make_template(url, whole=whole)
        yield urlsplit(url).path.removeprefix("/")


@asynccontextmanager
async def fresh_database(
    request: pytest.FixtureRequest, folder: Path, *, whole: bool = False
) -> AsyncIterator[Database]:
    """Open a fresh database with the reference data, on the backend that a fixture asks for.

    With that of a few departments, or with the `whole` of it.
    """
    template = request.getfixturevalue(f"{'whole_' if whole else ''}{request.param}_template")
    if request.param == "sqlite":
        copy = sqlite_copy(template, folder)
    else:
        copy = postgres_copy(request.getfixturevalue("postgres"), template)
    async with copy as database:
        yield database


@pytest.fixture(params=BACKENDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database with the reference data of a few departments, on each backend in turn."""
    async with fresh_database(request, tmp_path) as database:
        yield database


@pytest.fixture(params=BACKENDS)
async def whole_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database with all the reference data, on each backend in turn."""
    async with fresh_database(request, tmp_path, whole=True) as database:
        yield database


@pytest.fixture(scope="module", params=BACKENDS)
async def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    """A database with the reference data for all tests of a module, on each backend in turn."""
    async with fresh_database(request, tmp_path_factory.mktemp("shared")) as database:
        yield database


@pytest.fixture(scope="module")
async def shared_service(shared_database: Database) -> AsyncIterator[Service]:
    """The application on it; each test adds people of its own."""
    async with running(shared_database) as service:
        yield service


@pytest.fixture(scope="module")
async def address(shared_service: Service) -> AsyncIterator[str]:
    """Where that application listens, for sockets and streams of events."""
    settings = settings_of(shared_service.database)
    async with listener(shared_service.app, settings) as address:
        yield address


@pytest.fixture
async def socket(address: str, shared_service: Service) -> AsyncIterator[Client]:
    """A socket to it; once it is closed, nothing of it is left."""
    async with client(address) as socket:
        yield socket
    await until_nobody_follows(shared_service)


@pytest.fixture
async def service(database: Database) -> AsyncIterator[Service]:
    """The application on a fresh database that holds reference data alone."""
    async with running(database) as service:
        yield service


@pytest.fixture(scope="session")
def seeded_url(whole_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an SQLite database with the people of the demonstration."""
    return seeded_copy(whole_sqlite_template, tmp_path_factory.mktemp("seeded"))


@pytest.fixture(scope="session")
def live_server(seeded_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real server with the people of the demonstration, which no test may change."""
    with serving(seeded_url, tmp_path_factory.mktemp("live")) as (server,):
        yield server.url


@pytest.fixture(scope="session")
def command_lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[CommandLine]]:
    """Two command lines, that can run at once."""
    with ExitStack() as stack:
        folders = [tmp_path_factory.mktemp("printed") for _ in range(2)]
        yield [stack.enter_context(command_line(folder)) for folder in folders]


@pytest.fixture(scope="session")
async def providers() -> AsyncIterator[Providers]:
    """Real OpenID Connect providers."""
    async with running_providers() as providers:
        yield providers
