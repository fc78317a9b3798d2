"""Asking to use the mark, and giving it back: the activator itself, and nobody in its name."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.mark_licences import LicenceState, LicenceStep
from permissions.viewer import Viewer
from resolvers.editing import lock_activator, seen_activator
from resolvers.imports import in_one_transaction
from resolvers.mark.conditions import findings
from resolvers.mark.facts import read_facts
from resolvers.mark.finding import (
    SeenLicence,
    check_state,
    find_licence,
    find_own_step,
    grants_to,
    lock_licence,
)
from resolvers.mark.steps import add_licence, write_step
from resolvers.paris_days import day_of
from resolvers.platform import Platform
from resolvers.refusal import Conflict, Forbidden, Refusals

FIELD = "activator"

licence = tables.mark_licence


async def request_licence(platform: Platform, viewer: Viewer, *, activator_id: int) -> SeenLicence:
    """Ask for a licence, or for the one that follows; one that waits is given as it is.

    Raises NotFound for an activator that the viewer may not see, Forbidden for another's, Conflict
    where it has one that lasts long enough, Conflicts (in Refusals) for conditions that fail.
    """
    seen = await seen_activator(platform, viewer, activator_id, FIELD)
    if LicenceStep.REQUEST not in grants_to(platform, viewer, seen.card):
        raise Forbidden("Nobody asks for the mark in another's name.", FIELD)

    async def ask(session: AsyncSession) -> int:
        await lock_activator(session, activator_id, FIELD)
        now = platform.now()
        held = await licences_in_force(session, activator_id, now)
        waiting = [one for one in held if one.state is LicenceState.REQUESTED]
        if waiting:
            return int(waiting[0].id)
        _check_renewable(platform, held, now)
        await check_conditions(platform, session, activator_id, now)
        return await add_licence(platform, session, viewer, activator_id, now=now)

    licence_id = await in_one_transaction(platform.database, ask)
    return await find_licence(platform, viewer, licence_id)


async def licences_in_force(
    session: AsyncSession, activator_id: int, now: datetime
) -> Sequence[Row[Any]]:
    """Read those of an activator that wait, or that last."""
    query = select(licence).where(
        licence.c.activator_id == activator_id,
        licence.c.state.in_([LicenceState.REQUESTED, LicenceState.GRANTED]),
    )
    rows = (await session.execute(query.order_by(licence.c.requested_at, licence.c.id))).all()
    return [one for one in rows if one.expires_at is None or one.expires_at > now]


def _check_renewable(platform: Platform, held: Sequence[Row[Any]], now: datetime) -> None:
    """Raise Conflict for one that is not to end soon."""
    if not held:
        return
    opens = max(one.expires_at for one in held) - timedelta(days=platform.policy.mark_renewal_days)
    if now < opens:
        message = f"It has a licence; the next one may be asked for from {day_of(opens)} on."
        raise Conflict(message, FIELD)


async def check_conditions(
    platform: Platform, session: AsyncSession, activator_id: int, now: datetime
) -> None:
    """Raise Refusals that name each condition that fails, as its field."""
    facts = (await read_facts(session, [activator_id], now))[activator_id]
    fails = [one for one in findings(platform.policy, facts, now) if not one.met]
    if fails:
        raise Refusals(
            [
                Conflict(
                    f"{one.condition.sentence.en}: found {one.found or 'nothing'}.",
                    one.condition.code.value,
                )
                for one in fails
            ]
        )


async def surrender_licence(platform: Platform, viewer: Viewer, licence_id: int) -> SeenLicence:
    """Give a licence back, or take its request back; a second time changes nothing.

    Raises as `find_own_step`, and Conflict for one that is over.
    """
    step = LicenceStep.SURRENDER
    seen = await find_own_step(platform, viewer, licence_id, step)
    async with platform.database.write() as session:
        row = await lock_licence(session, seen)
        if row.state is not LicenceState.SURRENDERED:
            check_state(row, step)
            await write_step(platform, session, viewer, row, step, now=platform.now())
    return await find_licence(platform, viewer, licence_id)
