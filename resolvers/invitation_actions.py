"""Inviting people to a structure, and taking an invitation back."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language, Role
from models.base import new_id
from permissions.duties import Duty
from permissions.viewer import Viewer
from resolvers.account_actions import normal_email
from resolvers.imports import in_one_transaction
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform
from resolvers.refusal import Conflict, Forbidden, NotFound
from resolvers.structure_actions import lock_structure
from resolvers.structure_duties import check_structure_duty
from resolvers.structure_people import InvitationRow
from resolvers.structures import SeenStructure, get_structure

INVITATION = "invitation"
"""The kind of the job that sends one. Its payload: `invitation_id`."""

MOST_INVITATIONS = 100
"""Invitations of a structure that may be open at once."""

table = tables.invitation


async def invite_to_structure(
    platform: Platform,
    viewer: Viewer,
    *,
    structure_id: int,
    email: str,
    role: Role,
    language: Language,
) -> InvitationRow:
    """Invite an address, by mail, to manage a structure or to work there as an activator.

    The invitation of this address to this role is renewed where there is one. Nothing tells
    whether the address has an account. Raises NotFound, Forbidden, InvalidInput; Conflict where
    the structure has `MOST_INVITATIONS`, or awaits confirmation and activators are invited.
    """
    field = "structure"
    await check_structure_duty(platform, viewer, Duty.TEND_STRUCTURE, structure_id, field=field)
    now = platform.now()
    asked: dict[str, Any] = {
        "structure_id": structure_id,
        "role": role,
        "email": normal_email(email),
    }
    lasting = {
        "language": language,
        "invited_by": viewer.account_id,
        "created_at": now,
        "expires_at": now + timedelta(days=platform.policy.invitation_days),
    }

    async def invite(session: AsyncSession) -> int:
        structure = await lock_structure(session, structure_id, field=field)
        if role is Role.ACTIVATOR and structure.awaits_confirmation:
            raise Conflict("The structure must be confirmed before activators join it.", field)
        invitation_id = await _write(session, asked, lasting, now)
        key = f"{INVITATION}:{invitation_id}:{now:%Y%m%d%H%M}"
        told = {"invitation_id": invitation_id}
        await enqueue(session, INVITATION, told, now=now, dedupe_key=key)
        after = {"invitation": str(invitation_id), "role": role.value}
        await _record(platform, session, viewer, "structure.invite", structure_id, after)
        return invitation_id

    number = await in_one_transaction(platform.database, invite)
    shown = {**asked, **lasting, "id": number}
    return InvitationRow(*(shown[name] for name in InvitationRow._fields))


async def withdraw_invitation(
    platform: Platform, viewer: Viewer, *, invitation_id: int
) -> SeenStructure | None:
    """Take an invitation back: its link opens nothing any more. Gives its structure.

    Raises NotFound for one that is none of a structure that the viewer tends, Conflict for one
    that was accepted.
    """
    query = select(table.c.structure_id).where(table.c.id == invitation_id)
    async with platform.database.read() as session:
        structure_id = (await session.execute(query)).scalar_one_or_none()
    if structure_id is None:
        raise NotFound("No such invitation.", "id")
    try:
        await check_structure_duty(platform, viewer, Duty.TEND_STRUCTURE, structure_id, field="id")
    except (NotFound, Forbidden):
        raise NotFound("No such invitation.", "id") from None
    async with platform.database.write() as session:
        await _withdraw(platform, session, viewer, invitation_id)
    return await get_structure(platform.directory, viewer, structure_id)


async def _withdraw(
    platform: Platform, session: AsyncSession, viewer: Viewer, invitation_id: int
) -> None:
    query = select(table).where(table.c.id == invitation_id).with_for_update()
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFound("No such invitation.", "id")
    if found.accepted_at is not None:
        raise Conflict("The invitation was accepted.", "id")
    await session.execute(delete(table).where(table.c.id == invitation_id))
    after = {"invitation": str(invitation_id), "role": found.role.value}
    action = "structure.withdraw_invitation"
    await _record(platform, session, viewer, action, found.structure_id, after)


async def _write(
    session: AsyncSession, asked: dict[str, Any], lasting: dict[str, Any], now: datetime
) -> int:
    """Renew the invitation that was not accepted, or write one; the structure is locked."""
    same = [table.c[name] == value for name, value in asked.items()]
    query = select(table.c.id).where(*same, table.c.accepted_at.is_(None))
    found: int | None = (await session.execute(query)).scalar_one_or_none()
    if found is not None:
        await session.execute(update(table).where(table.c.id == found).values(lasting))
        return found
    counted = select(func.count()).where(
        table.c.structure_id == asked["structure_id"],
        table.c.accepted_at.is_(None),
        table.c.expires_at > now,
    )
    if (await session.execute(counted)).scalar_one() >= MOST_INVITATIONS:
        message = f"The structure has {MOST_INVITATIONS} open invitations: withdraw one first."
        raise Conflict(message, "structure")
    values = {"id": new_id(), **asked, **lasting}
    await session.execute(insert(table).values(values))
    return int(values["id"])


async def _record(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    action: str,
    structure_id: int,
    what: dict[str, str],
) -> None:
    """Say it to the audit; whom it is about is for the invitation to say, while it is there."""
    now = platform.now()
    await platform.audit.record(
        session, viewer, action, "Structure", structure_id, now=now, after=what
    )
