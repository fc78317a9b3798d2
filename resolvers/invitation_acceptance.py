"""Accepting an invitation to a structure: its link proves the address, once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.revisions import Subject, record_changes
from resolvers.account_actions import find_or_make_account, give_role
from resolvers.imports import in_one_transaction
from resolvers.open_invitations import open_invitation
from resolvers.platform import Platform
from resolvers.refusal import Conflict
from resolvers.sign_in_actions import LinkOver
from resolvers.structure_moves import columns_of_employment

OVER = "The invitation was accepted or withdrawn, or its time is over: ask for another."
NO_PAGE = (
    "There is no page of this address to bring along: register with this invitation"
    " (`registerActivator`), or sign in first, if a network has declared you."
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted: a role, and the name of the structure."""

    role: Role
    structure_name: str


async def accept_invitation(platform: Platform, *, token: str) -> Accepted:
    """Accept the invitation that a link's secret opens; nobody need be signed in.

    A manager gets the role, and an account if the address has none. The page of an activator
    moves to the structure. Raises LinkOver; Conflict where the address has no such page.
    """

    async def accept(session: AsyncSession) -> Accepted:
        invitation = await open_invitation(platform, session, token)
        if invitation is None:
            raise LinkOver(OVER, "token")
        table = tables.structure
        query = select(table).where(table.c.id == invitation.structure_id)
        structure = (await session.execute(query.with_for_update(read=True))).one()
        used = update(tables.invitation).where(tables.invitation.c.id == invitation.id)
        await session.execute(used.values(accepted_at=platform.now()))
        if invitation.role is Role.STRUCTURE_MANAGER:
            await _make_manager(platform, session, invitation, structure)
        else:
            await _bring_page(platform, session, invitation, structure)
        return Accepted(invitation.role, structure.name)

    return await in_one_transaction(platform.database, accept)


async def _make_manager(
    platform: Platform, session: AsyncSession, invitation: Row[Any], structure: Row[Any]
) -> None:
    now, role = platform.now(), Role.STRUCTURE_MANAGER
    account_id = await find_or_make_account(session, invitation.email, now, invitation.language)
    await give_role(session, account_id, role, structure_id=structure.id)
    after = {
        "invitation": str(invitation.id),
        "account": str(account_id),
        "role": role.value,
    }
    await platform.audit.record(
        session, None, "structure.add_manager", "Structure", structure.id, now=now, after=after
    )
    await record_changes(session, Subject.ACCOUNT, [account_id])


async def _bring_page(
    platform: Platform, session: AsyncSession, invitation: Row[Any], structure: Row[Any]
) -> None:
    now = platform.now()
    activator = await _page_of(session, invitation.email)
    reference = platform.directory.snapshot.reference
    values = columns_of_employment(reference, activator, structure, now)
    own = update(tables.activator).where(tables.activator.c.id == activator.id)
    await session.execute(own.values(values))
    await platform.audit.record(
        session,
        None,
        "activator.join_structure",
        "Activator",
        activator.id,
        now=now,
        before={"structure": str(activator.structure_id)},
        after={"structure": str(structure.id), "invitation": str(invitation.id)},
    )
    await record_changes(session, Subject.ACTIVATOR, [activator.id])


async def _page_of(session: AsyncSession, email: str) -> Row[Any]:
    """Find and lock the one activator that an address's account is; raises Conflict."""
    table, role, account = tables.activator, tables.account_role, tables.account
    query = (
        select(table)
        .join_from(role, account, account.c.id == role.c.account_id)
        .join(table, table.c.id == role.c.activator_id)
        .where(
            account.c.email == email,
            table.c.state != ActivatorState.WITHDRAWN,
            table.c.erased_at.is_(None),
        )
        .with_for_update(of=table)
    )
    found = (await session.execute(query)).all()
    if not found:
        raise Conflict(NO_PAGE, "token")
    if len(found) > 1:
        raise Conflict("Several pages are of this address: a moderator must choose.", "token")
    return found[0]
