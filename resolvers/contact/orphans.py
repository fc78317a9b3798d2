"""Requests whose activator goes: their companies are offered others, and not left alone.

It was suspended or withdrawn, left its structure, was erased, or its profile lapsed.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from models.request_steps import AWAITING
from models.revisions import Subject, record_changes
from resolvers.contact.contactable import is_contactable
from resolvers.contact.letters import enqueue_letter
from resolvers.contact.offers import offer_others
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue, enqueue_each
from resolvers.jobs.walks import CHUNK
from resolvers.platform import Platform

CONTACT_ORPHANED = "contact_orphaned"
"""Its payload: `activator_id`, and `after`, the last request that was looked at. Its letter's
template has its name."""

activator, request = tables.activator, tables.contact_request


async def enqueue_orphaned(
    session: AsyncSession, activator_ids: Collection[int], *, now: datetime
) -> None:
    """Have the companies told that wait for an answer of these, who go in this transaction."""
    waits = request.c.state.in_(AWAITING)
    query = select(request.c.activator_id).where(request.c.activator_id.in_(activator_ids), waits)
    found = (await session.execute(query.distinct())).scalars()
    jobs = [({"activator_id": one, "after": 0}, None) for one in sorted(found)]
    await enqueue_each(session, CONTACT_ORPHANED, jobs, now=now)


async def offer_orphans_others(platform: Platform, job: TakenJob) -> None:
    """Offer others to some of the companies; a job tells the next ones.

    Nothing where the activator is back meanwhile.
    """
    activator_id, now = job.payload["activator_id"], platform.now()
    back = select(exists().where(activator.c.id == activator_id, is_contactable()))
    query = (
        select(request.c.id)
        .where(
            request.c.activator_id == activator_id,
            request.c.state.in_(AWAITING),
            request.c.id > job.payload["after"],
        )
        .order_by(request.c.id)
        .limit(CHUNK)
    )
    async with platform.database.read() as session:
        if await session.scalar(back):
            return
        some = list((await session.execute(query)).scalars())
    for one in some:
        await _offer(platform, one, now)
    if len(some) == CHUNK:
        told = {"activator_id": activator_id, "after": some[-1]}
        async with platform.database.write() as session:
            await enqueue(session, CONTACT_ORPHANED, told, now=now)


async def _offer(platform: Platform, request_id: int, now: datetime) -> None:
    """Offer others in place of one, unless something came of it meanwhile."""
    own = select(request.c.state).where(request.c.id == request_id)
    async with platform.database.write() as session:
        locked = await session.execute(own.with_for_update(key_share=True))
        if locked.scalar_one() not in AWAITING:
            return
        await offer_others(platform, session, request_id, now=now)
        to, letter = Author.COMPANY, CONTACT_ORPHANED
        await enqueue_letter(session, request_id, to, letter, "orphaned", now=now)
        await record_changes(session, Subject.CONTACT_REQUEST, [request_id])
