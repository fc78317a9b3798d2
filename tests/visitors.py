"""Visitors for tests: many people who look at pages of a real server, each at an address."""

import asyncio
import logging
import time

import httpx
from sqlalchemy import func, select

from models import tables
from models.database import Database
from schema.nodes import global_id
from tests.consultations import BROWSER, VIEW
from tests.live_server import PATIENCE, LiveServer

logging.getLogger("httpx").setLevel(logging.WARNING)

AT_ONCE = 10


class Crowd:
    """Visitors, each at an address of its own, who look at some pages in turn."""

    def __init__(self, server: LiveServer, pages: list[int]) -> None:
        self.server, self.ids = server, [global_id("Activator", one) for one in pages]
        self.answered: dict[int, float] = {}
        """When each had its first answer."""

    async def look(self, visitors: range, *, twice: bool = False) -> None:
        """Have them look, each by a connection of its own; or one of four by two at once."""
        few = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=0)
        turns = asyncio.Semaphore(AT_ONCE)
        async with httpx.AsyncClient(limits=few, timeout=PATIENCE) as client:

            async def one(visitor: int) -> None:
                async with turns:
                    await self._look(client, visitor)

            again = [visitor for visitor in visitors if twice and visitor % 4 == 0]
            pairs = sorted([*visitors, *again])
            await asyncio.gather(*map(one, pairs))

    async def _look(self, client: httpx.AsyncClient, visitor: int) -> None:
        page = self.ids[visitor % len(self.ids)]
        address = f"10.{visitor >> 16}.{visitor >> 8 & 255}.{visitor & 255}"
        headers = {"X-Forwarded-For": address, "User-Agent": BROWSER}
        body = {"query": VIEW, "variables": {"id": page}}
        try:
            response = await client.post(f"{self.server.url}/graphql", json=body, headers=headers)
        except httpx.TransportError:
            return  # it was killed, or takes no more
        if response.status_code == 200:
            assert response.json() == {"data": {"activator": {"id": page}}}
            self.answered.setdefault(visitor, time.monotonic())


async def counted(database: Database) -> int:
    """Count what is counted."""
    table = tables.consultation
    async with database.read() as session:
        found = await session.execute(select(func.sum(table.c["count"])))
        return int(found.scalar() or 0)


async def until_counted(database: Database, number: int) -> None:
    """Wait until so many are counted; a batch takes its time on a machine that is busy."""
    deadline = time.monotonic() + PATIENCE
    while (found := await counted(database)) != number:
        assert time.monotonic() < deadline
        assert found < number
        await asyncio.sleep(0.1)
