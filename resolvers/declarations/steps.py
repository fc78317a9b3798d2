"""One step in the life of a declared engagement: checked, written, audited.

`models.declared_engagements.STEPS` says which states a step may leave, `permissions.declarations`
whose it is. While it is disputed, a case waits for a moderator: it is opened and closed with it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.declared_engagements import DECIDED, STEPS, DeclarationState, DeclarationStep
from models.moderation import CaseKind
from permissions.viewer import Viewer
from resolvers.moderation.cases import open_case
from resolvers.platform import Platform
from resolvers.refusal import Conflict

engagement = tables.declared_engagement


def check_state(row: Row[Any], step: DeclarationStep) -> None:
    """Raise Conflict where the state, or a purge, does not let the step be taken."""
    if row.purged_at is not None:
        raise Conflict("What identified the company was erased: nothing can be done any more.")
    if row.state not in STEPS[step].leaves:
        told = f"A declared engagement that is {row.state.value} does not allow this."
        raise Conflict(told, "state")


async def write_step(
    platform: Platform,
    session: AsyncSession,
    by: Viewer | None,
    before: Row[Any],
    step: DeclarationStep,
    *,
    now: datetime,
    audited: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Write a step of a locked one, whose state allows it.

    `values` are other columns that change with it, `audited` what else the audit says. None takes
    the step for the service itself.
    """
    state = STEPS[step].leads_to
    values |= {"state": state, "version": before.version + 1}
    if state is DeclarationState.DISPUTED:
        values["disputed_at"] = now
        await _open_case(platform, session, before, now)
    if state in DECIDED:
        values["decided_at"] = now
    await session.execute(update(engagement).where(engagement.c.id == before.id).values(values))
    await platform.audit.record(
        session,
        by,
        "declared_engagement.step",
        "DeclaredEngagement",
        before.id,
        now=now,
        before={"state": before.state.value},
        after={"state": state.value, "step": step.value, **(audited or {})},
    )


async def _open_case(
    platform: Platform, session: AsyncSession, row: Row[Any], now: datetime
) -> None:
    """Have a moderator decide."""
    due_at = now + timedelta(days=platform.policy.review_moderation_days)
    kind = CaseKind.ENGAGEMENT_DISPUTE
    await open_case(session, kind, row.id, row.activator_id, now=now, due_at=due_at)
