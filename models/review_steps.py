"""The life of a review: one table of steps (charter, article 4; Code de la consommation)."""

from enum import Enum
from typing import NamedTuple


class ReviewState(Enum):
    """Where a review stands."""

    PENDING = "PENDING"
    PUBLISHED = "PUBLISHED"
    UNDER_DOUBT = "UNDER_DOUBT"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    REMOVED = "REMOVED"
    ENDED = "ENDED"


class ReviewStep(Enum):
    """What may be done with a review."""

    WRITE = "WRITE"
    REWRITE = "REWRITE"
    CHANGE = "CHANGE"
    WITHDRAW = "WITHDRAW"
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    APPROVE_CHANGE = "APPROVE_CHANGE"
    REFUSE_CHANGE = "REFUSE_CHANGE"
    PUBLISH_STARS = "PUBLISH_STARS"
    REPLY = "REPLY"
    REMOVE_REPLY = "REMOVE_REPLY"
    DOUBT = "DOUBT"
    KEEP = "KEEP"
    REMOVE = "REMOVE"
    END = "END"


class Way(NamedTuple):
    """The states that a step may leave, and those to which it may lead; none: it stays there."""

    leaves: frozenset[ReviewState]
    leads_to: frozenset[ReviewState] = frozenset()


_S = ReviewState
SHOWN = frozenset({_S.PUBLISHED, _S.UNDER_DOUBT})
"""Published: a doubt hides nothing while it is examined."""
FINAL = frozenset({_S.WITHDRAWN, _S.REMOVED, _S.ENDED})
"""No step leaves them. What was refused may be rewritten once."""
_WAITS_OR_SHOWS = frozenset({_S.PENDING, _S.PUBLISHED})

STEPS: dict[ReviewStep, Way] = {
    ReviewStep.WRITE: Way(frozenset(), _WAITS_OR_SHOWS),
    ReviewStep.REWRITE: Way(frozenset({_S.REJECTED}), _WAITS_OR_SHOWS),
    ReviewStep.CHANGE: Way(_WAITS_OR_SHOWS, _WAITS_OR_SHOWS),
    ReviewStep.WITHDRAW: Way(SHOWN | {_S.PENDING, _S.REJECTED}, frozenset({_S.WITHDRAWN})),
    ReviewStep.APPROVE: Way(frozenset({_S.PENDING}), frozenset({_S.PUBLISHED})),
    ReviewStep.REFUSE: Way(frozenset({_S.PENDING}), frozenset({_S.REJECTED})),
    ReviewStep.APPROVE_CHANGE: Way(SHOWN),
    ReviewStep.REFUSE_CHANGE: Way(SHOWN),
    ReviewStep.PUBLISH_STARS: Way(frozenset({_S.PENDING}), frozenset({_S.PUBLISHED})),
    ReviewStep.REPLY: Way(SHOWN),
    ReviewStep.REMOVE_REPLY: Way(SHOWN),
    ReviewStep.DOUBT: Way(frozenset({_S.PUBLISHED}), frozenset({_S.UNDER_DOUBT})),
    ReviewStep.KEEP: Way(frozenset({_S.UNDER_DOUBT}), frozenset({_S.PUBLISHED})),
    ReviewStep.REMOVE: Way(SHOWN, frozenset({_S.REMOVED})),
    ReviewStep.END: Way(SHOWN | {_S.PENDING}, frozenset({_S.ENDED})),
}
"""Which step may leave which states, and where it may lead.

A text without a comment is published at once, one with a comment waits: so writing leads to either.
"""
