"""Deciding on licences to use the mark: staff without an interest grant, refuse and revoke them."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from models.mark_licences import STEPS, LicenceState, LicenceStep
from permissions.viewer import Viewer
from resolvers.cells import required
from resolvers.input_checks import InputChecks
from resolvers.mark.asking import check_conditions, licences_in_force
from resolvers.mark.ending import enqueue_endings
from resolvers.mark.finding import (
    SeenLicence,
    check_state,
    find_licence,
    find_own_step,
    lock_licence,
)
from resolvers.mark.letters import GRANTED, REFUSED, REVOKED, enqueue_letter
from resolvers.mark.steps import write_step
from resolvers.platform import Platform

LONGEST_GROUND = 200


async def grant_licence(platform: Platform, viewer: Viewer, licence_id: int) -> SeenLicence:
    """Grant one that was asked for, its conditions holding still; a second time changes nothing.

    Raises as `find_own_step`, Conflict for one that is over, Conflicts (in Refusals) for
    conditions that fail.
    """
    step = LicenceStep.GRANT
    seen = await find_own_step(platform, viewer, licence_id, step)
    async with platform.database.write() as session:
        row, now = await lock_licence(session, seen), platform.now()
        if row.state is not LicenceState.GRANTED:
            check_state(row, step)
            await check_conditions(platform, session, row.activator_id, now)
            ends = await _end_of(platform, session, row, now)
            await enqueue_letter(session, GRANTED, row, now=now)
            await enqueue_endings(platform, session, row, ends, now=now)
            await write_step(
                platform, session, viewer, row, step, now=now, granted_at=now, expires_at=ends
            )
    return await find_licence(platform, viewer, licence_id)


async def _end_of(
    platform: Platform, session: AsyncSession, row: Row[Any], now: datetime
) -> datetime:
    """Say when it ends: so long after the one before it does, or from now on.

    It holds at once: so its holder has time to change the badge, and loses no day by asking early.
    """
    held = await licences_in_force(session, row.activator_id, now)
    lasts: list[datetime] = [one.expires_at for one in held if one.state is LicenceState.GRANTED]
    return max([now, *lasts]) + timedelta(days=platform.policy.mark_licence_days)


async def refuse_licence(
    platform: Platform, viewer: Viewer, licence_id: int, ground: str
) -> SeenLicence:
    """Refuse one that was asked for; raises as `grant_licence`, Refusals for a ground."""
    return await _close(platform, viewer, licence_id, LicenceStep.REFUSE, ground)


async def revoke_licence(
    platform: Platform, viewer: Viewer, licence_id: int, ground: str
) -> SeenLicence:
    """Revoke one that was granted, at once; raises as `grant_licence`, Refusals for a ground."""
    return await _close(platform, viewer, licence_id, LicenceStep.REVOKE, ground)


LETTERS = {LicenceStep.REFUSE: REFUSED, LicenceStep.REVOKE: REVOKED}


async def _close(
    platform: Platform, viewer: Viewer, licence_id: int, step: LicenceStep, ground: str
) -> SeenLicence:
    """Take a step that needs a ground; the same one again changes nothing."""
    seen = await find_own_step(platform, viewer, licence_id, step)
    checks = InputChecks()
    why = checks.field("ground", ground, partial(required, longest=LONGEST_GROUND))
    checks.end()
    async with platform.database.write() as session:
        row, now = await lock_licence(session, seen), platform.now()
        if (row.state, row.ground) != (STEPS[step].leads_to, why):
            check_state(row, step)
            await enqueue_letter(session, LETTERS[step], row, now=now)
            await write_step(platform, session, viewer, row, step, now=now, ground=why)
    return await find_licence(platform, viewer, licence_id)
