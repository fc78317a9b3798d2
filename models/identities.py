"""Identities: who an account is at an OpenID Connect issuer, and which ID tokens were used."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from models.base import UtcDateTime

LONGEST_ISSUER = 200
LONGEST_SUBJECT = 255
"""ASCII characters, as OpenID Connect fixes it."""


class Identity(SQLModel, table=True):
    """A person as an issuer knows them: a subject means nothing without its issuer."""

    issuer: str = Field(primary_key=True, max_length=LONGEST_ISSUER)
    subject: str = Field(primary_key=True, max_length=LONGEST_SUBJECT)
    account_id: int = Field(
        foreign_key="account.id", sa_type=BigInteger, index=True, ondelete="CASCADE"
    )
    linked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SpentIdToken(SQLModel, table=True):
    """An ID token that opened a session: it opens no other while it lasts (`expires_at`)."""

    __tablename__ = "spent_id_token"
    __table_args__ = (Index(None, "expires_at"),)

    token_hash: str = Field(primary_key=True, max_length=64)
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
