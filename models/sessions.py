"""Signing in: links sent by e-mail, sessions, refresh tokens.

A secret is stored as a hash only (`secret_hash`), so that a stolen database opens nothing.
"""

from datetime import datetime
from enum import Enum
from hashlib import sha256

from sqlalchemy import BigInteger, CheckConstraint, Column
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime, enum_column, id_column, one_of
from models.identities import LONGEST_ISSUER


class SignInMethod(Enum):
    """How somebody proved who they are."""

    EMAIL_LINK = "EMAIL_LINK"
    OPENID_CONNECT = "OPENID_CONNECT"


def secret_hash(secret: str) -> str:
    """Give what is stored of a random secret: SHA-256, in hexadecimal.

    A secret of 256 random bits needs no salt and no slow hash.
    """
    return sha256(secret.encode()).hexdigest()


class SignInLink(SQLModel, table=True):
    """A link sent to an account's address: it opens one session, once, for a short while."""

    __tablename__ = "sign_in_link"

    token_hash: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(
        foreign_key="account.id", sa_type=BigInteger, index=True, ondelete="CASCADE"
    )
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class Session(SQLModel, table=True):
    """A sign-in that lasts: access tokens name it, and end with it.

    `issuer` is the one that vouched for a person who came by OpenID Connect.
    """

    __table_args__ = (
        CheckConstraint(one_of("method", SignInMethod), name="method_known"),
        CheckConstraint(
            "(method = 'OPENID_CONNECT') = (issuer IS NOT NULL)", name="issuer_of_openid_connect"
        ),
    )

    id: int = Field(sa_column=id_column())
    account_id: int = Field(
        foreign_key="account.id", sa_type=BigInteger, index=True, ondelete="CASCADE"
    )
    method: SignInMethod = Field(sa_column=enum_column(SignInMethod))
    issuer: str | None = Field(default=None, max_length=LONGEST_ISSUER)
    client: str | None = Field(default=None, max_length=100)
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    last_used_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, index=True))


class RefreshToken(SQLModel, table=True):
    """A token of a session that gives the next one; used twice, it ends the session."""

    __tablename__ = "refresh_token"

    token_hash: str = Field(primary_key=True, max_length=64)
    session_id: int = Field(
        foreign_key="session.id", sa_type=BigInteger, index=True, ondelete="CASCADE"
    )
    used_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, index=True))
