"""Fixtures of the scenarios: applications over a crowd, on each backend in turn."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from resolvers.seed import seed
from tests.conftest import BACKENDS, fresh_database
from tests.service import Service, running
from tests.world import World, crowded_world


@pytest.fixture(scope="session", params=BACKENDS)
async def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """A crowd to search; it is the same for all tests, so none may change it."""
    async with (
        fresh_database(request, tmp_path_factory.mktemp("world")) as database,
        crowded_world(database, size=400) as world,
    ):
        yield world


@pytest.fixture(scope="module", params=BACKENDS)
async def changing_world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """A smaller crowd that the tests of a module may change."""
    async with (
        fresh_database(request, tmp_path_factory.mktemp("world")) as database,
        crowded_world(database, size=300) as world,
    ):
        yield world


@pytest.fixture(scope="module", params=BACKENDS)
async def seeded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """An application on the demonstration directory, for tests that change nothing."""
    async with fresh_database(request, tmp_path_factory.mktemp("seeded")) as database:
        await seed(database, now=datetime(2026, 7, 30, 15, 20, tzinfo=UTC))
        async with running(database) as service:
            yield service
