"""Fixtures of the contract: one application, on each backend in turn."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.conftest import BACKENDS
from tests.databases import postgres_copy, sqlite_copy
from tests.people import add_activator
from tests.service import Service, running


@pytest.fixture(scope="session", params=BACKENDS)
async def standing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """An application with three activators, which no test may change."""
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            copy = sqlite_copy(template, tmp_path_factory.mktemp("standing"))
        else:
            server = request.getfixturevalue("postgres")
            copy = postgres_copy(server, request.getfixturevalue("postgres_template"))
        service = await stack.enter_async_context(running(await stack.enter_async_context(copy)))
        async with service.write() as session:
            for _ in range(3):
                await add_activator(session, networks=["cci"], expertise=["site-internet"])
        yield service
