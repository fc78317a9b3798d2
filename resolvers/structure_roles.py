"""Managing a structure is a role: how it ends."""

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from models.revisions import Subject, record_changes
from permissions.duties import Duty
from permissions.viewer import Viewer
from resolvers.imports import in_one_transaction
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform
from resolvers.refusal import NotFound
from resolvers.structure_actions import lock_structure
from resolvers.structure_duties import check_structure_duty
from resolvers.structure_mails import MANAGER_REMOVED
from resolvers.structures import SeenStructure, get_structure


async def remove_structure_manager(
    platform: Platform, viewer: Viewer, *, structure_id: int, account_id: int | None
) -> SeenStructure | None:
    """Take from an account its role about a structure, and tell it by mail.

    The open invitations of the structure that it sent or received go with it, or it could come
    back by one. None where the viewer has removed itself. Raises NotFound, Forbidden.
    """
    field = "structure"
    await check_structure_duty(platform, viewer, Duty.TEND_STRUCTURE, structure_id, field=field)
    if account_id is None:
        raise NotFound("It does not manage this structure.", "account")

    async def remove(session: AsyncSession) -> None:
        await lock_structure(session, structure_id, field=field)
        await _take_role(session, structure_id, account_id)
        await _withdraw_invitations(session, structure_id, account_id)
        now, told = platform.now(), {"account_id": account_id, "structure_id": structure_id}
        await enqueue(session, MANAGER_REMOVED, told, now=now)
        await platform.audit.record(
            session,
            viewer,
            "structure.remove_manager",
            "Structure",
            structure_id,
            now=now,
            before={"account": str(account_id), "role": Role.STRUCTURE_MANAGER.value},
        )
        await record_changes(session, Subject.ACCOUNT, [account_id])

    await in_one_transaction(platform.database, remove)
    if account_id == viewer.account_id:
        return None
    return await get_structure(platform.directory, viewer, structure_id)


async def _take_role(session: AsyncSession, structure_id: int, account_id: int) -> None:
    table = tables.account_role
    taken = delete(table).where(
        table.c.account_id == account_id, table.c.structure_id == structure_id
    )
    if not (await session.execute(taken.returning(table.c.id))).all():
        raise NotFound("It does not manage this structure.", "account")


async def _withdraw_invitations(session: AsyncSession, structure_id: int, account_id: int) -> None:
    table, account = tables.invitation, tables.account
    email = select(account.c.email).where(account.c.id == account_id).scalar_subquery()
    await session.execute(
        delete(table).where(
            table.c.structure_id == structure_id,
            table.c.accepted_at.is_(None),
            or_(table.c.invited_by == account_id, table.c.email == email),
        )
    )
