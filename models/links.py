"""Links of profiles: whether what they lead to still answers (charter, article 3)."""

from datetime import datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime

LONGEST_LINK = 500


class LinkCheck(SQLModel, table=True):
    """A link of an activator's profile that was asked.

    `failures` counts the days, one after another, on which it did not answer; from `dead_since` on
    it is dead, until it answers.
    """

    __tablename__ = "link_check"

    activator_id: int = Field(
        foreign_key="activator.id", sa_type=BigInteger, primary_key=True, ondelete="CASCADE"
    )
    url: str = Field(max_length=LONGEST_LINK, primary_key=True, index=True)
    last_asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    failures: int = 0
    dead_since: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
