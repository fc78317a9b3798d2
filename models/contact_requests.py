"""Contact requests: a company asks an activator for help (charter, article 4).

What says who the company is, and all words, are encrypted (`sealed`); what is counted is not.
"""

from datetime import datetime
from enum import Enum

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel
from typing_extensions import TypedDict

from models.accounts import Language
from models.base import UtcDateTime, enum_column, id_column, json_column, one_of
from models.request_steps import RequestState, Step


class CompanySize(Enum):
    """How many people work in a company: the classes of INSEE (décret n° 2008-1354)."""

    NONE = "NONE"
    MICRO = "MICRO"
    SMALL = "SMALL"
    MEDIUM = "MEDIUM"
    LARGE = "LARGE"


class Author(Enum):
    """Who did something with a request, or wrote it."""

    COMPANY = "COMPANY"
    ACTIVATOR = "ACTIVATOR"
    MODERATOR = "MODERATOR"
    ADMINISTRATOR = "ADMINISTRATOR"
    SERVICE = "SERVICE"


class Sign(Enum):
    """What makes a request look like an abuse; its text is looked at by no moderator."""

    LINKS = "LINKS"
    REPEATED_TEXT = "REPEATED_TEXT"


class Suspicion(TypedDict):
    """A sign, and how much of it there is: links, or activators who were sent the same text."""

    sign: str
    count: int


class ContactRequest(SQLModel, table=True):
    """A company asks one activator.

    `sealed` holds the company, the person and the need, as JSON; nothing once `purged_at` is set.
    `email_hash` and `text_hash` (keyed) find what one address asked, and one text sent to many.
    `idempotency_hash` names the asking, `asked_hash` what was asked under that name. `network_code`
    is the portal's that asked, `account_id` the company's account, if it has one.

    It was sent to its activator at `sent_at`: never, while it is held. An answer is due at
    `due_at`; `answer_minutes` are the minutes of working time until the first one, be it a refusal.
    A request that follows another has its number (`previous_id`), that of the first of the chain
    (`root_id`), and how many came before (`hops`). The company is invited once to say how it went,
    at `review_invited_at`.
    """

    __tablename__ = "contact_request"
    __table_args__ = (
        CheckConstraint(one_of("state", RequestState), name="state_known"),
        CheckConstraint(one_of("language", Language), name="language_known"),
        CheckConstraint(one_of("size", CompanySize), name="size_known"),
        CheckConstraint("(hops = 0) = (previous_id IS NULL)", name="chain_whole"),
        Index(None, "activator_id", "created_at"),
        Index(None, "email_hash", "activator_id"),
        Index(None, "state", "created_at"),
        Index(None, "created_at", "id"),
    )

    id: int = Field(sa_column=id_column())
    reference: str = Field(max_length=16, unique=True)
    version: int = 1
    activator_id: int = Field(foreign_key="activator.id", sa_type=BigInteger)
    structure_id: int = Field(foreign_key="structure.id", sa_type=BigInteger, index=True)
    state: RequestState = Field(sa_column=enum_column(RequestState))
    language: Language = Field(sa_column=enum_column(Language))
    network_code: str | None = Field(
        default=None, foreign_key="network.code", max_length=64, index=True
    )
    account_id: int | None = Field(
        default=None,
        foreign_key="account.id",
        sa_type=BigInteger,
        index=True,
        ondelete="SET NULL",
    )
    size: CompanySize = Field(sa_column=enum_column(CompanySize))
    sector_code: str | None = Field(
        default=None, foreign_key="sector.code", max_length=1, index=True
    )
    department_code: str | None = Field(
        default=None, foreign_key="territory.code", max_length=9, index=True
    )
    expertise: list[str] = Field(default_factory=list, sa_column=json_column(default=list))
    sealed: str | None = Field(default=None, sa_column=Column(Text))
    email_hash: str | None = Field(default=None, max_length=64)
    text_hash: str | None = Field(default=None, max_length=64, index=True)
    idempotency_hash: str | None = Field(default=None, max_length=64, unique=True)
    asked_hash: str | None = Field(default=None, max_length=64)
    may_redirect: bool = Field(sa_column=Column(Boolean, nullable=False))
    held_for: list[Suspicion] = Field(default_factory=list, sa_column=json_column(default=list))
    previous_id: int | None = Field(
        default=None, foreign_key="contact_request.id", sa_type=BigInteger, unique=True
    )
    root_id: int | None = Field(
        default=None, foreign_key="contact_request.id", sa_type=BigInteger, index=True
    )
    hops: int = 0
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    sent_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    due_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    acknowledged_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    answered_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    answer_minutes: int | None = None
    escalated_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    expired_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, index=True))
    review_invited_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    purged_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class ContactRequestStep(SQLModel, table=True):
    """A step in the life of a request: its history, to which rows are only added.

    They are numbered from 1, since two may fall on one moment. `reason` is a code; words to the
    company are a message. `account_id` is nobody's who wrote by a private link.
    """

    __tablename__ = "contact_request_step"
    __table_args__ = (
        CheckConstraint(one_of("step", Step), name="step_known"),
        CheckConstraint(one_of("state", RequestState), name="state_known"),
        CheckConstraint(one_of("author", Author), name="author_known"),
        UniqueConstraint("request_id", "number"),
    )

    id: int = Field(sa_column=id_column())
    request_id: int = Field(
        foreign_key="contact_request.id", sa_type=BigInteger, ondelete="CASCADE"
    )
    number: int
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    step: Step = Field(sa_column=enum_column(Step))
    state: RequestState = Field(sa_column=enum_column(RequestState))
    author: Author = Field(sa_column=enum_column(Author))
    account_id: int | None = Field(
        default=None,
        foreign_key="account.id",
        sa_type=BigInteger,
        index=True,
        ondelete="SET NULL",
    )
    reason: str | None = Field(default=None, max_length=64)


class ContactRequestLink(SQLModel, table=True):
    """A private link by which the company follows its request; its secret is kept as a hash."""

    __tablename__ = "contact_request_link"

    id: int = Field(sa_column=id_column())
    request_id: int = Field(
        foreign_key="contact_request.id", sa_type=BigInteger, index=True, ondelete="CASCADE"
    )
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class ContactMessage(SQLModel, table=True):
    """A message between the two parties of a request; `sealed` holds its text, as JSON.

    Those of a request are numbered from 1, in the order of the thread.
    """

    __tablename__ = "contact_message"
    __table_args__ = (
        CheckConstraint("author IN ('COMPANY', 'ACTIVATOR')", name="author_is_party"),
        UniqueConstraint("request_id", "number"),
    )

    id: int = Field(sa_column=id_column())
    request_id: int = Field(
        foreign_key="contact_request.id", sa_type=BigInteger, ondelete="CASCADE"
    )
    number: int
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    author: Author = Field(sa_column=enum_column(Author))
    sealed: str = Field(sa_column=Column(Text, nullable=False))


class RedirectionOffer(SQLModel, table=True):
    """Another activator that the company may choose, proposed by the one asked or the service."""

    __tablename__ = "redirection_offer"
    __table_args__ = (
        CheckConstraint("author IN ('ACTIVATOR', 'SERVICE')", name="author_proposes"),
        UniqueConstraint("request_id", "activator_id"),
    )

    id: int = Field(sa_column=id_column())
    request_id: int = Field(
        foreign_key="contact_request.id", sa_type=BigInteger, ondelete="CASCADE"
    )
    activator_id: int = Field(foreign_key="activator.id", sa_type=BigInteger, index=True)
    author: Author = Field(sa_column=enum_column(Author))
    position: int
    offered_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
