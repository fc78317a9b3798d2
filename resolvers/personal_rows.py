"""How what is held about a person is written: rows of the database as JSON."""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncSession

Told = dict[str, Any]
"""A row as JSON: its columns in camel case, moments in ISO 8601, enums by name."""


async def told_rows(
    session: AsyncSession, query: Select[Any], *, without: Sequence[str] = ()
) -> list[Told]:
    """Write all rows of a query as JSON."""
    return [told(row, without=without) for row in await session.execute(query)]


def told(row: Row[Any], *, without: Sequence[str] = ()) -> Told:
    """Write a row as JSON, but for some columns: secrets, and what is another person's."""
    columns = row._asdict().items()
    return {camel(name): _plain(value) for name, value in columns if name not in without}


def camel(name: str) -> str:
    """Write a column as the export does."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    return value.isoformat() if isinstance(value, date) else value
