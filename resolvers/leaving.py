"""Leaving the programme (charter, article 6)."""

from models.activators import ActivatorState
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activators import Seen
from resolvers.editing import seen_activator
from resolvers.membership_steps import checked_reason, lock_before_step, take_step
from resolvers.platform import Platform
from resolvers.refusal import Conflict, Forbidden


async def leave_programme(
    platform: Platform, viewer: Viewer, *, activator_id: int, reason: str | None = None
) -> Seen:
    """Withdraw the viewer's own membership at once; what is personal is erased after a delay.

    Raises NotFound for one that the viewer may not see, Forbidden for another's, InvalidInput (in
    Refusals) for a reason that is too long, Conflict where it has left already.
    """
    seen = await seen_activator(platform, viewer, activator_id, "activator")
    if Permission.COMMIT not in seen.grants:
        raise Forbidden("Nobody leaves the programme for another.", "activator")
    why = checked_reason(reason, needed=False)
    async with platform.database.write() as session:
        try:
            before = await lock_before_step(session, activator_id, ActivatorState.WITHDRAWN)
        except Conflict:
            raise Conflict("It has left the programme already.", "activator") from None
        await take_step(
            platform,
            session,
            viewer,
            before,
            ActivatorState.WITHDRAWN,
            reason=why,
            template="left_programme",
            action="activator.leave",
        )
    return await seen_activator(platform, viewer, activator_id, "activator")
