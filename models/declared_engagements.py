"""Engagements that companies declare: nobody asks a solution provider for contact (article 3).

Only once the provider, or a moderator, has confirmed one may its company review the provider.
"""

from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text
from sqlmodel import Field, SQLModel

from models.accounts import Language
from models.base import UtcDateTime, enum_column, id_column, one_of


class DeclarationState(Enum):
    """Where a declared engagement stands."""

    DECLARED = "DECLARED"
    DISPUTED = "DISPUTED"
    CONFIRMED = "CONFIRMED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class DeclarationStep(Enum):
    """What may be done with a declared engagement."""

    DECLARE = "DECLARE"
    CONFIRM = "CONFIRM"
    DISPUTE = "DISPUTE"
    REFER = "REFER"
    UPHOLD = "UPHOLD"
    REFUSE = "REFUSE"
    WITHDRAW = "WITHDRAW"


class DisputeReason(Enum):
    """Why a provider says that it was not so."""

    UNKNOWN_COMPANY = "UNKNOWN_COMPANY"
    OTHER_WORK = "OTHER_WORK"
    OTHER_DATE = "OTHER_DATE"
    UNKNOWN_PROOF = "UNKNOWN_PROOF"
    OTHER = "OTHER"


class Way(NamedTuple):
    """The states that a step may leave, and the one to which it leads."""

    leaves: frozenset[DeclarationState]
    leads_to: DeclarationState


_S = DeclarationState
STEPS: dict[DeclarationStep, Way] = {
    DeclarationStep.DECLARE: Way(frozenset(), _S.DECLARED),
    DeclarationStep.CONFIRM: Way(frozenset({_S.DECLARED, _S.DISPUTED}), _S.CONFIRMED),
    DeclarationStep.DISPUTE: Way(frozenset({_S.DECLARED}), _S.DISPUTED),
    DeclarationStep.REFER: Way(frozenset({_S.DECLARED}), _S.DISPUTED),
    DeclarationStep.UPHOLD: Way(frozenset({_S.DISPUTED}), _S.CONFIRMED),
    DeclarationStep.REFUSE: Way(frozenset({_S.DISPUTED}), _S.REFUSED),
    DeclarationStep.WITHDRAW: Way(frozenset({_S.DECLARED, _S.DISPUTED}), _S.WITHDRAWN),
}
"""Which step may leave which states. Silence is referred to a moderator (`REFER`), as a dispute."""

OPEN = frozenset({_S.DECLARED, _S.DISPUTED})
"""Somebody still has to say whether it was so."""
DECIDED = frozenset(DeclarationState) - OPEN


class DeclaredEngagement(SQLModel, table=True):
    """A company declares what a solution provider did for it.

    `sealed` holds the company, the person, what was done, its proof, and why it is disputed, as
    JSON; nothing once `purged_at` is set. `email_hash` (keyed) finds what one address declared,
    `proof_hash` a proof that was used before. `due_at` is when silence goes to a moderator;
    `disputed_at` when it, or a dispute, did.
    """

    __tablename__ = "declared_engagement"
    __table_args__ = (
        CheckConstraint(one_of("state", DeclarationState), name="state_known"),
        CheckConstraint(one_of("language", Language), name="language_known"),
        Index(None, "activator_id", "declared_at"),
        Index(None, "email_hash", "activator_id"),
        Index(None, "state", "due_at"),
    )

    id: int = Field(sa_column=id_column())
    reference: str = Field(max_length=16, unique=True)
    version: int = 1
    activator_id: int = Field(foreign_key="activator.id", sa_type=BigInteger)
    state: DeclarationState = Field(sa_column=enum_column(DeclarationState))
    language: Language = Field(sa_column=enum_column(Language))
    network_code: str | None = Field(
        default=None, foreign_key="network.code", max_length=64, index=True
    )
    account_id: int | None = Field(
        default=None,
        foreign_key="account.id",
        sa_type=BigInteger,
        index=True,
        ondelete="SET NULL",
    )
    engaged_on: date
    sealed: str | None = Field(default=None, sa_column=Column(Text))
    email_hash: str | None = Field(default=None, max_length=64)
    proof_hash: str | None = Field(default=None, max_length=64, index=True)
    idempotency_hash: str | None = Field(default=None, max_length=64, unique=True)
    declared_hash: str | None = Field(default=None, max_length=64)
    link_hash: str = Field(max_length=64, unique=True)
    declared_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    disputed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    decided_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    purged_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
