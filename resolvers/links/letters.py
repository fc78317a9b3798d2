"""What activators are told by mail of links that are dead, once for each."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.activators import ActivatorState
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.links.profile_links import links_in
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform
from resolvers.recipients import find_activator

DEAD_LINKS = "dead_links"
"""Its payload: `activator_id`, and the moment `since` which the links are dead that it tells of.

It is the template's name too.
"""

WAIT = timedelta(hours=1)
"""Until then the other links of a profile were asked too: one mail tells of all."""


async def enqueue_letter(session: AsyncSession, activator_id: int, *, now: datetime) -> None:
    """Have an activator told of the links that died today."""
    told = {"activator_id": activator_id, "since": now.isoformat()}
    key = f"{DEAD_LINKS}:{activator_id}:{now:%Y-%m-%d}"
    await enqueue(session, DEAD_LINKS, told, now=now, run_at=now + WAIT, dedupe_key=key)


async def tell_dead_links(platform: Platform, job: TakenJob) -> None:
    """Tell a member which links are dead, if they still are and it has an address."""
    activator_id, since = job.payload["activator_id"], datetime.fromisoformat(job.payload["since"])
    async with platform.database.read() as session:
        found = await find_activator(session, activator_id)
        dead = await _dead_links(session, activator_id, since)
    if found is None or found.state is not ActivatorState.ACTIVE or not dead:
        return
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language or Language.FR,
        template=DEAD_LINKS,
        values={"given_name": found.given_name, "links": " ".join(dead)},
    )


async def _dead_links(session: AsyncSession, activator_id: int, since: datetime) -> list[str]:
    """List the links of a profile that are dead since then, in its order."""
    activator, check = tables.activator, tables.link_check
    profile = select(activator).where(activator.c.id == activator_id)
    found = (await session.execute(profile)).mappings().one_or_none()
    query = select(check.c.url).where(
        check.c.activator_id == activator_id, check.c.dead_since >= since
    )
    dead = set((await session.execute(query)).scalars())
    return [] if found is None else [one for one in links_in(dict(found)) if one in dead]
