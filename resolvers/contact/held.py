"""Requests that look like an abuse are held: staff decides, by counts, whether they are sent."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.request_reasons import DismissalReason
from models.request_steps import RequestState, Step
from models.working_days import calendar_of, due_after
from permissions.viewer import Viewer
from resolvers.account_letters import moderators
from resolvers.contact.deadlines import enqueue_held_expiry
from resolvers.contact.finding import SeenRequest, Which, seen_by
from resolvers.contact.links import page_of_requests
from resolvers.contact.sending import department_of_asked, send_request
from resolvers.contact.steps import find_to_step, write_step
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform

CONTACT_HELD = "contact_held"
"""Its payload: `account_id`, of a moderator. Its letter's template has its name."""

request, account = tables.contact_request, tables.account


async def hold_request(
    platform: Platform, session: AsyncSession, request_id: int, *, now: datetime
) -> None:
    """Have moderators told, at most once an hour; on what nobody decides, it expires.

    It does when it would have, had it been sent at once. Nobody else is written to: neither the
    activator nor the company, whose address may be another's.
    """
    department = await department_of_asked(session, request_id)
    due_at = due_after(now, platform.policy.contact_answer_days, calendar_of(department))
    await enqueue_held_expiry(platform, session, request_id, due_at, department, now=now)
    for account_id in await moderators(session):
        key = f"{CONTACT_HELD}:{account_id}:{now:%Y%m%d%H}"
        await enqueue(session, CONTACT_HELD, {"account_id": account_id}, now=now, dedupe_key=key)


async def release_request(platform: Platform, viewer: Viewer, which: Which) -> SeenRequest:
    """Send a held request after all; raises NotFound, Forbidden, Conflict."""
    async with platform.database.write() as session:
        seen = await find_to_step(platform, session, viewer, which, Step.RELEASE)
        now = platform.now()
        await send_request(platform, session, seen.row.id, now=now)
        await write_step(platform, session, viewer, seen.row, Step.RELEASE, seen.author, now=now)
    return await _again(platform, viewer, seen)


async def dismiss_request(
    platform: Platform, viewer: Viewer, which: Which, reason: DismissalReason
) -> SeenRequest:
    """Close a held request, which nobody ever sees; raises NotFound, Forbidden, Conflict."""
    async with platform.database.write() as session:
        seen = await find_to_step(platform, session, viewer, which, Step.DISMISS)
        now, why, author = platform.now(), reason.value, seen.author
        await write_step(
            platform, session, viewer, seen.row, Step.DISMISS, author, now=now, reason=why
        )
    return await _again(platform, viewer, seen)


async def _again(platform: Platform, viewer: Viewer, seen: SeenRequest) -> SeenRequest:
    async with platform.database.read() as session:
        return await seen_by(session, viewer, seen.row.id)


async def tell_held(platform: Platform, job: TakenJob) -> None:
    """Tell a moderator that requests are held, if some still are; nothing of what they say."""
    held = select(request.c.id).where(request.c.state == RequestState.HELD).limit(1)
    query = select(account.c.email, account.c.language).where(
        account.c.id == job.payload["account_id"], held.exists()
    )
    async with platform.database.read() as session:
        found = (await session.execute(query)).one_or_none()
    if found is None:
        return
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template=CONTACT_HELD,
        values={"link": page_of_requests(platform)},
    )
