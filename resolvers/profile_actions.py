"""Keeping profiles true (charter, article 3): updating them, and confirming that they are."""

import asyncio
from functools import partial
from typing import Any

from sqlalchemy import Row, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.revisions import Subject, record_changes
from permissions.viewer import Viewer
from resolvers.activators import Seen
from resolvers.editing import find_to_edit, lock_to_edit
from resolvers.imports import in_one_transaction
from resolvers.input_checks import InputChecks
from resolvers.links.profile_links import COLUMNS, forget_other_links, links_in
from resolvers.platform import Platform
from resolvers.profile_checks import CheckedProfile, GivenProfile, checked_profile
from resolvers.profile_codes import read_codes, replace_codes
from resolvers.profile_edits import Edits, StoredProfile, edits_of
from resolvers.refusal import Conflict, InvalidInput, Refusals

UPDATED, CONFIRMED = "activator.update_profile", "activator.confirm_profile"
NOTHING = CheckedProfile({}, {})


class EditConflict(Refusals):
    """Another editor changed the same fields since: one refusal a field."""

    code = "CONFLICT"

    def __init__(self, fields: list[str]) -> None:
        """Name the fields."""
        message = "Somebody changed this since you read it."
        super().__init__([Conflict(message, field) for field in fields])


async def update_profile(
    platform: Platform, viewer: Viewer, *, activator_id: int, version: int, given: GivenProfile
) -> Seen:
    """Change what is given of a profile, and confirm the rest.

    `version` is the one that the editor read. Raises as `find_to_edit` and `lock_to_edit`;
    Refusals with all that is wrong; EditConflict where others edited the same fields since, and
    then nothing is changed and this worker shows what they did.
    """
    seen = await find_to_edit(platform, viewer, activator_id)
    checks = InputChecks()
    said = await asyncio.to_thread(  # Markdown of 5,000 characters may take half a second
        checked_profile,
        checks,
        platform.directory.snapshot.reference,
        given,
        video_hosts=platform.policy.video_hosts,
        postal_code=seen.card.address.postal_code,
    )
    checks.end()
    edit = partial(_edit, platform, viewer, activator_id, version, said)
    try:
        await in_one_transaction(platform.database, edit)
    except EditConflict:
        await platform.directory.catch_up()
        raise
    return await find_to_edit(platform, viewer, activator_id)


async def confirm_profile(platform: Platform, viewer: Viewer, *, activator_id: int) -> Seen:
    """Say that a profile is true as it is: it is listed again at once if it had lapsed.

    Raises as `find_to_edit` and `lock_to_edit`.
    """
    await find_to_edit(platform, viewer, activator_id)
    confirm = partial(_edit, platform, viewer, activator_id, None, NOTHING)
    await in_one_transaction(platform.database, confirm)
    return await find_to_edit(platform, viewer, activator_id)


async def _edit(
    platform: Platform,
    viewer: Viewer,
    activator_id: int,
    version: int | None,
    said: CheckedProfile,
    session: AsyncSession,
) -> None:
    row = await lock_to_edit(session, activator_id)
    edits = await _edits(session, row, said, row.version if version is None else version)
    following = row.version + 1
    values = {
        **edits.columns,
        "version": following,
        "edited": row.edited | dict.fromkeys((*edits.columns, *edits.codes), following),
        "confirmed_at": platform.now(),
        "lapsed_at": None,
    }
    table = tables.activator
    await session.execute(update(table).where(table.c.id == activator_id).values(values))
    await replace_codes(session, activator_id, edits.codes)
    if COLUMNS & edits.columns.keys():
        links = links_in({**row._asdict(), **edits.columns})
        await forget_other_links(session, activator_id, links)
    await platform.audit.record(
        session,
        viewer,
        UPDATED if edits.fields else CONFIRMED,
        "Activator",
        activator_id,
        now=platform.now(),
        before={"lapsed": row.lapsed_at is not None},
        after={"lapsed": False, **({"fields": edits.fields} if edits.fields else {})},
    )
    await record_changes(session, Subject.ACTIVATOR, [activator_id])


async def _edits(session: AsyncSession, row: Row[Any], said: CheckedProfile, version: int) -> Edits:
    """Say what changes; raises EditConflict, and InvalidInput for a version that never was."""
    if not 1 <= version <= row.version:
        raise InvalidInput("version", version, "the version that you read")
    codes = await read_codes(session, row.id) if said.codes else {}
    stored = StoredProfile(row._asdict(), codes, row.edited)
    edits = edits_of(stored, said, version)
    if edits.conflicts:
        raise EditConflict(edits.conflicts)
    return edits
