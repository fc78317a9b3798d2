"""The directory's revision: what changed, in the order in which it was committed."""

from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col

from models.base import enum_column, one_of

CHANNEL = "maillage_directory"
"""Where PostgreSQL tells all workers which revision was committed."""

KEPT = 20_000
"""Revisions kept. A worker further behind reads the whole directory again."""

PRUNED_EVERY = 100
"""Revisions between two removals of older ones: a statement less for all the others."""


class Subject(Enum):
    """What a change is about."""

    ACTIVATOR = "ACTIVATOR"
    ACCOUNT = "ACCOUNT"
    """Whatever may come in: an account or an API key."""
    REFERENCE = "REFERENCE"
    """Territories, taxonomy or networks: everything is read again."""
    CONTACT_REQUEST = "CONTACT_REQUEST"
    """Nothing of the directory: who follows a contact request is told."""


class Revision(SQLModel, table=True):
    """One row: the number of the last committed change.

    Its row lock puts writers one after the other, so that revisions become visible in order:
    a reader that has seen n will never meet a later change below n.
    """

    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(default=1, primary_key=True)
    value: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class Change(SQLModel, table=True):
    """A thing that a revision changed."""

    __table_args__ = (
        CheckConstraint(one_of("subject", Subject), name="subject_known"),
        Index(None, "revision"),
    )

    id: int | None = Field(default=None, primary_key=True)
    revision: int = Field(sa_column=Column(BigInteger, nullable=False))
    subject: Subject = Field(sa_column=enum_column(Subject))
    subject_id: int | None = Field(default=None, sa_column=Column(BigInteger))


@dataclass
class Written:
    """What a transaction changed, for the process that committed it."""

    activators: set[int] = field(default_factory=set)
    reference: bool = False


async def current_revision(session: AsyncSession) -> int:
    """Read the number of the last committed change."""
    return int((await session.execute(select(col(Revision.value)))).scalar_one())


async def record_changes(session: AsyncSession, subject: Subject, ids: list[int] | None) -> None:
    """Bump the revision in the caller's transaction, and say what it changed.

    Call it last: from here on, other writers wait for this transaction to end.
    """
    statement = (
        update(Revision).values(value=col(Revision.value) + 1).returning(col(Revision.value))
    )
    revision = int((await session.execute(statement)).scalar_one())
    subjects: list[int | None] = [*ids] if ids is not None else [None]
    rows = [{"revision": revision, "subject": subject, "subject_id": one} for one in subjects]
    await session.execute(insert(Change), rows)
    if revision % PRUNED_EVERY == 0:
        await session.execute(delete(Change).where(col(Change.revision) <= revision - KEPT))
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_notify(CHANNEL, str(revision))))
    written = session.info.setdefault("written", Written())
    if subject is Subject.ACTIVATOR:
        written.activators |= {*(ids or ())}
    written.reference |= subject is Subject.REFERENCE
