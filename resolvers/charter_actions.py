"""Accepting the charter: what an activator says, and nobody in its name."""

from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.api_keys import Scope
from models.base import new_id
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activators import Seen, get_activators
from resolvers.charter_standing import AcceptanceRow, acceptance_of, version_in_force
from resolvers.charter_suspensions import restore
from resolvers.editing import lock_activator, seen_activator
from resolvers.imports import in_one_transaction
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Conflict, Forbidden, InvalidInput
from resolvers.sign_in_actions import signed_in

FIELD = "activator"


class Accepted(NamedTuple):
    """An acceptance, and the activator after it."""

    acceptance: AcceptanceRow
    seen: Seen


async def accept_charter(
    platform: Platform, viewer: Viewer, *, version: str, activator_id: int | None
) -> Accepted:
    """Accept the version in force for an activator, by default the only one that the viewer is.

    It is recorded once and for all: a second time gives the first acceptance. One that was
    suspended because it had not accepted is active again. Raises Unauthenticated, NotFound,
    Forbidden; InvalidInput where it is to be said which activator; Conflict for a version that
    is not in force, and for one that has left.
    """
    seen = await _committing(platform, viewer, activator_id)
    number = seen.card.id

    async def accept(session: AsyncSession) -> AcceptanceRow:
        member = await lock_activator(session, number, FIELD)
        return await _accept(platform, session, viewer, member, version)

    acceptance = await in_one_transaction(platform.database, accept)
    return Accepted(acceptance, await seen_activator(platform, viewer, number, FIELD))


async def _committing(platform: Platform, viewer: Viewer, activator_id: int | None) -> Seen:
    """Find the activator whose word it is."""
    if activator_id is None:
        return await _own(platform, viewer)
    seen = await seen_activator(platform, viewer, activator_id, FIELD)
    if Permission.COMMIT not in seen.grants:
        raise Forbidden("Nobody accepts the charter for another.", FIELD)
    return seen


async def _own(platform: Platform, viewer: Viewer) -> Seen:
    """Find the only activator that the viewer is; one that has left counts where it is alone."""
    check_scope(viewer, Scope.DIRECTORY_READ)
    signed_in(viewer)
    found = await get_activators(platform.directory, viewer, sorted(viewer.activator_ids))
    own = [one for one in found if one is not None]
    own = [one for one in own if one.card.state is not ActivatorState.WITHDRAWN] or own
    if not own:
        raise Forbidden("This account is no activator: it has no charter to accept.")
    if len(own) > 1:
        expected = f"the id of one of the {len(own)} activators that this account is"
        raise InvalidInput(FIELD, None, expected)
    return own[0]


async def _accept(
    platform: Platform, session: AsyncSession, viewer: Viewer, member: Any, version: str
) -> AcceptanceRow:
    if member.state is ActivatorState.WITHDRAWN:
        raise Conflict("It has left the programme, for good.", FIELD)
    in_force = await version_in_force(session)
    if in_force is None or version != in_force:
        there = "None" if in_force is None else f"Version {in_force}"
        raise Conflict(f"{there} of the charter is in force.", "version")
    first = await acceptance_of(session, member.id, in_force)
    if first is not None:
        return first
    now = platform.now()
    row = {"id": new_id(), "version": in_force, "activator_id": member.id}
    row |= {"account_id": signed_in(viewer), "accepted_at": now}
    await session.execute(insert(tables.charter_acceptance).values(row))
    await platform.audit.record(
        session,
        viewer,
        "charter.accept",
        "Activator",
        member.id,
        now=now,
        after={"version": in_force},
    )
    await restore(platform, session, viewer, member)
    return AcceptanceRow(in_force, now, current=True)
