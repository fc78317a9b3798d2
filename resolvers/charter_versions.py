"""The versions of the charter that are installed: the last one is in force."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.activators import ActivatorKind
from models.database import Database
from resolvers.charter_document import VERSION, CharterDocument, read_document

table = tables.charter_version


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """What activators of some kinds commit to, by an article of the charter."""

    code: str
    article: str
    kinds: tuple[ActivatorKind, ...]
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class CharterRow:
    """A version; its texts by language (`fr`, `en`)."""

    version: str
    published_on: date
    accept_by: datetime | None
    texts: dict[str, str]
    commitments: tuple[CommitmentRow, ...]


def in_language(texts: dict[str, str], language: Language | None) -> str:
    """Choose a text; French by default."""
    return texts[(language or Language.FR).value.lower()]


async def charter_of(database: Database, version: str | None) -> CharterRow | None:
    """Read a version, by default the one in force; None where there is none."""
    if version is not None and not VERSION.fullmatch(version):
        return None
    query = select(table).order_by(table.c.installed_at.desc()).limit(1)
    chosen = query if version is None else query.where(table.c.version == version)
    async with database.read() as session:
        row = (await session.execute(chosen)).one_or_none()
    return None if row is None else _charter(row)


async def charters(database: Database) -> list[CharterRow]:
    """Read all versions, the one in force first."""
    async with database.read() as session:
        rows = await session.execute(select(table).order_by(table.c.installed_at.desc()))
        return [_charter(row) for row in rows]


async def add_first(session: AsyncSession, folder: Path) -> int:
    """Install the version of a folder where none is installed; give how many were.

    It counts from the day on which it was published, and asks nobody anew.
    """
    if (await session.execute(select(table.c.version).limit(1))).first() is not None:
        return 0
    document = read_document(folder)
    published = datetime.combine(document.data.published_on, time(), UTC)
    await add_version(session, document, installed_at=published, accept_by=None)
    return 1


async def add_version(
    session: AsyncSession,
    document: CharterDocument,
    *,
    installed_at: datetime,
    accept_by: datetime | None,
) -> None:
    """Write a version, in force from now on."""
    values = {"installed_at": installed_at, "accept_by": accept_by, **document.content()}
    await session.execute(insert(table).values(version=document.data.version, **values))


def _charter(row: Row[Any]) -> CharterRow:
    commitments = tuple(
        CommitmentRow(
            one["code"], one["article"], tuple(map(ActivatorKind, one["kinds"])), one["text"]
        )
        for one in row.commitments
    )
    return CharterRow(row.version, row.published_on, row.accept_by, row.texts, commitments)
