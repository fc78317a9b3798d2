"""Fixtures of the rules."""

import pytest

from tests.rules.world import World, make_world
from tests.service import Service


@pytest.fixture(scope="module")
async def world(shared_service: Service) -> World:
    """The application with an activator for each cell of the law; no test changes it."""
    return await make_world(shared_service)
