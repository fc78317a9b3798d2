"""Erasing what identifies a company, some time after what it declared was decided (RGPD, art. 5).

Figures stay: state, times, provider. Its private link opens nothing from then on.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.database import Database
from models.declared_engagements import OPEN, DeclarationState
from models.moderation import CaseKind, Verdict
from resolvers.contact.erasing import CHUNK, months_before
from resolvers.moderation.cases import close_case
from resolvers.policy import Policy
from resolvers.reviews.forgetting import forget_authors

engagement = tables.declared_engagement

EMPTIED: dict[str, None] = dict.fromkeys(
    ("sealed", "email_hash", "proof_hash", "idempotency_hash", "declared_hash", "account_id")
)
"""What is left of the columns that say who declared, or find it again."""


def engagements_over(policy: Policy, now: datetime) -> ColumnElement[bool]:
    """Say whose time is over: decided long ago; or open, with its last step as long ago."""
    long_ago = months_before(now, policy.engagement_kept_months)
    times = (engagement.c.decided_at, engagement.c.disputed_at, engagement.c.declared_at)
    return and_(engagement.c.purged_at.is_(None), func.coalesce(*times) <= long_ago)


async def erase_declaring_companies(
    database: Database, policy: Policy, now: datetime, has_time: Callable[[], bool]
) -> int:
    """Erase in chunks, each in a transaction of its own; pass over what somebody holds."""
    query = (
        select(engagement.c.id)
        .where(engagements_over(policy, now))
        .limit(CHUNK)
        .with_for_update(skip_locked=True, key_share=True)
    )
    erased = 0
    while has_time():
        async with database.write() as session:
            ids = list((await session.execute(query)).scalars())
            await _erase(session, ids, now)
        erased += len(ids)
        if len(ids) < CHUNK:
            break
    return erased


async def close_engagements_of(session: AsyncSession, activator_id: int, now: datetime) -> None:
    """Close what is open of a provider that is being erased: nobody can answer or review it."""
    query = select(engagement.c.id).where(
        engagement.c.activator_id == activator_id, engagement.c.state.in_(OPEN)
    )
    ids = (await session.execute(query.order_by(engagement.c.id).with_for_update())).scalars().all()
    for one in ids:
        await close_case(session, CaseKind.ENGAGEMENT_DISPUTE, one, Verdict.WITHDRAWN, now=now)
    values: dict[str, Any] = {
        "state": DeclarationState.WITHDRAWN,
        "decided_at": now,
        "version": engagement.c.version + 1,
    }
    await session.execute(update(engagement).where(engagement.c.id.in_(ids)).values(values))


async def _erase(session: AsyncSession, ids: list[int], now: datetime) -> None:
    """Erase who declared, and every word; what nobody decided on, nobody can decide on any more."""
    if not ids:
        return
    for one in ids:
        await close_case(session, CaseKind.ENGAGEMENT_DISPUTE, one, Verdict.WITHDRAWN, now=now)
    await forget_authors(session, tables.review.c.engagement_id, ids)
    values: dict[str, Any] = {**EMPTIED, "purged_at": now, "version": engagement.c.version + 1}
    await session.execute(update(engagement).where(engagement.c.id.in_(ids)).values(values))
