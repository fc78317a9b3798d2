"""What is held about a person in declared engagements (RGPD, article 15), for the personal export.

A company is given all of what it declared, opened. A provider is given where each engagement
stands that was declared of it, and its own words in a dispute: the rest is the company's.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from resolvers.declarations.content import content_of
from resolvers.personal_rows import Told, camel, told
from resolvers.sealing import Sealer

engagement = tables.declared_engagement

FINDING = (
    *("email_hash", "proof_hash", "idempotency_hash", "declared_hash"),
    "link_hash",
)
"""Keyed hashes: they find a declaration again, or know its link, and tell nothing."""

OF_PROVIDER = (
    *("id", "reference", "activator_id", "state"),
    *("declared_at", "due_at", "disputed_at", "decided_at"),
)
"""What a provider is told of what was declared of it."""


async def declared_by(
    session: AsyncSession, sealer: Sealer, account_id: int, email: str
) -> list[Told]:
    """Tell all that an account declared, and its address where that is in no account."""
    unbound = and_(
        engagement.c.account_id.is_(None), engagement.c.email_hash == sealer.hash("email", email)
    )
    query = select(engagement).where(or_(engagement.c.account_id == account_id, unbound))
    return [
        told(row, without=("sealed", *FINDING)) | {"content": _opened(sealer, row)}
        for row in await session.execute(query.order_by(engagement.c.declared_at))
    ]


async def declared_of(
    session: AsyncSession, sealer: Sealer, activator_ids: Collection[int]
) -> list[Told]:
    """Tell providers where what was declared of them stands, and their own words."""
    query = select(engagement).where(engagement.c.activator_id.in_(activator_ids))
    rows = (await session.execute(query.order_by(engagement.c.declared_at))).all()
    return [_of_provider(sealer, row) for row in rows]


def _of_provider(sealer: Sealer, row: Row[Any]) -> Told:
    hidden = [name for name in row._fields if name not in OF_PROVIDER]
    content = content_of(sealer, row)
    dispute = None if content is None else content["dispute"]
    return told(row, without=hidden) | {"dispute": dispute}


def _opened(sealer: Sealer, row: Row[Any]) -> Told | None:
    content = content_of(sealer, row)
    if content is None:
        return None
    return {camel(name): value for name, value in content.items()}
