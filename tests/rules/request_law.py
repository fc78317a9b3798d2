"""The life of a contact request as the charter has it (article 4): a table apart from the code.

For each mutation: who may send it, and which state follows which. Whoever is not named, and every
state that is not, is refused, and nothing changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.request_steps import RequestState as S
from tests.contact_viewers import (
    ADMINISTRATOR,
    ANOTHER,
    ASKED,
    COMPANY_ACCOUNT,
    MODERATOR,
    NETWORK,
    PORTAL,
    STATE,
    STRUCTURE,
    VISITOR,
)

LINK = "the company, by its link"

ACTORS = (
    *(LINK, COMPANY_ACCOUNT, ASKED, ANOTHER, STRUCTURE, NETWORK),
    *(PORTAL, STATE, MODERATOR, ADMINISTRATOR, VISITOR),
)
COMPANY = {LINK, COMPANY_ACCOUNT}
STAFF = {MODERATOR, ADMINISTRATOR}

SEES: dict[str, frozenset[S]] = {
    **dict.fromkeys([LINK, COMPANY_ACCOUNT, PORTAL, MODERATOR, ADMINISTRATOR], frozenset(S)),
    **dict.fromkeys([ASKED, STRUCTURE, NETWORK, STATE], frozenset(S) - {S.HELD}),
    **dict.fromkeys([ANOTHER, VISITOR], frozenset[S]()),
}
"""Who knows of a request in which states: one that is held was sent to nobody."""

Input = dict[str, Any]


@dataclass(frozen=True)
class Law:
    """A mutation: its input, beside what names the request; who may; which state leads where."""

    may: set[str]
    leads: dict[S, S]
    input: Callable[[str], Input] = lambda _other: {}
    """It is given the id of another activator, which the company was offered."""


AWAITING = [S.SUBMITTED, S.ACKNOWLEDGED]
REFERABLE = [*AWAITING, S.ANSWERED, S.DECLINED, S.EXPIRED]

LAWS: dict[str, Law] = {
    "releaseContactRequest": Law(STAFF, {S.HELD: S.SUBMITTED}),
    "dismissContactRequest": Law(STAFF, {S.HELD: S.CANCELLED}, lambda _: {"reason": "ADVERTISING"}),
    "answerContactRequest": Law(
        {ASKED},
        {
            S.SUBMITTED: S.ANSWERED,
            S.ACKNOWLEDGED: S.ANSWERED,
            S.ANSWERED: S.ANSWERED,
            S.IN_PROGRESS: S.IN_PROGRESS,
        },
        lambda _: {"message": "Bonjour, je peux vous aider."},
    ),
    "replyToContactRequest": Law(
        COMPANY | {ASKED},
        {S.ANSWERED: S.ANSWERED, S.IN_PROGRESS: S.IN_PROGRESS},
        lambda _: {"message": "Merci."},
    ),
    "declineContactRequest": Law(
        {ASKED},
        dict.fromkeys([*AWAITING, S.ANSWERED], S.DECLINED),
        lambda _: {"reason": "NO_TIME", "message": "Je ne suis pas disponible."},
    ),
    "recordDiagnosis": Law(
        {ASKED},
        {one: one for one in S if one not in {S.HELD, S.SUBMITTED}},
        lambda _: {"findings": "Pas de site.", "nextSteps": "Un site.", "expertise": []},
    ),
    "startEngagement": Law(
        {ASKED},
        {S.ANSWERED: S.IN_PROGRESS},
        lambda _: {
            "kind": "ADVICE",
            "expertise": ["site-internet"],
            "agreed": "Trois rendez-vous.",
        },
    ),
    "completeEngagement": Law(
        {ASKED},
        {S.IN_PROGRESS: S.COMPLETED},
        lambda _: {"outcome": "SUCCESSFUL", "why": "La boutique vend en ligne."},
    ),
    "proposeRedirection": Law(
        {ASKED}, {one: one for one in REFERABLE}, lambda other: {"activators": [other]}
    ),
    "agreeToRedirection": Law(
        COMPANY, dict.fromkeys(REFERABLE, S.REDIRECTED), lambda other: {"activator": other}
    ),
    "cancelContactRequest": Law(
        COMPANY,
        dict.fromkeys([S.HELD, *AWAITING, S.ANSWERED, S.IN_PROGRESS], S.CANCELLED),
        lambda _: {"reason": "NO_LONGER_NEEDED"},
    ),
    "revealContactRequest": Law(
        {ADMINISTRATOR},
        {one: one for one in S},
        lambda _: {"reason": "Une plainte de l'activateur a été reçue."},
    ),
}
