"""What moderators decide: one queue of cases, reports of profiles, and sanctions."""

from datetime import datetime
from enum import Enum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text
from sqlmodel import Field, SQLModel

from models.accounts import Language
from models.base import UtcDateTime, enum_column, id_column, one_of


class CaseKind(Enum):
    """What a case is about."""

    REVIEW = "REVIEW"
    REVIEW_CHANGE = "REVIEW_CHANGE"
    REVIEW_DOUBT = "REVIEW_DOUBT"
    ENGAGEMENT_DISPUTE = "ENGAGEMENT_DISPUTE"
    PROFILE_REPORT = "PROFILE_REPORT"


class Verdict(Enum):
    """How a case was decided."""

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class ModerationCase(SQLModel, table=True):
    """Something that waits for a moderator, or did.

    `subject_id` is the review, the declared engagement or the report; `activator_id` whom it is
    about, by whom conflicts of interest are known. A moderator holds it until `claimed_until`. It
    is due at `due_at` and open until `decided_at`; `decision_minutes` are the minutes between.
    One that became void, as by a withdrawal, is `WITHDRAWN`. `sealed` holds the words of the
    decision, as JSON.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        CheckConstraint(one_of("kind", CaseKind), name="kind_known"),
        CheckConstraint(one_of("verdict", Verdict), name="verdict_known"),
        CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="decision_whole"),
        Index(None, "decided_at", "opened_at", "id"),
        Index(None, "kind", "subject_id"),
    )

    id: int = Field(sa_column=id_column())
    kind: CaseKind = Field(sa_column=enum_column(CaseKind))
    subject_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    activator_id: int = Field(foreign_key="activator.id", sa_type=BigInteger, index=True)
    opened_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    claimed_by: int | None = Field(
        default=None,
        foreign_key="account.id",
        sa_type=BigInteger,
        index=True,
        ondelete="SET NULL",
    )
    claimed_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    verdict: Verdict | None = Field(default=None, sa_column=enum_column(Verdict, nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decision_minutes: int | None = None
    decided_by: int | None = Field(
        default=None,
        foreign_key="account.id",
        sa_type=BigInteger,
        index=True,
        ondelete="SET NULL",
    )
    ground: str | None = Field(default=None, max_length=64)
    sealed: str | None = Field(default=None, sa_column=Column(Text))


class ReportReason(Enum):
    """What is wrong with a profile."""

    FALSE_INFORMATION = "FALSE_INFORMATION"
    ADVERTISING = "ADVERTISING"
    OFFENSIVE = "OFFENSIVE"
    IMPERSONATION = "IMPERSONATION"
    UNLAWFUL = "UNLAWFUL"
    OTHER = "OTHER"


class ProfileReport(SQLModel, table=True):
    """Somebody reports an activator's page; `sealed` holds their words and address, as JSON.

    `reporter_hash` (keyed) finds what the same one has reported of the same page; the outcome is
    told in `language`.
    """

    __tablename__ = "profile_report"
    __table_args__ = (
        CheckConstraint(one_of("reason", ReportReason), name="reason_known"),
        CheckConstraint(one_of("language", Language), name="language_known"),
    )

    id: int = Field(sa_column=id_column())
    activator_id: int = Field(foreign_key="activator.id", sa_type=BigInteger, index=True)
    account_id: int | None = Field(
        default=None,
        foreign_key="account.id",
        sa_type=BigInteger,
        index=True,
        ondelete="SET NULL",
    )
    reason: ReportReason = Field(sa_column=enum_column(ReportReason))
    language: Language = Field(sa_column=enum_column(Language))
    reporter_hash: str | None = Field(default=None, max_length=64, index=True)
    reported_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    sealed: str | None = Field(default=None, sa_column=Column(Text))


class Sanction(SQLModel, table=True):
    """What was held against an activator, open until staff lift it.

    `sealed` holds what it was told, as JSON.
    """

    __table_args__ = (CheckConstraint(one_of("ground", ReportReason), name="ground_known"),)

    id: int = Field(sa_column=id_column())
    activator_id: int = Field(foreign_key="activator.id", sa_type=BigInteger, index=True)
    report_id: int | None = Field(
        default=None, foreign_key="profile_report.id", sa_type=BigInteger, index=True
    )
    ground: ReportReason = Field(sa_column=enum_column(ReportReason))
    opened_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    lifted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, index=True))
    sealed: str | None = Field(default=None, sa_column=Column(Text))
