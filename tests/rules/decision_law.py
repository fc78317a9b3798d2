"""What moderators decide about a review: a table apart from the code (charter, article 4).

For each decision: which state follows which, for whoever moderates without an interest in it.
Everybody else, and every state that is not named, is refused, and nothing changes.
"""

from dataclasses import dataclass, field
from typing import Any

from models.moderation import CaseKind
from models.review_steps import ReviewState as S
from tests.rules.review_law import ACTORS, STAFF

AT_HOME, RIVAL = "a moderator of the same structure", "a moderator who is a competitor"
AUTHOR_TOO = "the company, a moderator too"
REVIEWED_TOO = "the activator that was asked, an administrator too"
INTERESTED = (AT_HOME, RIVAL, AUTHOR_TOO, REVIEWED_TOO)
UNKNOWING = frozenset(INTERESTED) - {AUTHOR_TOO}
"""Those of them who know nothing of a review that is not published; the author knows its own."""
DECIDERS = STAFF
EVERYONE = (*ACTORS, *INTERESTED)

WHY = {"words": "Nous l'avons vérifié."}


@dataclass(frozen=True)
class Decision:
    """A mutation and what it says; which state leads where; the kind of its case, if it has one."""

    mutation: str
    leads: dict[S, S]
    says: dict[str, Any] = field(default_factory=dict)
    kind: CaseKind | None = None


SHOWN = (S.PUBLISHED, S.UNDER_DOUBT)

DECISIONS: dict[str, Decision] = {
    "to publish its text": Decision(
        "decideModeration", {S.PENDING: S.PUBLISHED}, {"verdict": "ACCEPT"}, CaseKind.REVIEW
    ),
    "to refuse its text": Decision(
        "decideModeration",
        {S.PENDING: S.REJECTED},
        {"verdict": "REFUSE", "ground": "INSULT"},
        CaseKind.REVIEW,
    ),
    "to find a doubt founded": Decision(
        "decideModeration",
        {S.UNDER_DOUBT: S.REMOVED},
        {"verdict": "ACCEPT", "ground": "NOT_AUTHENTIC", **WHY},
        CaseKind.REVIEW_DOUBT,
    ),
    "to find a doubt unfounded": Decision(
        "decideModeration",
        {S.UNDER_DOUBT: S.PUBLISHED},
        {"verdict": "REFUSE", "ground": "AUTHENTIC", **WHY},
        CaseKind.REVIEW_DOUBT,
    ),
    "to remove it": Decision(
        "removeReview", dict.fromkeys(SHOWN, S.REMOVED), {"ground": "INSULT", **WHY}
    ),
    "to take its reply away": Decision(
        "removeReviewReply", {one: one for one in SHOWN}, {"ground": "INSULT", **WHY}
    ),
}
