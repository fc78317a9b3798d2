"""The audit: who did what to whom, append-only; each entry is sealed over the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime, json_column


class AuditEntry(SQLModel, table=True):
    """Something that was done. No content of personal fields stands here, only their names.

    `client` says through what: a session, an API key, an operator's token, the service itself.
    `subject` is the type of what it was done to, `subject_id` its key. `before` and `after` tell
    states and roles. `seal` authenticates this entry and the seal before it.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject", "subject_id"),)

    sequence: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    action: str = Field(max_length=64)
    account_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    client: str = Field(max_length=64)
    subject: str = Field(max_length=32)
    subject_id: str = Field(max_length=100)
    before: dict[str, Any] = Field(sa_column=json_column())
    after: dict[str, Any] = Field(sa_column=json_column())
    seal: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """One row: the last entry's number, and its seal sealed again, which only the key can make.

    So the last entries cannot be removed unseen. Its lock puts writers one after the other.
    """

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(default=1, primary_key=True)
    sequence: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    seal: str = Field(default="", max_length=64)
