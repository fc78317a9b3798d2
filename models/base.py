"""What every table shares: constraint names, column types, identifiers.

Import this module before any table is defined: naming_convention only acts on later ones.
"""

import secrets
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, TypeDecorator
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

ID_BITS = 53
"""Identifiers fit in a double, so that no JSON reader on the way rounds one."""


def new_id() -> int:
    """Draw an identifier at random: gaps between two of them tell nothing of hidden rows."""
    return secrets.randbits(ID_BITS - 1) | 1 << (ID_BITS - 1)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its offset from UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite gives back naive values: they are UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def id_column() -> Column[int]:
    """Build a primary key drawn by `new_id`, never by the database."""
    return Column(BigInteger, primary_key=True, autoincrement=False)


def json_column(name: str | None = None, *, default: Any = None) -> Column[Any]:
    """Build a JSON column, binary on PostgreSQL; `default` makes the value of a new row."""
    kind = JSON().with_variant(JSONB(), "postgresql")
    return Column(name, kind, nullable=False, default=default)


def enum_column(
    enum: type[Enum], *, nullable: bool = False, default: Enum | None = None
) -> Column[Any]:
    """Build a column of an enum's values, as text; the table checks it with `one_of`."""
    values = [member.value for member in enum]
    kind = SqlEnum(
        enum,
        values_callable=lambda _: values,
        native_enum=False,
        create_constraint=False,
        length=32,
    )
    return Column(kind, nullable=nullable, default=default)


def one_of(column: str, enum: type[Enum]) -> str:
    """Say in SQL that the column holds one of the enum's values."""
    return f"{column} IN ({', '.join(repr(member.value) for member in enum)})"
