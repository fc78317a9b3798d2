"""The acknowledgement that a company gets at once (charter, article 4)."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from models.request_steps import RequestState, Step
from models.revisions import Subject, record_changes
from resolvers.contact.letters import send_to_company
from resolvers.contact.steps import write_step
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform

CONTACT_ACKNOWLEDGEMENT = "contact_acknowledgement"
"""Its payload: `request_id`. Its letter's template has its name."""

request = tables.contact_request


async def enqueue_acknowledgement(session: AsyncSession, request_id: int, *, now: datetime) -> None:
    """Have the company told whom it asked, until when an answer is due, and its private link."""
    key = f"{CONTACT_ACKNOWLEDGEMENT}:{request_id}"
    told = {"request_id": request_id}
    await enqueue(session, CONTACT_ACKNOWLEDGEMENT, told, now=now, dedupe_key=key)


async def acknowledge(platform: Platform, job: TakenJob) -> None:
    """Mail the acknowledgement; once the mail server has taken it, the request says so.

    One that was acknowledged before is not mailed again, even if that worker was killed before it
    could say that this job is done.
    """
    request_id: int = job.payload["request_id"]
    if await _is_acknowledged(platform, request_id):
        return
    if await send_to_company(platform, job, request_id, CONTACT_ACKNOWLEDGEMENT):
        await _write_acknowledged(platform, request_id)


async def _is_acknowledged(platform: Platform, request_id: int) -> bool:
    query = select(request.c.acknowledged_at).where(request.c.id == request_id)
    async with platform.database.read() as session:
        return (await session.execute(query)).scalar_one_or_none() is not None


async def _write_acknowledged(platform: Platform, request_id: int) -> None:
    """Write when; a request on which somebody acted already keeps its state."""
    now, own = platform.now(), request.c.id == request_id
    async with platform.database.write() as session:
        row = (await session.execute(select(request).where(own).with_for_update())).one()
        if row.state is RequestState.SUBMITTED:
            step = Step.ACKNOWLEDGE
            await write_step(
                platform, session, None, row, step, Author.SERVICE, now=now, acknowledged_at=now
            )
        elif row.acknowledged_at is None:
            version = row.version + 1
            told = update(request).where(own).values(acknowledged_at=now, version=version)
            await session.execute(told)
            await record_changes(session, Subject.CONTACT_REQUEST, [request_id])
