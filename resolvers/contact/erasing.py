"""Erasing what identifies a company, some time after its request was closed (RGPD, article 5).

Figures stay: states, times, steps, size, section, department, expertise, outcome.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from models.database import Database
from models.revisions import Subject, record_changes
from resolvers.policy import Policy
from resolvers.reviews.forgetting import forget_authors

CHUNK = 200
"""Requests in one transaction: short enough that other writers hardly wait."""

request, step = tables.contact_request, tables.contact_request_step

EMPTIED: dict[str, None] = dict.fromkeys(
    ("sealed", "email_hash", "text_hash", "idempotency_hash", "asked_hash", "account_id")
)
"""What is left of the columns that say who asked, or find it again."""


def months_before(moment: datetime, months: int) -> datetime:
    """Go back by calendar months; to the last day of a month that is too short."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in (moment.day, 30, 29, 28):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def requests_over(policy: Policy, now: datetime) -> ColumnElement[bool]:
    """Say whose time is over: closed long ago; or open, and nothing was done with it since.

    Each request of a chain has its own time.
    """
    long_ago = months_before(now, policy.contact_kept_months)
    lately = exists().where(step.c.request_id == request.c.id, step.c.at > long_ago)
    forgotten = and_(request.c.closed_at.is_(None), request.c.created_at <= long_ago, ~lately)
    return and_(request.c.purged_at.is_(None), or_(request.c.closed_at <= long_ago, forgotten))


async def erase_companies(
    database: Database, policy: Policy, now: datetime, has_time: Callable[[], bool]
) -> int:
    """Erase in chunks, each in a transaction of its own; pass over what somebody holds."""
    query = (
        select(request.c.id)
        .where(requests_over(policy, now))
        .limit(CHUNK)
        .with_for_update(skip_locked=True, key_share=True)
    )
    erased = 0
    while has_time():
        async with database.write() as session:
            ids = (await session.execute(query)).scalars().all()
            if ids:
                await _erase(session, list(ids), now)
        erased += len(ids)
        if len(ids) < CHUNK:
            break
    return erased


async def _erase(session: AsyncSession, ids: list[int], now: datetime) -> None:
    """Erase who asked, every word, and the private links."""
    for table in (tables.contact_message, tables.contact_request_link):
        await session.execute(delete(table).where(table.c.request_id.in_(ids)))
    for table in (tables.diagnosis, tables.engagement):
        emptied = update(table).where(table.c.request_id.in_(ids))
        await session.execute(emptied.values(sealed=None))
    by_company = update(step).where(step.c.request_id.in_(ids), step.c.author == Author.COMPANY)
    await session.execute(by_company.values(account_id=None))
    await forget_authors(session, tables.review.c.request_id, ids)
    values: dict[str, Any] = {**EMPTIED, "purged_at": now, "version": request.c.version + 1}
    await session.execute(update(request).where(request.c.id.in_(ids)).values(values))
    await record_changes(session, Subject.CONTACT_REQUEST, ids)
