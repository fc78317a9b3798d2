"""Following the other writers: a worker learns of their commits in a fraction of a second.

PostgreSQL says so (`LISTEN`), with a poll each second as the safety net, which needs the pool
alone. SQLite is asked every few milliseconds whether another connection has changed the file
(`PRAGMA data_version`), which costs microseconds.
"""

import asyncio
import sqlite3
from contextlib import suppress

import structlog

from models.database import Database
from resolvers.directory.directory import Directory
from resolvers.directory.listener import Listener

log = structlog.get_logger()

SQLITE_INTERVAL = 0.05
POLL_INTERVAL = 1.0
RETRY_INTERVAL = 1.0
"""Seconds."""


class Follower:
    """A task that keeps a directory up to date until it is stopped."""

    def __init__(self, database: Database, directory: Directory) -> None:
        """Prepare."""
        self._database = database
        self._directory = directory
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to follow."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        follow = self._follow_sqlite if self._database.is_sqlite else self._follow_postgresql
        while True:
            try:
                await follow()
            except Exception as error:  # noqa: BLE001  whatever happened, it must go on
                log.warning("directory_follow_failed", error=type(error).__name__)
                await asyncio.sleep(RETRY_INTERVAL)

    async def _follow_sqlite(self) -> None:
        connection = sqlite3.connect(self._database.url.database or "", isolation_level=None)
        try:
            seen = None
            while True:
                version = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    await self._directory.catch_up()
                    seen = version
                await asyncio.sleep(SQLITE_INTERVAL)
        finally:
            connection.close()

    async def _follow_postgresql(self) -> None:
        listener, revision = Listener(self._database), None
        async with listener.listening():
            while True:
                listener.told.clear()
                await self._directory.catch_up(revision)
                revision = None
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_INTERVAL):
                        await listener.told.wait()
                        revision = listener.revision
