"""The life of a declared engagement as the charter has it (articles 3, 4): apart from the code.

For each mutation: who may send it, and which state follows which. Whoever is not named, and every
state that is not, is refused, and nothing changes.
"""

from dataclasses import dataclass, field
from typing import Any

from models.declared_engagements import DeclarationState as S
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

LINK = "the company, by its link"
PROVIDER = ASKED

ACTORS = (
    *(LINK, COMPANY_ACCOUNT, PROVIDER, ANOTHER, STRUCTURE, NETWORK),
    *(PORTAL, STATE, REGION, MODERATOR, ADMINISTRATOR, VISITOR),
)
COMPANY = frozenset({LINK, COMPANY_ACCOUNT})
STAFF = frozenset({MODERATOR, ADMINISTRATOR})

SEES = frozenset(ACTORS) - {ANOTHER, VISITOR}
"""Who knows of one, in any state."""
READS = COMPANY | {PROVIDER}
"""Who reads what it says."""


@dataclass(frozen=True)
class Law:
    """A mutation: who may, which state leads where, and its input beside what names the one."""

    may: frozenset[str]
    leads: dict[S, S]
    already: frozenset[S] = frozenset()
    """States in which who may is answered, and nothing changes."""
    input: dict[str, Any] = field(default_factory=dict)


LAWS: dict[str, Law] = {
    "confirmDeclaredEngagement": Law(
        frozenset({PROVIDER}),
        dict.fromkeys((S.DECLARED, S.DISPUTED), S.CONFIRMED),
        frozenset({S.CONFIRMED}),
    ),
    "disputeDeclaredEngagement": Law(
        frozenset({PROVIDER}),
        {S.DECLARED: S.DISPUTED},
        input={"reason": "OTHER_DATE", "message": "C'était en octobre."},
    ),
    "withdrawDeclaredEngagement": Law(
        COMPANY,
        dict.fromkeys((S.DECLARED, S.DISPUTED), S.WITHDRAWN),
        frozenset({S.WITHDRAWN}),
    ),
    "examineDeclaredEngagement": Law(STAFF, {S.DISPUTED: S.DISPUTED}),
}

DECISIONS = {True: S.CONFIRMED, False: S.REFUSED}
"""Where a moderator's decision leads, by whether it accepts: from `DISPUTED` alone."""
