"""Invitations that can still be accepted."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from resolvers.link_secrets import LinkTo
from resolvers.platform import Platform


async def open_invitation(
    platform: Platform, session: AsyncSession, secret: str
) -> Row[Any] | None:
    """Find the invitation that a link's secret opens, and lock it; None for one that is over."""
    number, table = platform.link_secrets.read(LinkTo.INVITATION, secret), tables.invitation
    if number is None:
        return None
    query = select(table).where(
        table.c.id == number,
        table.c.accepted_at.is_(None),
        table.c.expires_at > platform.now(),
    )
    return (await session.execute(query.with_for_update())).one_or_none()
