"""Licences to use the programme's mark (charter, article 5), and their life."""

from datetime import datetime
from enum import Enum
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime, enum_column, id_column, json_column, one_of


class LicenceState(Enum):
    """Where a licence stands."""

    REQUESTED = "REQUESTED"
    REFUSED = "REFUSED"
    GRANTED = "GRANTED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    SURRENDERED = "SURRENDERED"


class LicenceStep(Enum):
    """What may be done with a licence."""

    REQUEST = "REQUEST"
    GRANT = "GRANT"
    REFUSE = "REFUSE"
    REVOKE = "REVOKE"
    EXPIRE = "EXPIRE"
    SURRENDER = "SURRENDER"


class Way(NamedTuple):
    """The states that a step may leave, and the one to which it leads."""

    leaves: frozenset[LicenceState]
    leads_to: LicenceState


_S = LicenceState
STEPS: dict[LicenceStep, Way] = {
    LicenceStep.REQUEST: Way(frozenset(), _S.REQUESTED),
    LicenceStep.GRANT: Way(frozenset({_S.REQUESTED}), _S.GRANTED),
    LicenceStep.REFUSE: Way(frozenset({_S.REQUESTED}), _S.REFUSED),
    LicenceStep.REVOKE: Way(frozenset({_S.GRANTED}), _S.REVOKED),
    LicenceStep.EXPIRE: Way(frozenset({_S.GRANTED}), _S.EXPIRED),
    LicenceStep.SURRENDER: Way(frozenset({_S.REQUESTED, _S.GRANTED}), _S.SURRENDERED),
}
"""Which step may leave which states, and where it leads."""


class MarkLicence(SQLModel, table=True):
    """An activator's right to use the mark.

    `number` is public, drawn at random. It holds from `granted_at` until `expires_at`;
    `failing_since` is when its conditions were first found not to hold, without a break, and
    `failing` their codes. `closed_at` is when it ended, or was refused; `ground` why.
    """

    __tablename__ = "mark_licence"
    __table_args__ = (
        CheckConstraint(one_of("state", LicenceState), name="state_known"),
        CheckConstraint("(granted_at IS NULL) = (expires_at IS NULL)", name="grant_whole"),
        Index(None, "state", "requested_at"),
        Index(None, "closed_at"),
    )

    id: int = Field(sa_column=id_column())
    number: str = Field(max_length=20, unique=True)
    version: int = 1
    activator_id: int = Field(foreign_key="activator.id", sa_type=BigInteger, index=True)
    state: LicenceState = Field(sa_column=enum_column(LicenceState))
    requested_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    granted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    expires_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    failing_since: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    failing: list[str] = Field(default_factory=list, sa_column=json_column(default=list))
    ground: str | None = Field(default=None, max_length=200)
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
