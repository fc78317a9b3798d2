"""What is done to structures: their details, and whether they are what they say."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.revisions import Subject, record_changes
from permissions.duties import Duty
from permissions.viewer import Viewer
from resolvers.directory.reference import Reference
from resolvers.imports import in_one_transaction
from resolvers.input_checks import InputChecks
from resolvers.platform import Platform
from resolvers.refusal import NotFound
from resolvers.roster_writing import renew_activators_of
from resolvers.structure_duties import check_structure_duty
from resolvers.structure_founding import GivenStructure, checked_structure
from resolvers.structures import SeenStructure, get_structure

table = tables.structure

GIVEN = ("name", "legal_form", "address_line", "postal_code", "city", "commune_code")
"""What may be changed of a structure. Its SIRET makes it what it is."""


async def update_structure(
    platform: Platform, viewer: Viewer, *, structure_id: int, changes: Mapping[str, str | None]
) -> SeenStructure | None:
    """Change details of a structure, by the names in `GIVEN`; none that is absent.

    Where its postal code or city changes and no commune is given, none is known any more. From
    then on a roster leaves its details. Raises NotFound, Forbidden, Refusals.
    """
    await check_structure_duty(platform, viewer, Duty.TEND_STRUCTURE, structure_id, field="id")

    async def change(session: AsyncSession) -> None:
        before = await lock_structure(session, structure_id, field="id")
        after = _checked(platform.directory.snapshot.reference, before, changes)
        changed = sorted(name for name, value in after.items() if value != getattr(before, name))
        if changed:
            await session.execute(_own(structure_id).values({**after, "edited": True}))
            fields = {"fields": changed}
            await _told(platform, session, viewer, "structure.update", structure_id, {}, fields)

    await in_one_transaction(platform.database, change)
    return await get_structure(platform.directory, viewer, structure_id)


async def confirm_structure(
    platform: Platform, viewer: Viewer, *, structure_id: int
) -> SeenStructure | None:
    """Say that a structure that somebody named while registering is what it says.

    Raises NotFound, Forbidden. One that awaits nothing stays as it is.
    """
    await check_structure_duty(platform, viewer, Duty.VOUCH_FOR_STRUCTURE, structure_id, field="id")

    async def confirm(session: AsyncSession) -> None:
        before = await lock_structure(session, structure_id, field="id")
        if before.awaits_confirmation:
            await session.execute(_own(structure_id).values(awaits_confirmation=False))
            was, is_now = ({"awaits_confirmation": value} for value in (True, False))
            await _told(platform, session, viewer, "structure.confirm", structure_id, was, is_now)

    await in_one_transaction(platform.database, confirm)
    return await get_structure(platform.directory, viewer, structure_id)


async def lock_structure(session: AsyncSession, structure_id: int, *, field: str) -> Row[Any]:
    """Read a structure that nobody else changes until the transaction ends; raises NotFound."""
    query = select(table).where(table.c.id == structure_id).with_for_update(key_share=True)
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFound("No such structure.", field)
    return found


def _own(structure_id: int) -> Any:
    return update(table).where(table.c.id == structure_id)


def _checked(
    reference: Reference, before: Row[Any], changes: Mapping[str, str | None]
) -> dict[str, Any]:
    """Check the details that it is to have; raises Refusals."""
    moved = not changes.keys().isdisjoint({"postal_code", "city"})
    given = {name: getattr(before, name) for name in GIVEN}
    given |= ({"commune_code": None} if moved else {}) | dict(changes)
    for name in ("name", "postal_code", "city"):
        given[name] = given[name] or ""
    checks = InputChecks()
    details = checked_structure(checks, reference, GivenStructure(siret=before.siret, **given))
    checks.end()
    return {} if details is None else details._asdict()


async def _told(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    action: str,
    structure_id: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Say it to the audit, and to every worker, whose pages quote the structure."""
    renewed = await renew_activators_of(session, [structure_id], but=set())
    now = platform.now()
    await platform.audit.record(
        session, viewer, action, "Structure", structure_id, now=now, before=before, after=after
    )
    if renewed:
        await record_changes(session, Subject.ACTIVATOR, sorted(renewed))
