"""API keys: how the portals and machines of a network come in.

A secret is stored as a keyed hash only, so that a stolen database opens nothing.
"""

from datetime import datetime
from enum import Enum

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime, id_column, json_column


class Scope(Enum):
    """What a key may be used for; its value is the word of the command line."""

    DIRECTORY_READ = "directory:read"
    CONTACT_WRITE = "contact:write"
    STATISTICS_READ = "statistics:read"
    ROSTER_WRITE = "roster:write"


class ApiKey(SQLModel, table=True):
    """A key of a network.

    `scopes` are values of `Scope`; `origins` those of the web pages that may use it. After a
    rotation the secret before serves until `previous_expires_at`.
    """

    __tablename__ = "api_key"

    id: int = Field(sa_column=id_column())
    network_code: str = Field(foreign_key="network.code", max_length=64, index=True)
    name: str = Field(max_length=100)
    scopes: list[str] = Field(sa_column=json_column())
    origins: list[str] = Field(sa_column=json_column())
    secret_hash: str = Field(max_length=64)
    previous_hash: str | None = Field(default=None, max_length=64)
    previous_expires_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    last_used_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
