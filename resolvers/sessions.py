"""Reading one's own account: its address and the sessions that have not ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from models import tables
from models.sessions import SignInMethod
from permissions.viewer import Viewer
from resolvers.platform import Platform


class SessionRow(NamedTuple):
    """A session that has not ended; times are in UTC."""

    id: int
    method: SignInMethod
    issuer: str | None
    client: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


async def own_email(platform: Platform, viewer: Viewer) -> str | None:
    """Give the viewer's address; None for a visitor."""
    if viewer.account_id is None:
        return None
    table = tables.account
    async with platform.database.read() as session:
        query = select(table.c.email).where(table.c.id == viewer.account_id)
        found: str | None = (await session.execute(query)).scalar_one_or_none()
        return found


async def own_sessions(platform: Platform, viewer: Viewer) -> Sequence[SessionRow]:
    """List the viewer's sessions that have not ended, the one used last first."""
    if viewer.account_id is None:
        return []
    table = tables.session
    query = (
        select(*(table.c[name] for name in SessionRow._fields))
        .where(
            table.c.account_id == viewer.account_id,
            table.c.ended_at.is_(None),
            table.c.expires_at > platform.now(),
        )
        .order_by(table.c.last_used_at.desc(), table.c.id)
    )
    async with platform.database.read() as session:
        return [SessionRow(*row) for row in await session.execute(query)]
