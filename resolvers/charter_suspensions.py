"""Suspending members who did not accept the charter in time, and restoring those who do then."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from permissions.viewer import Viewer
from resolvers.charter_mails import TO_ACCEPT, enqueue_letter
from resolvers.charter_standing import end_of_time, not_accepted
from resolvers.membership_steps import take_step
from resolvers.platform import Platform

CHARTER_NOT_ACCEPTED = "charter-not-accepted"
"""The reason of a suspension that ends when the charter is accepted."""


async def suspend_some(
    platform: Platform,
    session: AsyncSession,
    charter: Row[Any, Any, Any],
    *,
    after: int,
    most: int,
) -> list[int]:
    """Suspend the next active members who have not accepted a version in time, and tell them.

    Newcomers, who have time yet, are asked. Give the numbers of all who were looked at: one may
    have accepted just now.
    """
    version, now = charter.version, platform.now()
    query = not_accepted(version, [ActivatorState.ACTIVE], after=after).limit(most)
    rows = (await session.execute(query.with_for_update(of=tables.activator))).all()
    accepted = await _accepted(session, version, [row.id for row in rows])
    for row in rows:
        if row.id in accepted:
            continue
        if now < end_of_time(charter, row.state_changed_at):
            await enqueue_letter(session, TO_ACCEPT, row.id, version, now=now)
        else:
            await take_step(
                platform,
                session,
                None,
                row,
                ActivatorState.SUSPENDED,
                reason=CHARTER_NOT_ACCEPTED,
                template="charter_suspended",
                action="charter.suspend",
            )
    return [row.id for row in rows]


async def _accepted(session: AsyncSession, version: str, ids: list[int]) -> set[int]:
    """Find whose acceptance was committed while their rows were waited for."""
    table = tables.charter_acceptance
    query = select(table.c.activator_id).where(
        table.c.activator_id.in_(ids), table.c.version == version
    )
    return set((await session.execute(query)).scalars())


async def restore(platform: Platform, session: AsyncSession, viewer: Viewer, member: Any) -> None:
    """Make one active again that was suspended for this reason alone; its caller locked it."""
    if (member.state, member.state_reason) == (ActivatorState.SUSPENDED, CHARTER_NOT_ACCEPTED):
        await take_step(
            platform,
            session,
            viewer,
            member,
            ActivatorState.ACTIVE,
            reason=None,
            template="state_active",
            action="charter.restore",
        )
