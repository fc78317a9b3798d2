"""What is done to activators."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import STATE_TRANSITIONS, ActivatorState
from models.api_keys import Scope
from models.revisions import Subject, record_changes
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activator_mails import STATE_CHANGED
from resolvers.activators import Seen, get_activators
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Conflict, Forbidden, NotFound


async def change_state(
    platform: Platform, viewer: Viewer, *, activator_id: int, state: ActivatorState
) -> Seen:
    """Admit, suspend or withdraw an activator, and tell it by mail; staff only.

    Raises NotFound for one that the viewer may not see, Forbidden without the permission,
    Conflict where `STATE_TRANSITIONS` does not lead from its state to the one asked for.
    """
    check_scope(viewer, Scope.DIRECTORY_READ)
    directory = platform.directory
    seen = (await get_activators(directory, viewer, [activator_id]))[0]
    if seen is None:
        raise NotFound("No such activator.", "id")
    if Permission.CHANGE_STATE not in seen.grants:
        raise Forbidden("Only moderators and administrators change the state of an activator.")
    async with platform.database.write() as session:
        await _take_step(platform, session, viewer, activator_id, state)
    changed = (await get_activators(directory, viewer, [activator_id]))[0]
    if changed is None:
        raise NotFound("No such activator.", "id")
    return changed


async def _take_step(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    activator_id: int,
    state: ActivatorState,
) -> None:
    table = tables.activator
    query = select(table.c.state, table.c.version).where(table.c.id == activator_id)
    before = (await session.execute(query.with_for_update())).one()
    if state not in STATE_TRANSITIONS[before.state]:
        message = f"An activator that is {before.state.value} cannot become {state.value}."
        raise Conflict(message, "state")
    version, now = before.version + 1, platform.now()
    values = {"state": state, "version": version}
    await session.execute(update(table).where(table.c.id == activator_id).values(values))
    told = {"activator_id": activator_id, "state": state.value}
    key = f"{STATE_CHANGED}:{activator_id}:{version}"
    await enqueue(session, STATE_CHANGED, told, now=now, dedupe_key=key)
    await platform.audit.record(
        session,
        viewer,
        "activator.change_state",
        "Activator",
        activator_id,
        now=now,
        before={"state": before.state.value},
        after={"state": state.value},
    )
    await record_changes(session, Subject.ACTIVATOR, [activator_id])
