"""Signing in: links sent by e-mail, sessions, refresh tokens.

A secret is stored as a hash only (`secret_hash`), so that a stolen database opens nothing.
"""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime, id_column


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
    """A sign-in that lasts: access tokens name it, and end with it."""

    id: int = Field(sa_column=id_column())
    account_id: int = Field(
        foreign_key="account.id", sa_type=BigInteger, index=True, ondelete="CASCADE"
    )
    client: str | None = Field(default=None, max_length=100)
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    last_used_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class RefreshToken(SQLModel, table=True):
    """A token of a session that gives the next one; used twice, it ends the session."""

    __tablename__ = "refresh_token"

    token_hash: str = Field(primary_key=True, max_length=64)
    session_id: int = Field(
        foreign_key="session.id", sa_type=BigInteger, index=True, ondelete="CASCADE"
    )
    used_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
