"""What an address declared is put in its account, as its contact requests are."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from permissions.viewer import Viewer
from resolvers.platform import Platform

engagement = tables.declared_engagement


async def bind_engagements(
    platform: Platform, session: AsyncSession, by: Viewer, email_hash: str, account_id: int
) -> None:
    """Put all that the address declared, and is in no account, into this one."""
    query = (
        select(engagement.c.id)
        .where(engagement.c.email_hash == email_hash, engagement.c.account_id.is_(None))
        .order_by(engagement.c.id)
        .with_for_update(key_share=True)
    )
    free = list((await session.execute(query)).scalars())
    if not free:
        return
    values = {"account_id": account_id, "version": engagement.c.version + 1}
    await session.execute(update(engagement).where(engagement.c.id.in_(free)).values(values))
    await platform.audit.record(
        session,
        by,
        "account.take_declared_engagements",
        "Account",
        account_id,
        now=platform.now(),
        after={"declared_engagements": [str(one) for one in free]},
    )
