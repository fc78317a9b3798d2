"""What members are told by mail of a version of the charter that they have not accepted."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.activators import ActivatorState
from resolvers.charter_standing import acceptance_of, charter_in_force
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform

CHARTER_LETTER = "charter_letter"
"""Its payload: `letter`, `activator_id` and `version`."""

TO_ACCEPT, REMINDER = "charter_to_accept", "charter_reminder"
"""Letters, by their templates."""

DAYS = {Language.FR: "%d/%m/%Y", Language.EN: "%d %B %Y"}


async def enqueue_letter(
    session: AsyncSession, letter: str, activator_id: int, version: str, *, now: datetime
) -> None:
    """Have a letter sent, each once for a version."""
    told = {"letter": letter, "activator_id": activator_id, "version": version}
    key = f"{letter}:{version}:{activator_id}"
    await enqueue(session, CHARTER_LETTER, told, now=now, dedupe_key=key)


async def send_letter(platform: Platform, job: TakenJob) -> None:
    """Send a letter, if it is still true when its turn comes, and there is an address."""
    version = job.payload["version"]
    async with platform.database.read() as session:
        member = await _member(session, job.payload["activator_id"])
        charter = await charter_in_force(session)
        if member is None or charter is None or charter.version != version:
            return
        accepted = await acceptance_of(session, member.id, version)
    if accepted or member.state is ActivatorState.WITHDRAWN or not member.email:
        return
    language = member.language or Language.FR
    day = format(charter.accept_by, DAYS[language])
    await send_mail(
        platform,
        job,
        to=member.email,
        language=language,
        template=job.payload["letter"],
        values={"given_name": member.given_name, "version": version, "day": day},
    )


async def _member(session: AsyncSession, activator_id: int) -> Row[Any, Any, Any, Any, Any] | None:
    """Read whom to write to; an account of the same address says the language."""
    activator, account = tables.activator, tables.account
    query = (
        select(
            activator.c.id,
            activator.c.state,
            activator.c.email,
            activator.c.given_name,
            account.c.language,
        )
        .outerjoin_from(activator, account, account.c.email == func.lower(activator.c.email))
        .where(activator.c.id == activator_id, activator.c.erased_at.is_(None))
    )
    return (await session.execute(query)).one_or_none()
