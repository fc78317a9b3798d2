"""Fixtures of the contract: one application, on each backend in turn."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import BACKENDS, fresh_database
from tests.people import add_activator
from tests.service import Service, running


@pytest.fixture(scope="session", params=BACKENDS)
async def standing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """An application with three activators, which no test may change."""
    async with (
        fresh_database(request, tmp_path_factory.mktemp("standing")) as database,
        running(database) as service,
    ):
        async with service.write() as session:
            for _ in range(3):
                await add_activator(session, networks=["cci"], expertise=["site-internet"])
        yield service
