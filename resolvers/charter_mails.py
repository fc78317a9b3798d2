"""What members are told by mail of a version of the charter that they have not accepted."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.activators import ActivatorState
from resolvers.charter_standing import acceptance_of, charter_in_force, end_of_time
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mail.days import written
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform
from resolvers.recipients import find_activator

CHARTER_LETTER = "charter_letter"
"""Its payload: `letter`, `activator_id` and `version`."""

TO_ACCEPT, REMINDER = "charter_to_accept", "charter_reminder"
"""Letters, by their templates."""


async def enqueue_letter(
    session: AsyncSession, letter: str, activator_id: int, version: str, *, now: datetime
) -> None:
    """Have a letter sent, each once for a version."""
    told = {"letter": letter, "activator_id": activator_id, "version": version}
    key = f"{letter}:{version}:{activator_id}"
    await enqueue(session, CHARTER_LETTER, told, now=now, dedupe_key=key)


async def send_letter(platform: Platform, job: TakenJob) -> None:
    """Send a letter, if it is still true when its turn comes, and there is an address."""
    number, version = job.payload["activator_id"], job.payload["version"]
    async with platform.database.read() as session:
        found = await find_activator(session, number)
        charter = await charter_in_force(session)
        accepted = await acceptance_of(session, number, version)
    if found is None or accepted or found.state is ActivatorState.WITHDRAWN:
        return
    if charter is None or charter.version != version:
        return
    day = written(end_of_time(charter, found.state_changed_at), found.language)
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template=job.payload["letter"],
        values={"given_name": found.given_name, "version": version, "day": day},
    )
