"""Fixtures of the scenarios: applications over a crowd, on each backend in turn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from models.database import Database
from tests.conftest import BACKENDS
from tests.databases import postgres_copy, sqlite_copy
from tests.world import World, crowded_world


@asynccontextmanager
async def _fresh_database(
    request: pytest.FixtureRequest, folders: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        async with sqlite_copy(template, folders.mktemp("world")) as database:
            yield database
    else:
        server = request.getfixturevalue("postgres")
        name = request.getfixturevalue("postgres_template")
        async with postgres_copy(server, name) as database:
            yield database


@pytest.fixture(scope="session", params=BACKENDS)
async def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """A crowd to search; it is the same for all tests, so none may change it."""
    async with (
        _fresh_database(request, tmp_path_factory) as database,
        crowded_world(database, size=400) as world,
    ):
        yield world


@pytest.fixture(scope="module", params=BACKENDS)
async def changing_world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """A smaller crowd that the tests of a module may change."""
    async with (
        _fresh_database(request, tmp_path_factory) as database,
        crowded_world(database, size=300) as world,
    ):
        yield world
