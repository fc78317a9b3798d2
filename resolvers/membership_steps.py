"""One step in the life of a membership, whoever takes it: written, told by mail and audited."""

from functools import partial
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import LONGEST_REASON, STATE_TRANSITIONS, ActivatorState
from models.revisions import Subject, record_changes
from permissions.viewer import Viewer
from resolvers.activator_mails import STATE_CHANGED
from resolvers.cells import optional, required
from resolvers.charter_standing import has_accepted, version_in_force
from resolvers.contact.orphans import enqueue_orphaned
from resolvers.editing import lock_activator
from resolvers.input_checks import InputChecks
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform
from resolvers.refusal import Conflict

activator, structure = tables.activator, tables.structure


async def lock_before_step(
    session: AsyncSession, activator_id: int, state: ActivatorState
) -> Row[Any]:
    """Lock an activator that is to come to a state, and say how it stands.

    Raises NotFound for one that was erased meanwhile, Conflict where `STATE_TRANSITIONS` does not
    lead there.
    """
    before = await lock_activator(session, activator_id, "id")
    if state not in STATE_TRANSITIONS[before.state]:
        message = f"An activator that is {before.state.value} cannot become {state.value}."
        raise Conflict(message, "state")
    return before


def checked_reason(reason: str | None, *, needed: bool) -> str | None:
    """Check why a step is taken, which some need; raises InvalidInput, in Refusals."""
    checks = InputChecks()
    check = required if needed else optional
    given = checks.field("reason", reason, partial(check, longest=LONGEST_REASON))
    checks.end()
    return given


async def check_may_be_member(session: AsyncSession, before: Row[Any]) -> None:
    """Let be a member who stands by the charter, in a structure that is what it says.

    Raises Conflict where it has not accepted the version in force, or its structure was founded
    by a registration that nobody has confirmed.
    """
    if not await has_accepted(session, before.id):
        version = await version_in_force(session)
        raise Conflict(f"It has not accepted the charter in force, version {version}.", "state")
    query = select(structure.c.awaits_confirmation).where(structure.c.id == before.structure_id)
    if (await session.execute(query)).scalar_one():
        raise Conflict(
            "Its structure is not confirmed: its managers or staff confirm it first.", "state"
        )


async def take_step(
    platform: Platform,
    session: AsyncSession,
    by: Viewer | None,
    before: Row[Any],
    state: ActivatorState,
    *,
    reason: str | None,
    template: str,
    action: str = "activator.change_state",
) -> None:
    """Write a step of one that `lock_before_step` gave; None takes it for the service itself.

    `template` is the mail that tells the activator; its `reason` is read then, and is in no audit.
    Companies that wait for the answer of one who goes are offered others.
    """
    version, now = before.version + 1, platform.now()
    values = {"state": state, "version": version, "state_reason": reason, "state_changed_at": now}
    await session.execute(update(activator).where(activator.c.id == before.id).values(values))
    told = {"activator_id": before.id, "template": template}
    key = f"{STATE_CHANGED}:{before.id}:{version}"
    await enqueue(session, STATE_CHANGED, told, now=now, dedupe_key=key)
    if state is not ActivatorState.ACTIVE:
        await enqueue_orphaned(session, [before.id], now=now)
    was, becomes = {"state": before.state.value}, {"state": state.value}
    await platform.audit.record(
        session, by, action, "Activator", before.id, now=now, before=was, after=becomes
    )
    await record_changes(session, Subject.ACTIVATOR, [before.id])
