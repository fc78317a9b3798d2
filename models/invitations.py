"""What waits for somebody's word: registrations to verify, invitations to accept.

Each is opened by a link that was sent by e-mail: its secret is made of its number and the
service's own secret, and stored nowhere.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column
from sqlmodel import Field, SQLModel

from models.accounts import Language, Role
from models.base import UtcDateTime, enum_column, id_column, json_column, one_of


class Registration(SQLModel, table=True):
    """Somebody who wants to join; nothing of it is in the directory before the e-mail is verified.

    `asked` is what they filled in, checked. It goes when it is verified, or when its time is over.
    """

    __table_args__ = (CheckConstraint(one_of("language", Language), name="language_known"),)

    id: int = Field(sa_column=id_column())
    email: str = Field(max_length=254, index=True)
    language: Language = Field(sa_column=enum_column(Language))
    asked: dict[str, Any] = Field(sa_column=json_column())
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))


class Invitation(SQLModel, table=True):
    """A structure invites somebody to join it, as an activator or as a manager."""

    __table_args__ = (
        CheckConstraint(one_of("language", Language), name="language_known"),
        CheckConstraint("role IN ('activator', 'structure-manager')", name="role_of_structure"),
    )

    id: int = Field(sa_column=id_column())
    structure_id: int = Field(foreign_key="structure.id", sa_type=BigInteger, index=True)
    role: Role = Field(sa_column=enum_column(Role))
    email: str = Field(max_length=254, index=True)
    language: Language = Field(sa_column=enum_column(Language))
    invited_by: int | None = Field(
        default=None,
        foreign_key="account.id",
        sa_type=BigInteger,
        index=True,
        ondelete="SET NULL",
    )
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    accepted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
