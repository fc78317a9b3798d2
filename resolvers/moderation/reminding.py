"""Telling moderators, once a day at most, that cases wait for too long; nothing of what they say.

Whom they are about is not looked at: a process that only works holds no directory.
"""

from sqlalchemy import Select, select

from models import tables
from resolvers.account_letters import moderators
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform

MODERATION_REMINDERS = "moderation_reminders"
"""Of each day; it has no payload."""
MODERATION_OVERDUE = "moderation_overdue"
"""Its payload: `account_id`, of a moderator. Its letter's template has its name."""

case, account = tables.moderation_case, tables.account


def page_of_queue(platform: Platform) -> str:
    """Say where the queue is: GraphiQL asks for it, once its reader has signed in."""
    return f"{platform.mail.public_url.rstrip('/')}/graphql#moderation=queue"


def _overdue(platform: Platform) -> Select[tuple[int]]:
    late = case.c.due_at < platform.now()
    return select(case.c.id).where(case.c.decided_at.is_(None), late).limit(1)


async def remind_moderators(platform: Platform, job: TakenJob) -> None:
    """Have each moderator told, if a case is overdue: once for this job, which is of a day."""
    now = platform.now()
    async with platform.database.write() as session:
        if (await session.execute(_overdue(platform))).first() is None:
            return
        for account_id in await moderators(session):
            key = f"{MODERATION_OVERDUE}:{account_id}:{job.created_at:%Y-%m-%d}"
            told = {"account_id": account_id}
            await enqueue(session, MODERATION_OVERDUE, told, now=now, dedupe_key=key)


async def tell_overdue(platform: Platform, job: TakenJob) -> None:
    """Tell a moderator, if a case still is."""
    query = select(account.c.email, account.c.language).where(
        account.c.id == job.payload["account_id"], _overdue(platform).exists()
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
        template=MODERATION_OVERDUE,
        values={"link": page_of_queue(platform)},
    )
