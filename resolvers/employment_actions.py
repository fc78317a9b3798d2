"""Saying who works in a structure: its managers and staff, once a year and when one arrives."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.revisions import Subject, record_changes
from permissions.duties import Duty
from permissions.viewer import Viewer
from resolvers.contact.orphans import enqueue_orphaned
from resolvers.employment import MOST
from resolvers.imports import in_one_transaction
from resolvers.input_checks import InputChecks
from resolvers.platform import Platform
from resolvers.profile_mails import enqueue_parting
from resolvers.refusal import Conflict, NotFound, Refusal, Refusals
from resolvers.structure_duties import check_structure_duty
from resolvers.structure_moves import columns_of_employment
from resolvers.structures import SeenStructure, get_structure

CONFIRMED, PARTED = "activator.confirm_employment", "activator.end_employment"

activator, structure = tables.activator, tables.structure


async def confirm_employment(
    platform: Platform,
    viewer: Viewer,
    *,
    structure_id: int,
    still_there: Sequence[int],
    left: Sequence[int],
) -> SeenStructure | None:
    """Say who works there, the ones who say that they have come included, and who does not.

    All of it, or nothing. Raises NotFound, Forbidden, Conflict where the structure awaits its own
    confirmation; Refusals by place in the lists: NotFound for whom nothing joins to the structure,
    Conflict for one that has withdrawn, or has said that it works elsewhere.
    """
    vouch = Duty.VOUCH_FOR_STRUCTURE
    await check_structure_duty(platform, viewer, vouch, structure_id, field="structure")
    _check_lists(still_there, left)
    work = partial(_write, platform, viewer, structure_id, still_there, left)
    await in_one_transaction(platform.database, work)
    return await get_structure(platform.directory, viewer, structure_id)


def _check_lists(still_there: Sequence[int], left: Sequence[int]) -> None:
    checks = InputChecks()
    if not still_there and not left:
        checks.refuse("stillThere", None, "somebody, here or in left")
    for name, some in (("stillThere", still_there), ("left", left)):
        if len(some) > MOST:
            checks.refuse(name, f"{len(some)} of them", f"at most {MOST}")
    if set(still_there) & set(left):
        checks.refuse("left", "somebody who is still there", "others than in stillThere")
    checks.end()


async def _write(
    platform: Platform,
    viewer: Viewer,
    structure_id: int,
    still_there: Sequence[int],
    left: Sequence[int],
    session: AsyncSession,
) -> None:
    here = await _lock_structure(session, structure_id)
    rows = await _lock_activators(session, structure_id, {*still_there, *left})
    _check_each(structure_id, rows, still_there, left)
    for one in dict.fromkeys(still_there):
        await _confirm(platform, session, rows[one], here)
    parted = [
        one
        for one in dict.fromkeys(left)
        if await _part(platform, session, rows[one], structure_id)
    ]
    said = [(CONFIRMED, one) for one in dict.fromkeys(still_there)]
    said += [(PARTED, one) for one in parted]
    for action, one in said:
        about = {"structure": structure_id}
        await platform.audit.record(
            session, viewer, action, "Activator", one, now=platform.now(), after=about
        )
    if said:
        await record_changes(session, Subject.ACTIVATOR, sorted(one for _, one in said))


async def _lock_structure(session: AsyncSession, structure_id: int) -> Row[Any]:
    query = select(structure).where(structure.c.id == structure_id)
    here = (await session.execute(query.with_for_update(read=True))).one()
    if here.awaits_confirmation:
        raise Conflict(
            "The structure is not confirmed: its managers or staff confirm it first.", "structure"
        )
    return here


async def _lock_activators(
    session: AsyncSession, structure_id: int, ids: set[int]
) -> dict[int, Row[Any]]:
    """Read those of them who work there or say so."""
    query = (
        select(activator)
        .where(
            activator.c.id.in_(ids),
            activator.c.erased_at.is_(None),
            or_(
                activator.c.structure_id == structure_id,
                activator.c.next_structure_id == structure_id,
            ),
        )
        .order_by(activator.c.id)
        .with_for_update(key_share=True)
    )
    return {row.id: row for row in await session.execute(query)}


def _check_each(
    structure_id: int,
    rows: dict[int, Row[Any]],
    still_there: Sequence[int],
    left: Sequence[int],
) -> None:
    wrong: list[Refusal] = []
    for field, some in (("stillThere", still_there), ("left", left)):
        for number, one in enumerate(some):
            row, place = rows.get(one), f"{field}.{number}"
            if row is None:
                wrong.append(NotFound("No such activator of this structure.", place))
            elif row.state is ActivatorState.WITHDRAWN:
                wrong.append(Conflict("It has withdrawn from the programme.", place))
            elif some is still_there and row.next_structure_id not in (None, structure_id):
                wrong.append(Conflict("It says that it works elsewhere.", place))
    if wrong:
        raise Refusals(wrong)


async def _confirm(
    platform: Platform, session: AsyncSession, row: Row[Any], here: Row[Any]
) -> None:
    """Write that it works there; one that comes from elsewhere moves."""
    reference = platform.directory.snapshot.reference
    values = columns_of_employment(reference, row, here, platform.now())
    await session.execute(update(activator).where(activator.c.id == row.id).values(values))


async def _part(
    platform: Platform, session: AsyncSession, row: Row[Any], structure_id: int
) -> bool:
    """Write that it does not work there, and tell it; False where that was known."""
    arrives = row.next_structure_id == structure_id
    if row.left_at is not None and not arrives:
        return False
    values = {"left_at": row.left_at or platform.now(), "version": row.version + 1}
    values |= {"next_structure_id": None} if arrives else {}
    await session.execute(update(activator).where(activator.c.id == row.id).values(values))
    await enqueue_parting(session, row.id, structure_id, now=platform.now())
    await enqueue_orphaned(session, [row.id], now=platform.now())
    return True
