"""Declaring what changed in one's situation: the structure or the activity (article 3)."""

from enum import Enum
from functools import partial
from typing import Any

from sqlalchemy import Row, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.revisions import Subject, record_changes
from permissions.viewer import Viewer
from resolvers.account_letters import (
    ARRIVAL,
    DEPARTURE,
    NEW_KIND,
    enqueue_letters,
    managers_of,
    moderators,
)
from resolvers.activators import Seen
from resolvers.contact.orphans import enqueue_orphaned
from resolvers.editing import find_to_edit, lock_to_edit
from resolvers.imports import in_one_transaction
from resolvers.input_checks import InputChecks
from resolvers.membership_steps import take_step
from resolvers.platform import Platform
from resolvers.refusal import Conflict
from resolvers.roster_row import StructureDetails
from resolvers.structure_founding import (
    GivenStructure,
    awaits_confirmation,
    checked_structure,
    find_or_found,
)

LEFT, MOVED, NEW_ACTIVITY = (
    "activator.leave_structure",
    "activator.change_structure",
    "activator.change_kind",
)
ACTIVITY_CHANGED = "activity-changed"
"""The reason of a suspension that staff ends once the membership of the new kind is clear."""

activator = tables.activator


class SituationChange(Enum):
    """What changed."""

    LEFT_STRUCTURE = "LEFT_STRUCTURE"
    CHANGED_STRUCTURE = "CHANGED_STRUCTURE"
    CHANGED_ACTIVITY = "CHANGED_ACTIVITY"


async def declare_situation_change(
    platform: Platform,
    viewer: Viewer,
    *,
    activator_id: int,
    change: SituationChange,
    structure: GivenStructure | None = None,
    kind: ActivatorKind | None = None,
) -> Seen:
    """Declare it; what is said a second time changes nothing.

    Raises as `find_to_edit` and `lock_to_edit`; Refusals for what is missing, wrong, or belongs to
    another change; Conflict where it works in this structure, or is of this kind, already, and
    where one that is suspended changes kind: what ends that suspension is no word on the new kind.
    """
    await find_to_edit(platform, viewer, activator_id)
    checks = InputChecks()
    _check_fits(checks, "structure", structure, needed=change is SituationChange.CHANGED_STRUCTURE)
    _check_fits(checks, "kind", kind, needed=change is SituationChange.CHANGED_ACTIVITY)
    reference = platform.directory.snapshot.reference
    details = structure and checked_structure(checks.within("structure"), reference, structure)
    checks.end()
    work = partial(_declare, platform, viewer, activator_id, details, kind)
    await in_one_transaction(platform.database, work)
    await platform.directory.catch_up()  # another may have said the same just before
    return await find_to_edit(platform, viewer, activator_id)


def _check_fits(checks: InputChecks, name: str, value: object, *, needed: bool) -> None:
    if needed and value is None:
        checks.refuse(name, None, "what it changed to")
    elif not needed and value is not None:
        checks.refuse(name, "one", "none with this change")


async def _declare(
    platform: Platform,
    viewer: Viewer,
    activator_id: int,
    details: StructureDetails | None,
    kind: ActivatorKind | None,
    session: AsyncSession,
) -> None:
    row = await lock_to_edit(session, activator_id)
    if kind is not None:
        await _change_kind(platform, session, viewer, row, kind)
    elif details is not None:
        await _go_to(platform, session, viewer, row, await find_or_found(session, details))
    elif row.left_at is None or row.next_structure_id is not None:
        await _write(platform, session, viewer, row, LEFT, next_structure_id=None)


async def _go_to(
    platform: Platform, session: AsyncSession, viewer: Viewer, row: Row[Any], structure_id: int
) -> None:
    """Say where it works now: hidden until that structure confirms it, whose managers are told.

    Moderators are, too, where nobody manages the structure or it awaits confirmation itself.
    """
    if structure_id == row.next_structure_id:
        return
    if structure_id == row.structure_id and row.left_at is None:
        raise Conflict("It works in this structure already.", "structure.siret")
    told = await managers_of(session, structure_id)
    if not told or await awaits_confirmation(session, structure_id):
        told = list(dict.fromkeys([*told, *await moderators(session)]))
    about = {"structure_id": structure_id, "activator_id": row.id}
    await enqueue_letters(session, ARRIVAL, told, **about, now=platform.now())
    await _write(platform, session, viewer, row, MOVED, next_structure_id=structure_id)


async def _write(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    row: Row[Any],
    action: str,
    *,
    next_structure_id: int | None,
) -> None:
    """Write that it is no longer with its structure, whose managers are told once."""
    now = platform.now()
    if row.left_at is None:
        told = await managers_of(session, row.structure_id)
        about = {"structure_id": row.structure_id, "activator_id": row.id}
        await enqueue_letters(session, DEPARTURE, told, **about, now=now)
        await enqueue_orphaned(session, [row.id], now=now)
    values = {
        "left_at": row.left_at or now,
        "next_structure_id": next_structure_id,
        "version": row.version + 1,
    }
    await session.execute(update(activator).where(activator.c.id == row.id).values(values))
    was, is_now = {"structure": row.structure_id}, {"next_structure": next_structure_id}
    await platform.audit.record(
        session, viewer, action, "Activator", row.id, now=now, before=was, after=is_now
    )
    await record_changes(session, Subject.ACTIVATOR, [row.id])


async def _change_kind(
    platform: Platform, session: AsyncSession, viewer: Viewer, row: Row[Any], kind: ActivatorKind
) -> None:
    """Make it of another kind; one that is active is set aside until staff restores it.

    The commitments of the new kind are others (articles 3 and 4), and so is who may see it.
    """
    if kind is row.kind:
        raise Conflict("It is of this kind already.", "kind")
    if row.state is ActivatorState.SUSPENDED:
        raise Conflict("It is suspended: its kind changes once it is restored.", "kind")
    now, version = platform.now(), row.version + 1
    active = row.state is ActivatorState.ACTIVE
    values = {"kind": kind, "edited": {**row.edited, "kind": version}}
    values |= {} if active else {"version": version}
    await session.execute(update(activator).where(activator.c.id == row.id).values(values))
    was, is_now = {"kind": row.kind.value}, {"kind": kind.value}
    await platform.audit.record(
        session, viewer, NEW_ACTIVITY, "Activator", row.id, now=now, before=was, after=is_now
    )
    if not active:
        await record_changes(session, Subject.ACTIVATOR, [row.id])
        return
    about = {"structure_id": row.structure_id, "activator_id": row.id}
    await enqueue_letters(session, NEW_KIND, await moderators(session), **about, now=now)
    suspended, reason = ActivatorState.SUSPENDED, ACTIVITY_CHANGED
    template = "state_activity_changed"
    await take_step(platform, session, viewer, row, suspended, reason=reason, template=template)
