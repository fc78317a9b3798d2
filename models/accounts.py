"""Accounts and their roles: who may sign in, and as what."""

from datetime import datetime
from enum import Enum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime, enum_column, id_column, one_of
from models.identities import LONGEST_ISSUER


class Role(Enum):
    """What an account is; its value is the word of the command line."""

    ACTIVATOR = "activator"
    STRUCTURE_MANAGER = "structure-manager"
    NETWORK_MANAGER = "network-manager"
    MODERATOR = "moderator"
    INSTITUTION = "institution"
    ADMINISTRATOR = "administrator"


class Language(Enum):
    """A language in which the service speaks to people."""

    FR = "FR"
    EN = "EN"


class Account(SQLModel, table=True):
    """A person who signs in, known by its e-mail address (lower case).

    Tokens written before `signed_out_at` are refused: it left every session at once.
    """

    __table_args__ = (CheckConstraint(one_of("language", Language), name="language_known"),)

    id: int = Field(sa_column=id_column())
    email: str = Field(max_length=254, unique=True)
    language: Language = Field(
        default=Language.FR, sa_column=enum_column(Language, default=Language.FR)
    )
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    signed_out_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


ABOUT_NOTHING = text(
    "activator_id IS NULL AND structure_id IS NULL AND network_code IS NULL AND region_code IS NULL"
)


OURS = text("issuer IS NULL")


class AccountRole(SQLModel, table=True):
    """A role of an account, with the one thing it is about.

    An activator's role names the activator, a structure manager's the structure, a network
    manager's the network; an institution's names a region, or none for the national level. An
    account has each but once, from us and from each OpenID Connect issuer: `issuer` is the one
    that says so, and may unsay it; none where we say it.
    """

    __tablename__ = "account_role"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role_known"),
        CheckConstraint(
            "(role = 'activator') = (activator_id IS NOT NULL)"
            " AND (role = 'structure-manager') = (structure_id IS NOT NULL)"
            " AND (role = 'network-manager') = (network_code IS NOT NULL)"
            " AND (role = 'institution' OR region_code IS NULL)",
            name="role_about_one_thing",
        ),
        UniqueConstraint("account_id", "activator_id"),
        UniqueConstraint("account_id", "structure_id"),
        UniqueConstraint("account_id", "network_code", "issuer"),
        UniqueConstraint("account_id", "region_code"),
        Index(
            "uq_account_role_of_ours",
            "account_id",
            "network_code",
            unique=True,
            sqlite_where=OURS,
            postgresql_where=OURS,
        ),
        Index(
            "uq_account_role_about_nothing",
            "account_id",
            "role",
            unique=True,
            sqlite_where=ABOUT_NOTHING,
            postgresql_where=ABOUT_NOTHING,
        ),
    )

    id: int = Field(sa_column=id_column())
    account_id: int = Field(
        foreign_key="account.id", sa_type=BigInteger, index=True, ondelete="CASCADE"
    )
    role: Role = Field(sa_column=enum_column(Role))
    activator_id: int | None = Field(
        default=None, foreign_key="activator.id", sa_type=BigInteger, index=True
    )
    structure_id: int | None = Field(
        default=None, foreign_key="structure.id", sa_type=BigInteger, index=True
    )
    network_code: str | None = Field(
        default=None, foreign_key="network.code", max_length=64, index=True
    )
    region_code: str | None = Field(
        default=None, foreign_key="territory.code", max_length=9, index=True
    )
    issuer: str | None = Field(default=None, max_length=LONGEST_ISSUER)
