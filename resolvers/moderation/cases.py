"""Cases: what waits for a moderator. One is opened by its cause, closed by its decision."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.moderation import CaseKind, Verdict
from permissions.viewer import Viewer

case = tables.moderation_case

MINUTE = timedelta(minutes=1)


async def open_case(
    session: AsyncSession,
    kind: CaseKind,
    subject_id: int,
    activator_id: int,
    *,
    now: datetime,
    due_at: datetime,
) -> int:
    """Put something in the queue; give the number of its case."""
    number = new_id()
    row = {"id": number, "kind": kind, "subject_id": subject_id, "activator_id": activator_id}
    await session.execute(insert(case).values(opened_at=now, due_at=due_at, **row))
    return number


async def close_case(
    session: AsyncSession,
    kind: CaseKind,
    subject_id: int,
    verdict: Verdict,
    *,
    now: datetime,
    by: Viewer | None = None,
    ground: str | None = None,
    sealed: str | None = None,
) -> bool:
    """Take something out of the queue, decided by somebody or void; give whether it was there.

    `sealed` are the words of the decision.
    """
    own = (case.c.kind == kind) & (case.c.subject_id == subject_id) & case.c.decided_at.is_(None)
    opened = (
        await session.execute(select(case.c.id, case.c.opened_at).where(own).with_for_update())
    ).one_or_none()
    if opened is None:
        return False
    decided = {
        "verdict": verdict,
        "decided_at": now,
        "decision_minutes": max(0, (now - opened.opened_at) // MINUTE),
        "decided_by": None if by is None else by.account_id,
        "ground": ground,
        "sealed": sealed,
        "claimed_by": None,
        "claimed_until": None,
    }
    await session.execute(update(case).where(case.c.id == opened.id).values(decided))
    return True
