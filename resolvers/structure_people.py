"""Who manages a structure, and whom it has invited: for those who tend it, for it is personal."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from models import tables
from models.accounts import Role
from permissions.duties import Duty
from permissions.viewer import Viewer
from resolvers.directory.rows import StructureRow
from resolvers.platform import Platform
from resolvers.structure_duties import has_structure_duty

account, role, invitation = tables.account, tables.account_role, tables.invitation


class ManagerRow(NamedTuple):
    """An account that manages a structure."""

    id: int
    email: str


class InvitationRow(NamedTuple):
    """An invitation that may still be accepted; times are in UTC."""

    id: int
    role: Role
    email: str
    created_at: datetime
    expires_at: datetime


INVITATION_COLUMNS = [invitation.c[name] for name in InvitationRow._fields]


async def managers_of(
    platform: Platform, viewer: Viewer, structure: StructureRow
) -> list[ManagerRow] | None:
    """List its managers by address; None for those who do not tend it."""
    if not _tends(platform, viewer, structure):
        return None
    query = (
        select(account.c.id, account.c.email)
        .join_from(role, account, account.c.id == role.c.account_id)
        .where(role.c.structure_id == structure.id)
        .order_by(account.c.email)
    )
    async with platform.database.read() as session:
        return [ManagerRow(*row) for row in await session.execute(query)]


async def invitations_of(
    platform: Platform, viewer: Viewer, structure: StructureRow
) -> list[InvitationRow] | None:
    """List its invitations that may still be accepted, the last first; None as `managers_of`."""
    if not _tends(platform, viewer, structure):
        return None
    query = (
        select(*INVITATION_COLUMNS)
        .where(
            invitation.c.structure_id == structure.id,
            invitation.c.accepted_at.is_(None),
            invitation.c.expires_at > platform.now(),
        )
        .order_by(invitation.c.created_at.desc(), invitation.c.id)
    )
    async with platform.database.read() as session:
        return [InvitationRow(*row) for row in await session.execute(query)]


def _tends(platform: Platform, viewer: Viewer, structure: StructureRow) -> bool:
    snapshot = platform.directory.snapshot
    return has_structure_duty(snapshot, viewer, Duty.TEND_STRUCTURE, structure)
