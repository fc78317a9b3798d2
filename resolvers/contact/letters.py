"""Letters about a contact request: to the company that asks, and to the activator that is asked.

Addresses and names are read when a letter is sent. A letter to the activator tells nothing of the
company: it leads to the request, which the activator opens signed in.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.contact_requests import Author
from models.working_days import calendar_of
from resolvers.contact.content import content_of
from resolvers.contact.departments import DEPARTMENT
from resolvers.contact.links import newest_secret, page_of_request, page_of_requests
from resolvers.contact.standing import requests_with_asked
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mail.days import written
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform
from resolvers.recipients import find_activator

CONTACT_LETTER = "contact_letter"
"""Its payload: `request_id`, `to` (`COMPANY` or `ACTIVATOR`), and the `template`."""

request, activator, offer = tables.contact_request, tables.activator, tables.redirection_offer


async def enqueue_letter(
    session: AsyncSession, request_id: int, to: Author, template: str, key: str, *, now: datetime
) -> None:
    """Have a letter sent to a party, once for the `key`: what happened, as `answered:3`."""
    told = {"request_id": request_id, "to": to.value, "template": template}
    dedupe_key = f"{CONTACT_LETTER}:{request_id}:{to.value}:{key}"
    await enqueue(session, CONTACT_LETTER, told, now=now, dedupe_key=dedupe_key)


async def send_contact_letter(platform: Platform, job: TakenJob) -> None:
    """Send a letter; nothing to who has no address any more."""
    send = send_to_company if job.payload["to"] == Author.COMPANY.value else send_to_activator
    await send(platform, job, job.payload["request_id"], job.payload["template"])


async def send_to_company(
    platform: Platform,
    job: TakenJob,
    request_id: int,
    template: str,
    more: Mapping[str, str] = MappingProxyType({}),
) -> bool:
    """Write to the company, with its private link; give whether it has an address (any more).

    `more` are values that the template needs besides.
    """
    async with platform.database.read() as session:
        row = await request_told_of(session, request_id)
        secret = await newest_secret(platform, session, request_id)
        others = await _offered(session, request_id)
    content = None if row is None else content_of(platform.sealer, row)
    if row is None or content is None:
        return False
    page = page_of_requests(platform)
    await send_mail(
        platform,
        job,
        to=content["email"],
        language=row.language,
        template=template,
        values={
            "person": content["name"],
            "activator": f"{row.given_name} {row.family_name}",
            "reference": row.reference,
            "due": due_day(row, row.language),
            "page": page,
            "link": page if secret is None else f"{page}#request={secret}",
            "token": secret or "",
            "others": ", ".join(others),
            **more,
        },
    )
    return True


async def send_to_activator(
    platform: Platform,
    job: TakenJob,
    request_id: int,
    template: str,
    more: Mapping[str, str] = MappingProxyType({}),
) -> bool:
    """Write to the activator, without a word of the company; give whether it has an address."""
    async with platform.database.read() as session:
        row = await request_told_of(session, request_id)
        found = None if row is None else await find_activator(session, row.activator_id)
    if row is None or found is None:
        return False
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template=template,
        values={
            "given_name": found.given_name,
            "reference": row.reference,
            "due": due_day(row, found.language),
            "link": page_of_request(platform, row.reference),
            **more,
        },
    )
    return True


def due_day(row: Row[Any], language: Language) -> str:
    """Write the day by which an answer is due, where the activator is; nothing if none is."""
    if row.due_at is None:
        return ""
    return written(row.due_at.astimezone(calendar_of(row.department).zone).date(), language)


async def request_told_of(session: AsyncSession, request_id: int) -> Row[Any] | None:
    """Read a request with what letters say of its activator."""
    query = (
        requests_with_asked()
        .add_columns(
            activator.c.given_name, activator.c.family_name, DEPARTMENT.label("department")
        )
        .where(request.c.id == request_id)
    )
    row: Row[Any] | None = (await session.execute(query)).one_or_none()
    return row


async def _offered(session: AsyncSession, request_id: int) -> list[str]:
    """Name those whom the company may choose instead, in their order."""
    query = (
        select(activator.c.given_name, activator.c.family_name)
        .join(offer, offer.c.activator_id == activator.c.id)
        .where(offer.c.request_id == request_id)
        .order_by(offer.c.position)
    )
    return [f"{row.given_name} {row.family_name}" for row in await session.execute(query)]
