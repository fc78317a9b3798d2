"""The database: one short session a piece of work, on SQLite or PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import structlog
from sqlalchemy import URL, Connection, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry

from models.drivers import connect_postgresql, driver_url, postgresql_arguments
from models.revisions import Written

log = structlog.get_logger()

SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout=10000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=NORMAL",
)


class Database:
    """Reads and writes, each in a session of its own that is never shared.

    `on_commit` holds what this process does after a commit that changed the directory, before
    the writer is answered.
    """

    def __init__(
        self, url: str, *, pool_size: int = 5, statement_within: float | None = None
    ) -> None:
        """Prepare the engine; no connection is made yet.

        `statement_within` is how many seconds PostgreSQL has for a statement, its connection being
        dead else: for those whose statements are all short and wait for nobody.
        """
        self.url = driver_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._arguments = {} if self.is_sqlite else postgresql_arguments(statement_within)
        self.engine = _engine(self.url, pool_size, self._arguments)
        self.on_commit: list[Callable[[Written], Awaitable[None]]] = []
        self._reads = async_sessionmaker(self.engine, expire_on_commit=False)
        writer = self.engine.execution_options(immediate=True)
        self._writes = async_sessionmaker(writer, expire_on_commit=False)

    @asynccontextmanager
    async def read(self, *, at_one_moment: bool = False) -> AsyncIterator[AsyncSession]:
        """Open a session that only reads; several statements may need to see one moment.

        On SQLite they always do.
        """
        async with self._reads() as session:
            if at_one_moment and not self.is_sqlite:
                await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Open one transaction: committed at the end, rolled back whole on any error.

        Once it is committed, nothing but a cancellation is an error: what could not be shown here
        will be, by whoever follows all writers.
        """
        async with self._writes() as session:
            async with session.begin():
                yield session
            written: Written | None = session.info.get("written")
        if written is None:
            return
        for show in self.on_commit:
            try:
                await show(written)
            except Exception as error:  # noqa: BLE001  whatever happened, it is committed
                log.warning("commit_not_shown", error=type(error).__name__)

    async def answers(self) -> bool:
        """Say whether it answers within two seconds, and holds a directory."""
        try:
            async with asyncio.timeout(2), self.read() as session:
                await session.execute(text("SELECT value FROM revision"))
        except (SQLAlchemyError, OSError, TimeoutError):
            return False
        return True

    async def connect_apart(self) -> asyncpg.Connection:
        """Open a connection of PostgreSQL's driver besides the pool, as the pool opens its own."""
        return await connect_postgresql(self.engine.dialect, self.url, self._arguments)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _engine(url: URL, pool_size: int, arguments: dict[str, Any]) -> AsyncEngine:
    engine = create_async_engine(
        url,
        connect_args=arguments,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        hide_parameters=True,  # they may be personal data, and errors are logged
    )
    if url.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """Take transactions out of the driver's hands: its own begin too late and lose updates."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once for a write, so that two never read before one of them writes."""
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
