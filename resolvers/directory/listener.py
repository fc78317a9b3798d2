"""Listening to PostgreSQL, which tells at once that another worker has committed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog

from models.database import Database
from models.revisions import CHANNEL

log = structlog.get_logger()

RETRY_INTERVAL = 1.0
CHECK_INTERVAL = 10.0
CHECK_WITHIN = 5.0
"""Seconds. A connection that does not answer in time is dead, though nobody said so."""


class Listener:
    """A task that sets an event for each commit it hears of, and keeps its revision.

    The revision is None where some may have been missed. It connects again by itself, for ever.
    What was committed while it could not listen is for the poll to find: nothing may depend on it.
    """

    def __init__(self, database: Database) -> None:
        """Prepare."""
        self.told = asyncio.Event()
        self.revision: int | None = None
        self._database = database
        self._deaf = False

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen meanwhile."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])  # if it is we who are cancelled, that is told

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001  whatever happened, it must go on
                if not self._deaf:  # said once: it may last for days
                    log.warning("directory_listen_failed", error=type(error).__name__)
                self._deaf = True
            await asyncio.sleep(RETRY_INTERVAL)

    async def _listen(self) -> None:
        connection = await self._database.connect_apart()
        try:
            await connection.add_listener(CHANNEL, lambda *told: self._hear(told[-1]))
            self._deaf = False
            self._hear("")
            await _until_lost(connection)
        finally:
            with suppress(Exception):  # it may be dead; a cancellation must be what is told
                await connection.close(timeout=1)

    def _hear(self, payload: str) -> None:
        self.revision = int(payload) if payload else None
        self.told.set()


async def _until_lost(connection: asyncpg.Connection) -> None:
    lost = asyncio.Event()
    connection.add_termination_listener(lambda *_: lost.set())
    while not connection.is_closed():
        with suppress(TimeoutError):
            async with asyncio.timeout(CHECK_INTERVAL):
                await lost.wait()
            return
        await connection.execute(f"LISTEN {CHANNEL}", timeout=CHECK_WITHIN)
