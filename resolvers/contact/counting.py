"""Counting contact requests: what came of them, and how quickly they were answered."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from models.engagements import Outcome
from models.request_steps import RequestState

AT_ONCE = timedelta(minutes=1)
"""What an acknowledgement may take after the request was sent, to be one at once."""


class Counted(NamedTuple):
    """What is read of a request to count it: nothing of the company."""

    activator_id: int
    structure_id: int
    department_code: str | None
    expertise: Sequence[str]
    state: RequestState
    sent_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    answered_at: datetime | None
    answer_minutes: int | None
    expired_at: datetime | None
    engaged_at: datetime | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of some requests; delays are in hours of working time, None where none was answered.

    Percentiles are interpolated between the two nearest values (NumPy's default, method 7).
    """

    requests: int
    acknowledged_at_once: int
    answered: int
    answered_in_time: int
    median_answer_hours: float | None
    ninetieth_percentile_answer_hours: float | None
    declined: int
    redirected: int
    cancelled: int
    expired: int
    engagements: int
    outcomes: dict[Outcome, int]


def figures_of(requests: Sequence[Counted]) -> Figures:
    """Count some requests."""
    states = Counter(one.state for one in requests)
    minutes = [one.answer_minutes for one in requests if one.answer_minutes is not None]
    median, ninetieth = (
        (round(float(one) / 60, 2) for one in np.percentile(minutes, [50, 90]))
        if minutes
        else (None, None)
    )
    ended = Counter(one.outcome for one in requests)
    return Figures(
        requests=len(requests),
        acknowledged_at_once=sum(_at_once(one) for one in requests),
        answered=len(minutes),
        answered_in_time=sum(_in_time(one) for one in requests),
        median_answer_hours=median,
        ninetieth_percentile_answer_hours=ninetieth,
        declined=states[RequestState.DECLINED],
        redirected=states[RequestState.REDIRECTED],
        cancelled=states[RequestState.CANCELLED],
        expired=sum(one.expired_at is not None for one in requests),
        engagements=sum(one.engaged_at is not None for one in requests),
        outcomes={outcome: ended[outcome] for outcome in Outcome},
    )


def _at_once(request: Counted) -> bool:
    at = request.acknowledged_at
    return at is not None and at - request.sent_at <= AT_ONCE


def _in_time(request: Counted) -> bool:
    return request.answered_at is not None and request.answered_at <= request.due_at
