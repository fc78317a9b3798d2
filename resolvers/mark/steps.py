"""One step in the life of a licence, whoever takes it: written and audited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.mark_licences import STEPS, LicenceState, LicenceStep
from permissions.viewer import Viewer
from resolvers.mark.numbers import new_number
from resolvers.platform import Platform

licence = tables.mark_licence


async def add_licence(
    platform: Platform, session: AsyncSession, by: Viewer, activator_id: int, *, now: datetime
) -> int:
    """Write one that is asked for; its activator is locked. Gives its number."""
    step = LicenceStep.REQUEST
    licence_id = new_id()
    row = {"id": licence_id, "number": new_number(), "version": 1, "activator_id": activator_id}
    row |= {"state": STEPS[step].leads_to, "requested_at": now, "failing": []}
    await session.execute(insert(licence).values(row))
    after = {"state": LicenceState.REQUESTED.value, "activator": str(activator_id)}
    await _audit(platform, session, by, licence_id, step, now=now, after=after)
    return licence_id


async def write_step(
    platform: Platform,
    session: AsyncSession,
    by: Viewer | None,
    before: Row[Any],
    step: LicenceStep,
    *,
    now: datetime,
    audited: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Write a step of a locked licence; call it last. None takes it for the service itself.

    `values` are other columns that change with it, `audited` what else the audit says.
    """
    state = STEPS[step].leads_to
    if state is not LicenceState.GRANTED:
        values["closed_at"] = now
    values |= {"state": state, "version": before.version + 1}
    await session.execute(update(licence).where(licence.c.id == before.id).values(values))
    was, becomes = {"state": before.state.value}, {"state": state.value, **(audited or {})}
    await _audit(platform, session, by, before.id, step, now=now, before=was, after=becomes)


async def _audit(
    platform: Platform,
    session: AsyncSession,
    by: Viewer | None,
    licence_id: int,
    step: LicenceStep,
    **more: Any,
) -> None:
    action = f"mark_licence.{step.value.lower()}"
    await platform.audit.record(session, by, action, "MarkLicence", licence_id, **more)
