"""What is done to activators."""

from sqlalchemy import select, update

from models import tables
from models.activators import STATE_TRANSITIONS, ActivatorState
from models.revisions import Subject, record_changes
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activators import Seen, get_activators
from resolvers.platform import Platform
from resolvers.refusal import Conflict, Forbidden, NotFound


async def change_state(
    platform: Platform, viewer: Viewer, *, activator_id: int, state: ActivatorState
) -> Seen:
    """Admit, suspend or withdraw an activator; staff only.

    Raises NotFound for one that the viewer may not see, Forbidden without the permission,
    Conflict where `STATE_TRANSITIONS` does not lead from its state to the one asked for.
    """
    directory = platform.directory
    seen = (await get_activators(directory, viewer, [activator_id]))[0]
    if seen is None:
        raise NotFound("No such activator.", "id")
    if Permission.CHANGE_STATE not in seen.grants:
        raise Forbidden("Only moderators and administrators change the state of an activator.")
    table = tables.activator
    async with platform.database.write() as session:
        query = select(table.c.state).where(table.c.id == activator_id).with_for_update()
        now = ActivatorState((await session.execute(query)).scalar_one())
        if state not in STATE_TRANSITIONS[now]:
            message = f"An activator that is {now.value} cannot become {state.value}."
            raise Conflict(message, "state")
        values = {"state": state, "version": table.c.version + 1}
        await session.execute(update(table).where(table.c.id == activator_id).values(values))
        await platform.audit.record(
            session,
            viewer,
            "activator.change_state",
            "Activator",
            activator_id,
            now=platform.now(),
            before={"state": now.value},
            after={"state": state.value},
        )
        await record_changes(session, Subject.ACTIVATOR, [activator_id])
    changed = (await get_activators(directory, viewer, [activator_id]))[0]
    if changed is None:
        raise NotFound("No such activator.", "id")
    return changed
