"""Offering a company others whom it may choose instead (charter, article 4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.contact_requests import Author
from resolvers.contact.contactable import of_these_askable
from resolvers.contact.proposals import propose
from resolvers.contact.surroundings import surroundings_of
from resolvers.platform import Platform

offer, request = tables.redirection_offer, tables.contact_request


async def offer_others(
    platform: Platform,
    session: AsyncSession,
    request_id: int,
    *,
    now: datetime,
    author: Author = Author.SERVICE,
) -> list[int]:
    """Have the service offer others in place of the one asked, and give all that are offered.

    Those offered before stay, if they may still be asked; new ones come after them, until there are
    `contact_offers` of them. The caller has locked the request; its letters and its step follow.
    """
    row = (await session.execute(select(request).where(request.c.id == request_id))).one()
    query = select(offer.c.activator_id).where(offer.c.request_id == request_id)
    before = list((await session.execute(query.order_by(offer.c.position))).scalars())
    kept = await still_offered(platform, session, row, before, now=now)
    await withdraw_offers(session, request_id, set(before) - set(kept))
    missing = platform.policy.contact_offers - len(kept)
    if missing <= 0:
        return kept
    more = await propose(platform, session, row, missing, now=now, without=kept)
    await write_offers(session, request_id, more, author, now=now)
    return [*kept, *more]


async def still_offered(
    platform: Platform,
    session: AsyncSession,
    row: Row[Any],
    activator_ids: list[int],
    *,
    now: datetime,
) -> list[int]:
    """Leave of these those to whom the request may go on."""
    if not activator_ids:
        return []
    around = await surroundings_of(platform, session, row, now=now)
    return await of_these_askable(session, row, activator_ids, around.today)


async def write_offers(
    session: AsyncSession,
    request_id: int,
    activator_ids: Sequence[int],
    author: Author,
    *,
    now: datetime,
) -> None:
    """Write offers after those that are there; one that is offered already is whose it is now."""
    await withdraw_offers(session, request_id, set(activator_ids))
    query = select(offer.c.position).where(offer.c.request_id == request_id)
    last = max((await session.execute(query)).scalars(), default=0)
    rows = [
        {
            "id": new_id(),
            "request_id": request_id,
            "activator_id": one,
            "author": author,
            "position": last + number,
            "offered_at": now,
        }
        for number, one in enumerate(activator_ids, 1)
    ]
    if rows:
        await session.execute(insert(offer), rows)


async def withdraw_offers(session: AsyncSession, request_id: int, activator_ids: set[int]) -> None:
    """Offer these no more."""
    own = offer.c.request_id == request_id
    await session.execute(delete(offer).where(own, offer.c.activator_id.in_(activator_ids)))
