"""The company that a review is by: read when it is written to, and never shown to others."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from resolvers.contact.links import newest_secret
from resolvers.link_secrets import LinkTo
from resolvers.platform import Platform

request, engagement = tables.contact_request, tables.declared_engagement


@dataclass(frozen=True, slots=True)
class Company:
    """Who is written to, and the secret of its private link, if one is good."""

    name: str
    email: str
    secret: str | None


async def company_of(platform: Platform, session: AsyncSession, row: Row[Any]) -> Company | None:
    """Read the company of a review; None once it was purged."""
    if row.request_id is not None:
        query = select(request.c.sealed).where(request.c.id == row.request_id)
        secret = await newest_secret(platform, session, row.request_id)
    else:
        query = select(engagement.c.sealed).where(engagement.c.id == row.engagement_id)
        secret = platform.link_secrets.write(LinkTo.DECLARED_ENGAGEMENT, row.engagement_id)
    sealed = (await session.execute(query)).scalar_one()
    if sealed is None:
        return None
    held = platform.sealer.open(sealed)
    return Company(held["name"], held["email"], secret)
