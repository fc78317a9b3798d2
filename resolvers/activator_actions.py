"""What becomes of a membership: others admit, refuse, suspend, restore and withdraw it."""

from models.activators import STEPS_WITH_REASON, ActivatorState
from permissions.steps import STEPS_FROM, TAKES_STEPS
from permissions.viewer import Viewer
from resolvers.activators import Seen
from resolvers.editing import seen_activator
from resolvers.membership_steps import (
    check_may_be_member,
    checked_reason,
    lock_before_step,
    take_step,
)
from resolvers.platform import Platform
from resolvers.refusal import Forbidden

REFUSAL = (ActivatorState.PENDING, ActivatorState.WITHDRAWN)


async def change_state(
    platform: Platform,
    viewer: Viewer,
    *,
    activator_id: int,
    state: ActivatorState,
    reason: str | None = None,
) -> Seen:
    """Admit, refuse, suspend, restore or withdraw an activator, and tell it why by mail.

    Raises NotFound for one that the viewer may not see, Forbidden without the permission that
    `STEPS_FROM` asks for, Conflict where no step leads to the state or it may not be a member,
    InvalidInput (in Refusals) for a reason that is missing or too long.
    """
    seen = await seen_activator(platform, viewer, activator_id, "id")
    if seen.grants.isdisjoint(TAKES_STEPS):
        raise Forbidden("Staff alone, and networks that may admit, change the state of one.")
    async with platform.database.write() as session:
        before = await lock_before_step(session, activator_id, state)
        if STEPS_FROM[before.state] not in seen.grants:
            raise Forbidden("Only moderators and administrators take this step.", "state")
        step = before.state, state
        why = checked_reason(reason, needed=step in STEPS_WITH_REASON)
        if state is ActivatorState.ACTIVE:
            await check_may_be_member(session, before)
        template = "state_refused" if step == REFUSAL else f"state_{state.value.lower()}"
        await take_step(platform, session, viewer, before, state, reason=why, template=template)
    return await seen_activator(platform, viewer, activator_id, "id")
