"""The life of a licence to use the mark (charter, article 5): a table apart from the code.

For each mutation: who may send it, and which state follows which. Whoever is not named, and every
state that is not, is refused, and nothing changes.
"""

from dataclasses import dataclass, field
from typing import Any

from models.mark_licences import LicenceState as S
from tests.contact_viewers import (
    ADMINISTRATOR,
    ANOTHER,
    ASKED,
    COMPANY_ACCOUNT,
    MODERATOR,
    NETWORK,
    PORTAL,
    REGION,
    STATE,
    STRUCTURE,
    VISITOR,
)

ITSELF = ASKED
"""The activator whose licence it is."""
COLLEAGUE, RIVAL = "a moderator of its structure", "a moderator who is its competitor"
MANAGER = "a moderator who manages its network"
INTERESTED = {COLLEAGUE, RIVAL, MANAGER}

ACTORS = (
    *(ITSELF, ANOTHER, STRUCTURE, NETWORK, STATE, REGION, COMPANY_ACCOUNT, PORTAL, VISITOR),
    *(MODERATOR, ADMINISTRATOR, COLLEAGUE, RIVAL, MANAGER),
)
DECIDERS = {MODERATOR, ADMINISTRATOR}
SEES = DECIDERS | INTERESTED | {ITSELF, STRUCTURE, NETWORK}
"""Who knows of a licence; to all others it does not exist."""


@dataclass(frozen=True)
class Law:
    """A mutation about a licence: who may, which state leads where, and its input besides."""

    may: set[str]
    leads: dict[S, S]
    given: dict[str, Any] = field(default_factory=dict)


WHY = {"ground": "La marque est déformée."}

LAWS: dict[str, Law] = {
    "grantMarkLicence": Law(DECIDERS, {S.REQUESTED: S.GRANTED}),
    "refuseMarkLicence": Law(DECIDERS, {S.REQUESTED: S.REFUSED}, WHY),
    "revokeMarkLicence": Law(DECIDERS, {S.GRANTED: S.REVOKED}, WHY),
    "surrenderMarkLicence": Law({ITSELF}, {S.REQUESTED: S.SURRENDERED, S.GRANTED: S.SURRENDERED}),
}

ASKING: dict[S, S | None] = {
    S.REQUESTED: S.REQUESTED,
    S.GRANTED: None,
    S.REFUSED: S.REQUESTED,
    S.REVOKED: S.REQUESTED,
    S.EXPIRED: S.REQUESTED,
    S.SURRENDERED: S.REQUESTED,
}
"""What the activator gets that asks while it has one in such a state; None: nothing, yet."""
