"""Activators: the people of the directory, their kind, state and profile."""

from datetime import date, datetime
from enum import Enum

from sqlalchemy import BigInteger, CheckConstraint, Column
from sqlmodel import Field, SQLModel
from typing_extensions import TypedDict

from models.base import UtcDateTime, enum_column, id_column, json_column, one_of
from models.territories import PositionPrecision


class ActivatorKind(Enum):
    """The five kinds of the charter (article 2)."""

    ADVISER = "ADVISER"
    INSTITUTIONAL = "INSTITUTIONAL"
    SOLUTION_PROVIDER = "SOLUTION_PROVIDER"
    FUNDING_ADVISER = "FUNDING_ADVISER"
    CHAMPION = "CHAMPION"


class ActivatorState(Enum):
    """Where a membership stands; only an active one is public."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    WITHDRAWN = "WITHDRAWN"


STATE_TRANSITIONS: dict[ActivatorState, frozenset[ActivatorState]] = {
    ActivatorState.PENDING: frozenset({ActivatorState.ACTIVE, ActivatorState.WITHDRAWN}),
    ActivatorState.ACTIVE: frozenset({ActivatorState.SUSPENDED, ActivatorState.WITHDRAWN}),
    ActivatorState.SUSPENDED: frozenset({ActivatorState.ACTIVE, ActivatorState.WITHDRAWN}),
    ActivatorState.WITHDRAWN: frozenset(),
}
"""Which state may follow which; a withdrawal is final."""

STEPS_WITH_REASON = frozenset(
    {
        (ActivatorState.PENDING, ActivatorState.WITHDRAWN),
        (ActivatorState.ACTIVE, ActivatorState.SUSPENDED),
    }
)
"""Those that nobody takes without saying why: a refusal and a suspension."""

LONGEST_REASON = 1000


class Reference(TypedDict):
    """Work that an activator quotes to show its skills."""

    title: str
    url: str | None
    description: str | None


class Video(TypedDict):
    """A video that an activator shows."""

    title: str
    url: str


class Activator(SQLModel, table=True):
    """A natural person attached to a structure, of one kind.

    `version` grows by one with each change of what a page shows of it, its structure's
    details included; `edited` says by column or set of the profile in which version somebody
    last edited it here: a roster leaves these as they are. `email` is in lower case, as that of
    an account. `publishes_coordinates`: its e-mail and phone are shown to everyone (where its
    kind allows it).

    It is not listed from `lapsed_at` on, when its profile was not confirmed for too long, until
    it is; nor from `left_at` on, when it left its structure, until `next_structure_id` or
    another confirms it. `employed_at` is when its structure last confirmed that it works there.
    `state_reason` is why its state last changed, if that was said.
    It is away from `away_from` to `away_until`, both days included, or until it says that it is
    back; meanwhile it is proposed to nobody. `reminded_at` and `noticed_at` are when it was last
    asked to confirm its profile, and told that it will lapse. Once `erased_at` is set, nothing
    personal is left, and it exists for nobody. `stars` counts its published reviews of 1 to 5
    stars, in five numbers; none where it has no review.
    """

    __table_args__ = (
        CheckConstraint(one_of("kind", ActivatorKind), name="kind_known"),
        CheckConstraint(one_of("state", ActivatorState), name="state_known"),
        CheckConstraint(one_of("precision", PositionPrecision), name="precision_known"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_in_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_in_range"),
        CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL) = (precision IS NULL)",
            name="position_whole",
        ),
        CheckConstraint(
            "away_until IS NULL OR (away_from IS NOT NULL AND away_from <= away_until)",
            name="absence_whole",
        ),
    )

    id: int = Field(sa_column=id_column())
    version: int = 1
    kind: ActivatorKind = Field(sa_column=enum_column(ActivatorKind))
    state: ActivatorState = Field(sa_column=enum_column(ActivatorState))
    given_name: str = Field(max_length=100)
    family_name: str = Field(max_length=100)
    email: str | None = Field(default=None, max_length=254, index=True)
    phone: str | None = Field(default=None, max_length=20)
    publishes_coordinates: bool = False
    headline: str | None = Field(default=None, max_length=200)
    presentation: str | None = Field(default=None, max_length=5000)
    structure_id: int = Field(foreign_key="structure.id", sa_type=BigInteger, index=True)
    address_line: str | None = Field(default=None, max_length=300)
    postal_code: str = Field(max_length=5)
    city: str = Field(max_length=100)
    commune_code: str | None = Field(
        default=None, foreign_key="territory.code", max_length=9, index=True
    )
    latitude: float | None = None
    longitude: float | None = None
    precision: PositionPrecision | None = Field(
        default=None, sa_column=enum_column(PositionPrecision, nullable=True)
    )
    website_url: str | None = Field(default=None, max_length=500)
    remote: bool = False
    pricing: str | None = Field(default=None, max_length=2000)
    languages: list[str] = Field(default_factory=list, sa_column=json_column())
    references: list[Reference] = Field(
        default_factory=list, sa_column=json_column("profile_references")
    )
    videos: list[Video] = Field(default_factory=list, sa_column=json_column())
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    edited: dict[str, int] = Field(default_factory=dict, sa_column=json_column(default=dict))
    state_reason: str | None = Field(default=None, max_length=LONGEST_REASON)
    state_changed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    reminded_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    noticed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    lapsed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    left_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    next_structure_id: int | None = Field(
        default=None, foreign_key="structure.id", sa_type=BigInteger, index=True
    )
    employed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    away_from: date | None = None
    away_until: date | None = None
    erased_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    stars: list[int] = Field(default_factory=list, sa_column=json_column(default=list))


class ActivatorExpertise(SQLModel, table=True):
    """A field in which an activator advises."""

    __tablename__ = "activator_expertise"

    activator_id: int = Field(
        foreign_key="activator.id", sa_type=BigInteger, primary_key=True, ondelete="CASCADE"
    )
    field_code: str = Field(
        foreign_key="expertise_field.code", max_length=64, primary_key=True, index=True
    )


class ActivatorSector(SQLModel, table=True):
    """A section of activities (NAF) that an activator knows."""

    __tablename__ = "activator_sector"

    activator_id: int = Field(
        foreign_key="activator.id", sa_type=BigInteger, primary_key=True, ondelete="CASCADE"
    )
    sector_code: str = Field(foreign_key="sector.code", max_length=1, primary_key=True, index=True)


class ActivatorTerritory(SQLModel, table=True):
    """A territory where an activator works."""

    __tablename__ = "activator_territory"

    activator_id: int = Field(
        foreign_key="activator.id", sa_type=BigInteger, primary_key=True, ondelete="CASCADE"
    )
    territory_code: str = Field(
        foreign_key="territory.code", max_length=9, primary_key=True, index=True
    )


class EnrolmentSource(Enum):
    """Who said that a network has an activator."""

    ROSTER = "ROSTER"
    REGISTRATION = "REGISTRATION"


class Enrolment(SQLModel, table=True):
    """An activator that a network has, under the network's own number.

    The network declared it in its roster; or it named the network when it registered, and the
    number is ours.
    """

    __table_args__ = (CheckConstraint(one_of("source", EnrolmentSource), name="source_known"),)

    network_code: str = Field(foreign_key="network.code", max_length=64, primary_key=True)
    external_id: str = Field(primary_key=True, max_length=100)
    activator_id: int = Field(
        foreign_key="activator.id", sa_type=BigInteger, index=True, ondelete="CASCADE"
    )
    source: EnrolmentSource = Field(
        default=EnrolmentSource.ROSTER,
        sa_column=enum_column(EnrolmentSource, default=EnrolmentSource.ROSTER),
    )
