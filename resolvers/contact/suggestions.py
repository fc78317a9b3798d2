"""Others who can be asked at once, where the activator that was asked is away."""

from datetime import datetime

from sqlalchemy import null, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from resolvers.contact.proposals import likeliest
from resolvers.platform import Platform

activator = tables.activator


async def suggest(
    platform: Platform, session: AsyncSession, activator_id: int, *, now: datetime
) -> list[int]:
    """Suggest some who do the same around there.

    Nothing of the request is looked at, nor whom its company asks: one that was open already may be
    that of another, whose address somebody typed.
    """
    like_it = select(
        activator.c.id.label("activator_id"),
        activator.c.structure_id,
        null().label("expertise"),
        null().label("sealed"),
    ).where(activator.c.id == activator_id)
    row = (await session.execute(like_it)).one()
    return await likeliest(platform, session, row, platform.policy.contact_offers, now=now)
