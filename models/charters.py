"""The charter: its versions, as documents and as data, and who accepted which, when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime, id_column, json_column


class CharterVersion(SQLModel, table=True):
    """A version of the charter; the one installed last is in force.

    `texts` holds the Markdown by language (`fr`, `en`), `commitments` the commitments as data:
    `code`, `article`, `kinds`, `text` by language. Members who have not accepted it by
    `accept_by` are suspended; without that date, nobody is.
    """

    __tablename__ = "charter_version"

    version: str = Field(primary_key=True, max_length=20)
    published_on: date
    installed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    accept_by: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    texts: dict[str, str] = Field(sa_column=json_column())
    commitments: list[dict[str, Any]] = Field(sa_column=json_column())


class CharterAcceptance(SQLModel, table=True):
    """An activator accepted a version, through an account. Never changed, never erased.

    It refers to both by number alone: it outlives them, as the proof of what was agreed.
    """

    __tablename__ = "charter_acceptance"
    __table_args__ = (UniqueConstraint("activator_id", "version"),)

    id: int = Field(sa_column=id_column())
    version: str = Field(foreign_key="charter_version.version", max_length=20)
    activator_id: int = Field(sa_type=BigInteger)
    account_id: int = Field(sa_type=BigInteger)
    accepted_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
