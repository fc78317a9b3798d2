"""How often pages are consulted (charter, article 5): numbers of a day, and nobody's name."""

from datetime import date
from enum import Enum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from models.base import enum_column, one_of


class ConsultationKind(Enum):
    """What somebody did with a page."""

    VIEW = "VIEW"
    CONTACT_CLICK = "CONTACT_CLICK"
    WEBSITE_CLICK = "WEBSITE_CLICK"


class ViewerKind(Enum):
    """Who looked at it."""

    VISITOR = "VISITOR"
    MEMBER = "MEMBER"
    INSTITUTION = "INSTITUTION"
    STAFF = "STAFF"


class Consultation(SQLModel, table=True):
    """How often one thing was done with a page on a day (of Paris), through one portal.

    `portal` is the code of the network whose portal it was; empty for who came without one.
    """

    __table_args__ = (
        CheckConstraint(one_of("kind", ConsultationKind), name="kind_known"),
        CheckConstraint(one_of("viewer", ViewerKind), name="viewer_known"),
        CheckConstraint("count > 0", name="count_positive"),
        Index(None, "day"),
    )

    activator_id: int = Field(
        foreign_key="activator.id", sa_type=BigInteger, primary_key=True, ondelete="CASCADE"
    )
    day: date = Field(primary_key=True)
    kind: ConsultationKind = Field(
        sa_column=Column(enum_column(ConsultationKind).type, primary_key=True)
    )
    portal: str = Field(primary_key=True, max_length=64)
    viewer: ViewerKind = Field(sa_column=Column(enum_column(ViewerKind).type, primary_key=True))
    count: int = Field(sa_column=Column(BigInteger, nullable=False))
