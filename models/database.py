"""The database: one short session a piece of work, on SQLite or PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import ConnectionPoolEntry

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA busy_timeout=10000",
)


def driver_url(address: str) -> URL:
    """Give SQLAlchemy's address of `sqlite:///path` or `postgresql://…`; the driver is ours.

    Raises ValueError for any other database, SQLite in memory included: each connection would
    have its own.
    """
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except SQLAlchemyError:
        raise ValueError("expected sqlite:///path or postgresql://…") from None
    if backend not in DRIVERS:
        raise ValueError(f"expected sqlite:///path or postgresql://…, not {backend}")
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        raise ValueError("expected the path of a file, as in sqlite:///path")
    return url.set(drivername=DRIVERS[backend])


class Database:
    """Reads and writes, each in a session of its own that is never shared.

    `on_commit` holds what this process does after a commit that changed the directory, before
    the writer is answered.
    """

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        """Prepare the engine; no connection is made yet."""
        self.url = driver_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(self.url, pool_size)
        self.on_commit: list[Callable[[], Awaitable[None]]] = []
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
        """Open one transaction: committed at the end, rolled back whole on any error."""
        async with self._writes() as session:
            async with session.begin():
                yield session
            changed = session.info.get("changed", False)
        if changed:
            for follow in self.on_commit:
                await follow()

    async def answers(self) -> bool:
        """Say whether it answers within two seconds, and holds a directory."""
        try:
            async with asyncio.timeout(2), self.read() as session:
                await session.execute(text("SELECT value FROM revision"))
        except (SQLAlchemyError, OSError, TimeoutError):
            return False
        return True

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _engine(url: URL, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
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
