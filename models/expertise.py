"""The taxonomy of expertise: fields grouped in themes, labelled in French and English."""

from sqlmodel import Field, SQLModel


class ExpertiseTheme(SQLModel, table=True):
    """A group of fields, in the order people read them."""

    __tablename__ = "expertise_theme"

    code: str = Field(primary_key=True, max_length=64)
    label_fr: str = Field(max_length=200)
    label_en: str = Field(max_length=200)
    rank: int


class ExpertiseField(SQLModel, table=True):
    """A field of expertise (champ d'expertise)."""

    __tablename__ = "expertise_field"

    code: str = Field(primary_key=True, max_length=64)
    theme_code: str = Field(foreign_key="expertise_theme.code", max_length=64, index=True)
    label_fr: str = Field(max_length=200)
    label_en: str = Field(max_length=200)
    rank: int


class Sector(SQLModel, table=True):
    """A section of the French classification of activities (NAF rev. 2), A to U."""

    code: str = Field(primary_key=True, max_length=1)
    label_fr: str = Field(max_length=200)
    label_en: str = Field(max_length=200)
