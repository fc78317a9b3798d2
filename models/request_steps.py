"""The life of a contact request: one table of steps (charter, article 4)."""

from enum import Enum
from typing import NamedTuple


class RequestState(Enum):
    """Where a contact request stands."""

    HELD = "HELD"
    SUBMITTED = "SUBMITTED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    ANSWERED = "ANSWERED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    DECLINED = "DECLINED"
    REDIRECTED = "REDIRECTED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


class Step(Enum):
    """What may be done with a contact request."""

    ASK = "ASK"
    RELEASE = "RELEASE"
    DISMISS = "DISMISS"
    ACKNOWLEDGE = "ACKNOWLEDGE"
    ANSWER = "ANSWER"
    REPLY = "REPLY"
    DIAGNOSE = "DIAGNOSE"
    START = "START"
    COMPLETE = "COMPLETE"
    DECLINE = "DECLINE"
    PROPOSE = "PROPOSE"
    REDIRECT = "REDIRECT"
    CANCEL = "CANCEL"
    REMIND = "REMIND"
    ESCALATE = "ESCALATE"
    EXPIRE = "EXPIRE"
    REVEAL = "REVEAL"


class Way(NamedTuple):
    """The states that a step may leave, and the one to which it leads; None: it stays there."""

    leaves: frozenset[RequestState]
    leads_to: RequestState | None = None


_S = RequestState
AWAITING = frozenset({_S.SUBMITTED, _S.ACKNOWLEDGED})
"""Sent, and not answered yet."""
CONVERSING = frozenset({_S.ANSWERED, _S.IN_PROGRESS})
OPEN = AWAITING | CONVERSING | {_S.HELD}
"""Something may still come of it: a second one to the same activator would be the same one."""
CLOSED = frozenset(RequestState) - OPEN

STEPS: dict[Step, Way] = {
    Step.ASK: Way(frozenset(), _S.SUBMITTED),  # or HELD
    Step.RELEASE: Way(frozenset({_S.HELD}), _S.SUBMITTED),
    Step.DISMISS: Way(frozenset({_S.HELD}), _S.CANCELLED),
    Step.ACKNOWLEDGE: Way(frozenset({_S.SUBMITTED}), _S.ACKNOWLEDGED),
    Step.ANSWER: Way(AWAITING, _S.ANSWERED),
    Step.REPLY: Way(CONVERSING),
    Step.DIAGNOSE: Way(frozenset(RequestState) - {_S.HELD, _S.SUBMITTED}),
    Step.START: Way(frozenset({_S.ANSWERED}), _S.IN_PROGRESS),
    Step.COMPLETE: Way(frozenset({_S.IN_PROGRESS}), _S.COMPLETED),
    Step.DECLINE: Way(AWAITING | {_S.ANSWERED}, _S.DECLINED),
    Step.PROPOSE: Way(AWAITING | {_S.ANSWERED, _S.DECLINED, _S.EXPIRED}),
    Step.REDIRECT: Way(AWAITING | {_S.ANSWERED, _S.DECLINED, _S.EXPIRED}, _S.REDIRECTED),
    Step.CANCEL: Way(OPEN, _S.CANCELLED),
    Step.REMIND: Way(AWAITING),
    Step.ESCALATE: Way(AWAITING),
    Step.EXPIRE: Way(AWAITING | {_S.HELD}, _S.EXPIRED),
    Step.REVEAL: Way(frozenset(RequestState)),
}
"""Which step may leave which states, and where it leads."""
