"""Letters about a declared engagement: to the company that declares, and to its provider.

Addresses and names are read when a letter is sent. A letter to the provider tells nothing of the
company, and no letter has a word of the other party: it leads to where that is read.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.contact_requests import Author
from models.working_days import calendar_of
from resolvers.contact.departments import DEPARTMENT, located
from resolvers.declarations.content import content_of
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.link_secrets import LinkTo
from resolvers.mail.days import written
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform
from resolvers.recipients import find_activator

ENGAGEMENT_LETTER = "engagement_letter"
"""Its payload: `engagement_id`, `to` (`COMPANY` or `ACTIVATOR`), and the `template`."""

engagement, activator = tables.declared_engagement, tables.activator


async def enqueue_letter(
    session: AsyncSession,
    engagement_id: int,
    to: Author,
    template: str,
    *,
    now: datetime,
    key: str = "",
) -> None:
    """Have a letter sent to a party, once for its template and the `key`."""
    told = {"engagement_id": engagement_id, "to": to.value, "template": template}
    dedupe_key = f"{ENGAGEMENT_LETTER}:{engagement_id}:{to.value}:{template}:{key}"
    await enqueue(session, ENGAGEMENT_LETTER, told, now=now, dedupe_key=dedupe_key)


async def enqueue_to_both(
    session: AsyncSession, engagement_id: int, template: str, *, now: datetime
) -> None:
    """Have both parties told of one thing, each by a template of its own."""
    await enqueue_letter(session, engagement_id, Author.COMPANY, f"{template}_company", now=now)
    await enqueue_letter(session, engagement_id, Author.ACTIVATOR, f"{template}_provider", now=now)


async def send_engagement_letter(platform: Platform, job: TakenJob) -> None:
    """Send a letter; nothing to who has no address any more."""
    to_company = job.payload["to"] == Author.COMPANY.value
    async with platform.database.read() as session:
        row = await _told_of(session, job.payload["engagement_id"])
        provider = None if row is None else await find_activator(session, row.activator_id)
    if row is not None and to_company:
        await _send_to_company(platform, job, row)
    elif row is not None and provider is not None:
        await _send_to_provider(platform, job, row, provider)


async def _send_to_company(platform: Platform, job: TakenJob, row: Row[Any]) -> None:
    """Write to the company, with its private link."""
    content = content_of(platform.sealer, row)
    if content is None:
        return
    secret = platform.link_secrets.write(LinkTo.DECLARED_ENGAGEMENT, row.id)
    await send_mail(
        platform,
        job,
        to=content["email"],
        language=row.language,
        template=job.payload["template"],
        values={
            "person": content["name"],
            "activator": f"{row.given_name} {row.family_name}",
            "reference": row.reference,
            "due": _due_day(row, row.language),
            "link": f"{_page(platform)}#engagement={secret}",
            "token": secret,
        },
    )


async def _send_to_provider(
    platform: Platform, job: TakenJob, row: Row[Any], provider: Row[Any]
) -> None:
    """Write to the provider, who reads the rest signed in."""
    await send_mail(
        platform,
        job,
        to=provider.email,
        language=provider.language,
        template=job.payload["template"],
        values={
            "given_name": provider.given_name,
            "reference": row.reference,
            "due": _due_day(row, provider.language),
            "link": f"{_page(platform)}#declared-engagement={row.reference}",
        },
    )


def _page(platform: Platform) -> str:
    """Say where links lead; what stands behind # is never sent to a server."""
    home = f"{platform.mail.public_url.rstrip('/')}/graphql"
    return platform.policy.engagement_url or home


def _due_day(row: Row[Any], language: Language) -> str:
    """Write the day by which the provider is to answer, where it is."""
    return written(row.due_at.astimezone(calendar_of(row.department).zone).date(), language)


async def _told_of(session: AsyncSession, engagement_id: int) -> Row[Any] | None:
    """Read one with what letters say of its provider."""
    query = select(
        engagement,
        activator.c.given_name,
        activator.c.family_name,
        DEPARTMENT.label("department"),
    ).join(activator, activator.c.id == engagement.c.activator_id)
    row: Row[Any] | None = (
        await session.execute(located(query).where(engagement.c.id == engagement_id))
    ).one_or_none()
    return row
