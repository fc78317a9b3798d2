"""What comes of a contact request: a first diagnosis, an engagement (charter, article 4)."""

from datetime import datetime
from enum import Enum

from sqlalchemy import BigInteger, CheckConstraint, Column, Text
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime, enum_column, json_column, one_of


class Diagnosis(SQLModel, table=True):
    """The first diagnosis of a company, free whatever follows (charter, article 4).

    `sealed` holds the findings and the next steps, as JSON, until the request is purged;
    `expertise` the recommended fields.
    """

    request_id: int = Field(
        foreign_key="contact_request.id",
        sa_type=BigInteger,
        primary_key=True,
        ondelete="CASCADE",
        sa_column_kwargs={"autoincrement": False},
    )
    recorded_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expertise: list[str] = Field(sa_column=json_column())
    sealed: str | None = Field(default=None, sa_column=Column(Text))


class SupportKind(Enum):
    """What an engagement consists of."""

    ADVICE = "ADVICE"
    TRAINING = "TRAINING"
    FUNDING = "FUNDING"
    IMPLEMENTATION = "IMPLEMENTATION"
    SHARED_EXPERIENCE = "SHARED_EXPERIENCE"


class Outcome(Enum):
    """How an engagement ended."""

    SUCCESSFUL = "SUCCESSFUL"
    PARTLY_SUCCESSFUL = "PARTLY_SUCCESSFUL"
    UNSUCCESSFUL = "UNSUCCESSFUL"


class Engagement(SQLModel, table=True):
    """The support that follows a request, one a request.

    `sealed` holds what was agreed, the price and its terms, and why it ended as it did, as JSON,
    until the request is purged.
    """

    __table_args__ = (
        CheckConstraint(one_of("kind", SupportKind), name="kind_known"),
        CheckConstraint(one_of("outcome", Outcome), name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (completed_at IS NULL)", name="outcome_whole"),
    )

    request_id: int = Field(
        foreign_key="contact_request.id",
        sa_type=BigInteger,
        primary_key=True,
        ondelete="CASCADE",
        sa_column_kwargs={"autoincrement": False},
    )
    kind: SupportKind = Field(sa_column=enum_column(SupportKind))
    expertise: list[str] = Field(sa_column=json_column())
    started_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    completed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    outcome: Outcome | None = Field(default=None, sa_column=enum_column(Outcome, nullable=True))
    sealed: str | None = Field(default=None, sa_column=Column(Text))
