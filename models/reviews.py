"""Reviews: what companies say of the help that they got (charter, article 4).

Words are encrypted (`sealed`), since not all of them are ever published; stars are counted.
"""

from datetime import date, datetime
from enum import Enum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.accounts import Language
from models.base import UtcDateTime, enum_column, id_column, one_of
from models.review_steps import ReviewState, ReviewStep

FEWEST_STARS, MOST_STARS = 1, 5
STARS_SHOWN_FROM = 5
"""Published reviews from which on everyone sees an activator's stars (charter, article 4)."""

MOST_REFUSALS = 2
"""Refused texts after which a review is refused for good: it may be rewritten once."""


class ReviewAuthor(Enum):
    """Who took a step with a review."""

    COMPANY = "COMPANY"
    ACTIVATOR = "ACTIVATOR"
    MODERATOR = "MODERATOR"
    SERVICE = "SERVICE"


class DoubtGround(Enum):
    """Why an activator doubts that a review is authentic."""

    NOT_A_CLIENT = "NOT_A_CLIENT"
    NOT_OUR_SERVICE = "NOT_OUR_SERVICE"
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"
    INDUCED = "INDUCED"
    OTHER = "OTHER"


class TextState(Enum):
    """What became of one text of a review."""

    WAITING = "WAITING"
    SHOWN = "SHOWN"
    REFUSED = "REFUSED"
    REPLACED = "REPLACED"


class Review(SQLModel, table=True):
    """What a company says of one activator, once for each request or declared engagement.

    `stars` and `published_at` are those of the text that is shown, `changed_at` when another text
    took its place; `refusals` counts the texts that were refused. `sealed` holds the activator's
    one reply, as JSON; `reply_removed_at` says that a moderator took it away. Of whose company it
    is, the request or the engagement knows, until that is erased. Words are gone once `erased_at`
    is set.
    """

    __table_args__ = (
        CheckConstraint(one_of("state", ReviewState), name="state_known"),
        CheckConstraint(one_of("language", Language), name="language_known"),
        CheckConstraint("(request_id IS NULL) <> (engagement_id IS NULL)", name="occasion_one"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars_in_range"),
        CheckConstraint("(stars IS NULL) = (published_at IS NULL)", name="publication_whole"),
        Index(None, "activator_id", "state", "published_at"),
        Index(None, "state", "published_at"),
    )

    id: int = Field(sa_column=id_column())
    version: int = 1
    activator_id: int = Field(foreign_key="activator.id", sa_type=BigInteger)
    request_id: int | None = Field(
        default=None, foreign_key="contact_request.id", sa_type=BigInteger, unique=True
    )
    engagement_id: int | None = Field(
        default=None, foreign_key="declared_engagement.id", sa_type=BigInteger, unique=True
    )
    state: ReviewState = Field(sa_column=enum_column(ReviewState))
    language: Language = Field(sa_column=enum_column(Language))
    stars: int | None = None
    may_quote: bool = False
    refusals: int = 0
    written_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    published_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    changed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    replied_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    reply_removed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    sealed: str | None = Field(default=None, sa_column=Column(Text))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, index=True))
    erased_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class ReviewText(SQLModel, table=True):
    """What the author wrote at one time: it is never edited, another takes its place.

    Those of a review are numbered from 1; at most one is shown and at most one waits. `sealed`
    holds the comment, as JSON; without one the text is stars alone.
    """

    __tablename__ = "review_text"
    __table_args__ = (
        CheckConstraint(one_of("state", TextState), name="state_known"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars_in_range"),
        UniqueConstraint("review_id", "number"),
    )

    id: int = Field(sa_column=id_column())
    review_id: int = Field(foreign_key="review.id", sa_type=BigInteger, ondelete="CASCADE")
    number: int
    state: TextState = Field(sa_column=enum_column(TextState))
    stars: int
    experienced_on: date
    may_quote: bool
    written_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    shown_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    sealed: str | None = Field(default=None, sa_column=Column(Text))


class ReviewHistory(SQLModel, table=True):
    """A step in the life of a review, to which rows are only added, numbered from 1.

    `text_number` is the text that it is about, `ground` why, as a code; `sealed` the words of a
    decision, a doubt or its answer, as JSON.
    """

    __tablename__ = "review_history"
    __table_args__ = (
        CheckConstraint(one_of("step", ReviewStep), name="step_known"),
        CheckConstraint(one_of("state", ReviewState), name="state_known"),
        CheckConstraint(one_of("author", ReviewAuthor), name="author_known"),
        UniqueConstraint("review_id", "number"),
    )

    id: int = Field(sa_column=id_column())
    review_id: int = Field(foreign_key="review.id", sa_type=BigInteger, ondelete="CASCADE")
    number: int
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    step: ReviewStep = Field(sa_column=enum_column(ReviewStep))
    state: ReviewState = Field(sa_column=enum_column(ReviewState))
    author: ReviewAuthor = Field(sa_column=enum_column(ReviewAuthor))
    account_id: int | None = Field(
        default=None,
        foreign_key="account.id",
        sa_type=BigInteger,
        index=True,
        ondelete="SET NULL",
    )
    text_number: int | None = None
    ground: str | None = Field(default=None, max_length=64)
    sealed: str | None = Field(default=None, sa_column=Column(Text))
