"""Figures of moderation: how many cases are decided, how, and how quickly; about nobody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from sqlalchemy import and_, or_, select

from models import tables
from models.moderation import CaseKind, Verdict
from permissions.duties import Duty, has_duty
from permissions.viewer import Viewer
from resolvers.paris_days import Period
from resolvers.platform import Platform
from resolvers.refusal import Forbidden, InvalidInput, Unauthenticated

MOST_DAYS, FIRST_YEAR, LAST_YEAR = 366, 2000, 2099
DECIDED = frozenset({Verdict.ACCEPTED, Verdict.REFUSED})

case = tables.moderation_case


class Counted(NamedTuple):
    """What is read of a case to count it."""

    kind: CaseKind
    opened_at: datetime
    due_at: datetime
    verdict: Verdict | None
    decided_at: datetime | None
    decision_minutes: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of some cases; delays in minutes, None where nothing was decided."""

    opened: int
    decided: int
    accepted: int
    refused: int
    withdrawn: int
    median_minutes: float | None
    ninetieth_percentile_minutes: float | None
    decided_in_time: float | None
    """The share of those decided by the time that they were due, 0 to 1."""
    open_now: int
    overdue_now: int


async def moderation_figures(
    platform: Platform, viewer: Viewer, period: Period
) -> tuple[Figures, dict[CaseKind, Figures]]:
    """Count the cases of a period: all of them, and those of each kind.

    Raises Unauthenticated, Forbidden for who is neither staff nor an institution, InvalidInput.
    """
    if not viewer.authenticated:
        raise Unauthenticated("Sign in to read figures.")
    if not has_duty(viewer, Duty.COUNT_DECISIONS):
        raise Forbidden("Staff and institutions read the figures of moderation.")
    if not FIRST_YEAR <= period.first.year <= LAST_YEAR:
        raise InvalidInput("from", period.first, f"a day from {FIRST_YEAR} to {LAST_YEAR}")
    if not 0 <= (period.last - period.first).days < MOST_DAYS:
        raise InvalidInput("to", period.last, f"a day from `from` on, {MOST_DAYS} days at most")
    moments = (case.c.opened_at, case.c.decided_at)
    within = [and_(at >= period.begin, at < period.end) for at in moments]
    query = select(*(case.c[name] for name in Counted._fields)).where(
        or_(case.c.decided_at.is_(None), *within)
    )
    async with platform.database.read() as session:
        rows = [Counted(*row) for row in await session.execute(query)]
    now = platform.now()
    kinds = {
        kind: figures_of([one for one in rows if one.kind is kind], period, now)
        for kind in CaseKind
    }
    return figures_of(rows, period, now), kinds


def figures_of(cases: Sequence[Counted], period: Period, now: datetime) -> Figures:
    """Count some cases: those opened or decided in the period, and those open now."""
    ended = [one for one in cases if period.holds(one.decided_at)]
    verdicts = Counter(one.verdict for one in ended)
    decided = [one for one in ended if one.verdict in DECIDED]
    minutes = [one.decision_minutes for one in decided if one.decision_minutes is not None]
    median, ninetieth = (
        (round(float(one), 1) for one in np.percentile(minutes, [50, 90]))
        if minutes
        else (None, None)
    )
    in_time = sum(one.decided_at is not None and one.decided_at <= one.due_at for one in decided)
    waiting = [one for one in cases if one.decided_at is None]
    return Figures(
        opened=sum(period.holds(one.opened_at) for one in cases),
        decided=len(decided),
        accepted=verdicts[Verdict.ACCEPTED],
        refused=verdicts[Verdict.REFUSED],
        withdrawn=verdicts[Verdict.WITHDRAWN],
        median_minutes=median,
        ninetieth_percentile_minutes=ninetieth,
        decided_in_time=round(in_time / len(decided), 4) if decided else None,
        open_now=len(waiting),
        overdue_now=sum(one.due_at < now for one in waiting),
    )
