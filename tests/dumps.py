"""A dump of a database, and what stands in it in clear, for tests."""

import base64
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import text

from models import tables
from models.database import Database


async def dump_of(database: Database) -> str:
    """Write all that a database holds: of SQLite its files too, with what it has not checked in."""
    if not database.is_sqlite:
        return await _rows(database)
    path = Path(database.url.database or "")
    with closing(sqlite3.connect(path)) as connection:
        statements = "\n".join(connection.iterdump())
    files = [file for file in (path, Path(f"{path}-wal")) if file.exists()]
    return statements + "".join(file.read_bytes().decode("utf-8", "replace") for file in files)


async def _rows(database: Database) -> str:
    """Write every row of every table as PostgreSQL does."""
    lines: list[str] = []
    async with database.read() as session:
        for name in tables.metadata.tables:
            found = await session.execute(text(f'SELECT "{name}"::text FROM "{name}"'))  # noqa: S608
            lines += found.scalars()
    return "\n".join(lines)


def told_by(dump: str, words: Iterable[str]) -> list[str]:
    """Say which of these stand in a dump, in any of the ways in which something is written."""
    lower = dump.lower()
    return [
        word
        for word in words
        if any(way.lower() in lower for way in _written(word))
        or any(way in dump for way in _in_base64(word))
    ]


def _written(word: str) -> Iterator[str]:
    """Write a text as it is, as JSON with and without Unicode, in an address, and as bytes."""
    yield word
    yield json.dumps(word)[1:-1]
    yield json.dumps(json.dumps(word))[3:-3]
    yield json.dumps(word, ensure_ascii=False)[1:-1]
    yield quote(word)
    yield word.encode().hex()


def _in_base64(word: str) -> Iterator[str]:
    """Write it in base64, wherever it begins in what was encoded; its ends depend on the rest."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + word.encode()).decode().rstrip("=")
        whole = encoded[(before * 8 + 5) // 6 : -1]
        yield whole
        yield whole.translate(str.maketrans("+/", "-_"))
