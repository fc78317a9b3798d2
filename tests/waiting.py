"""Waiting for what nobody tells."""

import asyncio
from collections.abc import Callable


async def until(wanted: Callable[[], bool]) -> None:
    """Wait until it is so, ten seconds at most."""
    async with asyncio.timeout(10):
        while not wanted():  # noqa: ASYNC110  nobody says so
            await asyncio.sleep(0.01)
