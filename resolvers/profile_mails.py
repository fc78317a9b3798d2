"""What activators are told by mail of the profile that they are to keep true (article 3)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mail.days import written
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform
from resolvers.recipients import find_activator

PROFILE_LETTER = "profile_letter"
"""Its payload: `letter`, `activator_id`, and the `day` on which its page leaves the directory."""

PARTING = "parting"
"""Its payload: `activator_id`, and `structure_id`, which says that it no longer works there."""

REMINDER, NOTICE, LAPSED = "profile_reminder", "profile_notice", "profile_lapsed"
"""Letters, by their templates."""


async def enqueue_letter(
    session: AsyncSession,
    letter: str,
    activator_id: int,
    *,
    since: datetime,
    day: date,
    now: datetime,
) -> None:
    """Have a letter sent: each once for a profile that was not confirmed `since` then."""
    told = {"letter": letter, "activator_id": activator_id, "day": day.isoformat()}
    key = f"{letter}:{activator_id}:{since.isoformat()}"
    await enqueue(session, PROFILE_LETTER, told, now=now, dedupe_key=key)


async def send_letter(platform: Platform, job: TakenJob) -> None:
    """Send a letter, if it is still true when its turn comes."""
    async with platform.database.read() as session:
        found = await find_activator(session, job.payload["activator_id"])
    if found is None or not _is_true(job, found):
        return
    day = written(date.fromisoformat(job.payload["day"]), found.language)
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template=job.payload["letter"],
        values={"given_name": found.given_name, "day": day},
    )


def _is_true(job: TakenJob, found: Row[Any]) -> bool:
    """Say whether it was not confirmed meanwhile, and its page still depends on that."""
    confirmed = found.confirmed_at is not None and found.confirmed_at >= job.created_at
    concerned = found.state is ActivatorState.ACTIVE and found.left_at is None
    return concerned and not confirmed


async def enqueue_parting(
    session: AsyncSession, activator_id: int, structure_id: int, *, now: datetime
) -> None:
    """Have an activator told that its structure says it has left."""
    told = {"activator_id": activator_id, "structure_id": structure_id}
    await enqueue(session, PARTING, told, now=now)


async def tell_parting(platform: Platform, job: TakenJob) -> None:
    """Tell an activator that its structure says it has left, if it has an address."""
    name = select(tables.structure.c.name).where(
        tables.structure.c.id == job.payload["structure_id"]
    )
    async with platform.database.read() as session:
        found = await find_activator(session, job.payload["activator_id"])
        structure = (await session.execute(name)).scalar_one_or_none()
    if found is None or structure is None:
        return
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template=PARTING,
        values={"given_name": found.given_name, "structure": structure},
    )
