"""Structures: the legal persons, by SIRET, and the networks that federate them."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column
from sqlmodel import Field, SQLModel
from stdnum.exceptions import ValidationError
from stdnum.fr import siret as siret_number

from models.base import UtcDateTime, id_column


def checked_siret(text: str) -> str:
    """Give the 14 digits of a valid SIRET (its checksum, and La Poste's own rule, hold).

    Raises ValueError with what was expected.
    """
    try:
        return str(siret_number.validate(text))
    except ValidationError:
        raise ValueError("a SIRET: 14 digits whose checksum holds") from None


class Structure(SQLModel, table=True):
    """A legal person of the directory.

    One that somebody named while registering `awaits_confirmation` by its manager or staff. One
    whose details somebody `edited` here is left as it is by rosters. Its managers were last asked
    at `employment_asked_at` who still works there.
    """

    __table_args__ = (CheckConstraint("length(siret) = 14", name="siret_whole"),)

    id: int = Field(sa_column=id_column())
    siret: str = Field(max_length=14, unique=True)
    name: str = Field(max_length=200)
    legal_form: str | None = Field(default=None, max_length=100)
    address_line: str | None = Field(default=None, max_length=300)
    postal_code: str = Field(max_length=5)
    city: str = Field(max_length=100)
    commune_code: str | None = Field(
        default=None, foreign_key="territory.code", max_length=9, index=True
    )
    awaits_confirmation: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, default=False, index=True)
    )
    employment_asked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    edited: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, default=False))


class Membership(SQLModel, table=True):
    """A structure that a network federates."""

    structure_id: int = Field(
        foreign_key="structure.id", sa_type=BigInteger, primary_key=True, ondelete="CASCADE"
    )
    network_code: str = Field(
        foreign_key="network.code", max_length=64, primary_key=True, index=True
    )
