"""Regions, departments and communes, by INSEE code; where they are and how surely."""

from enum import Enum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String
from sqlmodel import Field, SQLModel

from models.base import enum_column, one_of


class TerritoryLevel(Enum):
    """A level of the national tree; a municipal district is a commune within a commune."""

    REGION = "REGION"
    DEPARTMENT = "DEPARTMENT"
    COMMUNE = "COMMUNE"


class PositionPrecision(Enum):
    """What a position stands for, from the surest to the coarsest."""

    ADDRESS = "ADDRESS"
    COMMUNE = "COMMUNE"
    POSTAL_CODE = "POSTAL_CODE"
    INTERCOMMUNALITY = "INTERCOMMUNALITY"
    DEPARTMENT = "DEPARTMENT"


PREFIXES = {
    TerritoryLevel.REGION: "REG-",
    TerritoryLevel.DEPARTMENT: "DEP-",
    TerritoryLevel.COMMUNE: "COM-",
}


def territory_code(level: TerritoryLevel, insee_code: str) -> str:
    """Prefix an INSEE code by its level: department 69 is `DEP-69`, region 69 would be `REG-69`."""
    return PREFIXES[level] + insee_code


class Territory(SQLModel, table=True):
    """A region, a department or a commune.

    `latitude` and `longitude` are degrees (WGS 84), null for a place that nothing locates.
    `population` counts inhabitants, null where the census has none.
    """

    __table_args__ = (
        CheckConstraint(one_of("level", TerritoryLevel), name="level_known"),
        CheckConstraint(one_of("precision", PositionPrecision), name="precision_known"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_in_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_in_range"),
        CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL) = (precision IS NULL)",
            name="position_whole",
        ),
    )

    code: str = Field(primary_key=True, max_length=9)
    level: TerritoryLevel = Field(sa_column=enum_column(TerritoryLevel))
    name: str = Field(max_length=100)
    parent_code: str | None = Field(
        default=None, foreign_key="territory.code", max_length=9, index=True
    )
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    precision: PositionPrecision | None = Field(
        default=None, sa_column=enum_column(PositionPrecision, nullable=True)
    )


class TerritoryPostalCode(SQLModel, table=True):
    """A postal code of a commune: several a commune, several communes a code."""

    __tablename__ = "territory_postal_code"
    __table_args__ = (Index(None, "postal_code"),)

    territory_code: str = Field(
        sa_column=Column(
            String(9), ForeignKey("territory.code", ondelete="CASCADE"), primary_key=True
        )
    )
    postal_code: str = Field(primary_key=True, max_length=5)
