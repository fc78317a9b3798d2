"""Jobs: work that must happen later, written in the transaction of its cause.

At least once: a worker takes a job with a lease, so that one that is killed loses nothing. A job
that keeps failing ends as dead, and is seen.
"""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime, enum_column, id_column, json_column, one_of


class JobState(Enum):
    """Where a job stands."""

    WAITING = "WAITING"
    DONE = "DONE"
    DEAD = "DEAD"


class Job(SQLModel, table=True):
    """A piece of work.

    `dedupe_key` names its cause: a second job with the same key is not written. `payload` is
    emptied once the job is done, and kept of one that is dead, so that it can be tried again. A
    job is taken when `run_at` has come and its lease, if any, is over; `attempts` counts how often
    it was.
    """

    __table_args__ = (
        CheckConstraint(one_of("state", JobState), name="state_known"),
        Index(None, "state", "run_at"),
        Index(None, "state", "finished_at"),
    )

    id: int = Field(sa_column=id_column())
    kind: str = Field(max_length=64)
    dedupe_key: str | None = Field(default=None, max_length=200, unique=True)
    payload: dict[str, Any] = Field(sa_column=json_column())
    state: JobState = Field(sa_column=enum_column(JobState))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    run_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    leased_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    attempts: int = 0
    last_error: str | None = Field(default=None, max_length=200)
    finished_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
