"""The life of a review as the charter and the law have it: a table apart from the code.

For each mutation: who may send it, and which state follows which (charter, article 4; Code de la
consommation, L.111-7-2). Whoever is not named, and every state that is not, is refused, and nothing
changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.review_steps import ReviewState as S
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
AUTHOR = frozenset({LINK, COMPANY_ACCOUNT})
STAFF = frozenset({MODERATOR, ADMINISTRATOR})

ALL = frozenset(S)
PUBLISHED = frozenset({S.PUBLISHED, S.UNDER_DOUBT})
SEES: dict[str, frozenset[S]] = {
    actor: ALL if actor in AUTHOR | STAFF else PUBLISHED for actor in ACTORS
}
"""Who knows of a review in which states: who sees the activator's page, while it is published."""

Input = dict[str, Any]


@dataclass(frozen=True)
class Law:
    """A mutation: its input, beside what names the review; who may; which state leads where."""

    mutation: str
    may: frozenset[str]
    leads: dict[S, S]
    input: Callable[[date], Input] = lambda _today: {}
    stays: frozenset[S] = frozenset()
    """States in which it is done already: nothing changes, and nothing is refused."""
    takes_token: bool = False
    """Whether the author sends it by its private link, too."""


def text(today: date, **more: Any) -> Input:
    """What an author says."""
    return {"stars": 2, "experiencedOn": today.isoformat(), **more}


LAWS: dict[str, Law] = {
    "to change it, with a comment": Law(
        "changeReview",
        AUTHOR,
        {S.PENDING: S.PENDING, S.PUBLISHED: S.PUBLISHED, S.REJECTED: S.PENDING},
        lambda today: text(today, comment="Finalement, la boutique n'a pas ouvert."),
        takes_token=True,
    ),
    "to change it, without a comment": Law(
        "changeReview",
        AUTHOR,
        dict.fromkeys([S.PENDING, S.PUBLISHED, S.REJECTED], S.PUBLISHED),
        text,
        takes_token=True,
    ),
    "to withdraw it": Law(
        "withdrawReview",
        AUTHOR,
        dict.fromkeys([S.PENDING, S.PUBLISHED, S.UNDER_DOUBT, S.REJECTED], S.WITHDRAWN),
        stays=frozenset({S.WITHDRAWN}),
        takes_token=True,
    ),
    "to reply to it": Law(
        "replyToReview",
        frozenset({ASKED}),
        {state: state for state in PUBLISHED},
        lambda _today: {"text": "Merci de votre confiance."},
    ),
    "to doubt it": Law(
        "doubtReview",
        frozenset({ASKED}),
        {S.PUBLISHED: S.UNDER_DOUBT},
        lambda _today: {"ground": "NOT_A_CLIENT", "words": "Nous ne l'avons jamais aidée."},
    ),
}
