"""The private links by which a company follows its request.

A link's secret is made of its row's number and kept as a hash: a mail that is sent again holds the
same link, and whoever has the database opens nothing with it.
"""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.sessions import secret_hash
from resolvers.link_secrets import LinkTo
from resolvers.platform import Platform

table = tables.contact_request_link


async def add_link(
    platform: Platform,
    session: AsyncSession,
    request_id: int,
    *,
    now: datetime,
    number: int | None = None,
) -> None:
    """Make a private link of a request, of this number if one is given; mails hold it from now."""
    number = number or new_id()
    secret = platform.link_secrets.write(LinkTo.CONTACT_REQUEST, number)
    row = {"id": number, "request_id": request_id, "created_at": now}
    await session.execute(insert(table).values(token_hash=secret_hash(secret), **row))


async def revoke_links(session: AsyncSession, request_id: int, *, now: datetime) -> None:
    """Have the private links of a request open nothing any more."""
    good = table.c.request_id == request_id, table.c.revoked_at.is_(None)
    await session.execute(update(table).where(*good).values(revoked_at=now))


async def newest_secret(platform: Platform, session: AsyncSession, request_id: int) -> str | None:
    """Give the secret of the newest link that is good; None where all were revoked."""
    query = (
        select(table.c.id)
        .where(table.c.request_id == request_id, table.c.revoked_at.is_(None))
        .order_by(table.c.created_at.desc(), table.c.id)
        .limit(1)
    )
    number = (await session.execute(query)).scalar_one_or_none()
    return None if number is None else platform.link_secrets.write(LinkTo.CONTACT_REQUEST, number)


def page_of_requests(platform: Platform) -> str:
    """Say where private links lead; what stands behind # is never sent to a server."""
    home = f"{platform.mail.public_url.rstrip('/')}/graphql"
    return platform.policy.contact_request_url or home


def page_of_request(platform: Platform, reference: str) -> str:
    """Say where one is that its reader opens signed in."""
    return f"{page_of_requests(platform)}#contact-request={reference}"
