"""An activator that somebody acts on: as the actor sees it, and its row meanwhile."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.api_keys import Scope
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activators import Seen, get_activators
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Conflict, Forbidden, NotFound


async def seen_activator(platform: Platform, viewer: Viewer, activator_id: int, field: str) -> Seen:
    """Find one that an action is about; raises NotFound, naming the field of the input."""
    check_scope(viewer, Scope.DIRECTORY_READ)
    seen = (await get_activators(platform.directory, viewer, [activator_id]))[0]
    if seen is None:
        raise NotFound("No such activator.", field)
    return seen


async def find_to_edit(platform: Platform, viewer: Viewer, activator_id: int) -> Seen:
    """Find one that the viewer may edit.

    Raises NotFound for one that the viewer may not see, Forbidden without the permission.
    """
    seen = await seen_activator(platform, viewer, activator_id, "id")
    if Permission.EDIT not in seen.grants:
        raise Forbidden("Only its owner, moderators and administrators change a profile.")
    return seen


async def lock_activator(session: AsyncSession, activator_id: int, field: str) -> Row[Any]:
    """Read its row, which nobody else changes until the transaction ends.

    Raises NotFound, naming the field of the input, for one that was erased meanwhile.
    """
    table = tables.activator
    query = select(table).where(table.c.id == activator_id, table.c.erased_at.is_(None))
    row: Row[Any] | None = (
        await session.execute(query.with_for_update(key_share=True))
    ).one_or_none()
    if row is None:
        raise NotFound("No such activator.", field)
    return row


async def lock_to_edit(session: AsyncSession, activator_id: int) -> Row[Any]:
    """Lock one whose profile is changed.

    Raises NotFound for one that was erased meanwhile, Conflict for one that has withdrawn.
    """
    row = await lock_activator(session, activator_id, "id")
    if row.state is ActivatorState.WITHDRAWN:
        raise Conflict("It has withdrawn from the programme: its profile is closed.", "id")
    return row
