"""Fixtures of the scenarios: applications over a crowd, on each backend in turn."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert

from models import tables
from models.database import Database
from models.migration import migrate
from models.networks import NetworkKind
from models.territories import TerritoryLevel
from resolvers.seed import seed
from tests.conftest import BACKENDS, fresh_database
from tests.oidc_provider import Providers
from tests.service import Service, running
from tests.world import World, crowded_world

NETWORK = {"code": "cci", "name": "CCI", "kind": NetworkKind.CHAMBER}
TERRITORIES = [
    {"code": code, "level": level, "name": code, "parent_code": parent}
    for code, level, parent in (
        ("REG-84", TerritoryLevel.REGION, None),
        ("DEP-01", TerritoryLevel.DEPARTMENT, "REG-84"),
        ("COM-01283", TerritoryLevel.COMMUNE, "DEP-01"),
    )
]


@pytest.fixture(scope="session", params=BACKENDS)
async def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """A crowd to search; it is the same for all tests, so none may change it."""
    async with (
        fresh_database(request, tmp_path_factory.mktemp("world"), whole=True) as database,
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
    async with fresh_database(request, tmp_path_factory.mktemp("seeded"), whole=True) as database:
        await seed(database, now=datetime(2026, 7, 30, 15, 20, tzinfo=UTC))
        async with running(database) as service:
            yield service


@pytest.fixture(scope="module", params=BACKENDS)
async def little(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    """A database whose reference data is one network and one commune: all is read in no time."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('little')}/little.sqlite"
        else:
            url = stack.enter_context(request.getfixturevalue("postgres").database())
        database = Database(url)
        await migrate(database)
        async with database.write() as session:
            await session.execute(insert(tables.network).values(NETWORK))
            for row in TERRITORIES:
                await session.execute(insert(tables.territory).values(row))
        yield database
        await database.close()


@pytest.fixture
async def little_service(little: Database) -> AsyncIterator[Service]:
    """The application on it, without anybody."""
    async with running(little) as service:
        yield service
    async with little.write() as session:
        await session.execute(delete(tables.activator))
        await session.execute(delete(tables.membership))
        await session.execute(delete(tables.network).where(tables.network.c.code != "cci"))


@pytest.fixture(scope="module")
async def openid_service(shared_database: Database, providers: Providers) -> AsyncIterator[Service]:
    """An application that trusts both providers; each test adds people of its own."""
    async with running(shared_database, oidc_issuers=providers.settings) as service:
        service.clock.now = datetime.now(UTC)
        yield service


@pytest.fixture
def openid(openid_service: Service) -> Service:
    """The same, at a time when it may look for keys that it does not know."""
    openid_service.clock.advance(seconds=11)
    return openid_service
