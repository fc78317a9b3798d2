"""Databases for tests: migrated once, then copied, on SQLite and on PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

from models.database import Database
from models.migration import migrate
from resolvers import reference_actions
from resolvers.reference_actions import install_reference
from tests.postgres import PostgresServer

DEPARTMENTS = ("01", "39", "69", "75", "2A", "974", "986", "988")
"""Whose communes there are in most tests: with all 35,000, an application takes 0.7 s to start."""


def make_template(url: str, *, whole: bool) -> None:
    """Migrate an empty database and install the reference data, in a loop of its own.

    All of it, or with the communes of some departments alone.
    """
    with nullcontext() if whole else fewer_communes(), ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, _make_template(url)).result()


async def _make_template(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await install_reference(database)
    await database.close()


@contextmanager
def fewer_communes() -> Iterator[int]:
    """Have only those of some departments installed meanwhile; give how many they are."""
    starts = tuple(f"COM-{department}" for department in DEPARTMENTS)
    some = [one for one in reference_actions._communes() if one[0]["code"].startswith(starts)]
    with patch.object(reference_actions, "_communes", lambda: some):
        yield len(some)


@asynccontextmanager
async def sqlite_copy(template: Path, folder: Path) -> AsyncIterator[Database]:
    """Open a copy of an SQLite template."""
    path = folder / f"{uuid4().hex}.sqlite"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    try:
        yield database
    finally:
        await database.close()
        path.unlink()


@contextmanager
def postgres_copy_url(server: PostgresServer, template: str) -> Iterator[str]:
    """Copy a PostgreSQL template; dropped at the end."""
    with server.database(template=template) as url:
        yield url


@asynccontextmanager
async def postgres_copy(server: PostgresServer, template: str) -> AsyncIterator[Database]:
    """Open a copy of a PostgreSQL template."""
    with postgres_copy_url(server, template) as url:
        database = Database(url)
        try:
            yield database
        finally:
            await database.close()
