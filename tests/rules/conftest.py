"""Fixtures: applications that many tests of the rules share, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from models.database import Database
from tests.conftest import BACKENDS
from tests.databases import postgres_copy, sqlite_copy
from tests.rules.world import World, make_world
from tests.service import Service, running


@pytest.fixture(scope="module", params=BACKENDS)
async def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    """A database with the reference data, for all tests of a module."""
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            template: Path = request.getfixturevalue("sqlite_template")
            copy = sqlite_copy(template, tmp_path_factory.mktemp("rules"))
        else:
            server = request.getfixturevalue("postgres")
            copy = postgres_copy(server, request.getfixturevalue("postgres_template"))
        yield await stack.enter_async_context(copy)


@pytest.fixture(scope="module")
async def shared_service(shared_database: Database) -> AsyncIterator[Service]:
    """The application on it; each test adds people of its own."""
    async with running(shared_database) as service:
        yield service


@pytest.fixture(scope="module")
async def world(shared_service: Service) -> World:
    """The application with an activator for each cell of the law; no test changes it."""
    return await make_world(shared_service)
