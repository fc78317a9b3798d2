"""The purge: each day, what is over is deleted, and what was deleted is counted and audited."""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import delete, select, tuple_

from models.database import Database
from resolvers.contact.erasing import erase_companies
from resolvers.declarations.erasing import erase_declaring_companies
from resolvers.jobs.handling import TakenJob
from resolvers.platform import Platform
from resolvers.retention import Over, rows_over
from resolvers.reviews.erasing import erase_words

log = structlog.get_logger()

PURGE = "purge"
"""The kind of the daily job."""

CHUNK = 1_000
"""Rows in one transaction: short enough that other writers hardly wait."""

COMPANIES = "companies_of_contact_requests"
"""What is erased of requests that stay, in a report."""
DECLARING = "companies_of_declared_engagements"
"""The same, of declared engagements."""

WORDS = "words_of_reviews"
"""What is erased of reviews, of which numbers stay."""

Counts = dict[str, int]
"""How many rows were deleted or erased, by what they were."""


async def purge_daily(platform: Platform, job: TakenJob) -> None:
    """Purge for half of the lease at most: the next day goes on where this one ended."""
    counts = await purge(platform, within=platform.policy.job_lease / 2)
    log.info("purged", job_id=job.id, **counts)


async def purge(platform: Platform, *, within: timedelta | None = None) -> Counts:
    """Delete what is over, until nothing is or the time is up; of two at once, each does a part."""
    now, end = platform.now(), None if within is None else time.monotonic() + within.total_seconds()

    def has_time() -> bool:
        return end is None or time.monotonic() < end

    counts = {
        over.what: await _delete(platform.database, over, has_time)
        for over in rows_over(platform.policy, now)
    }
    database, policy = platform.database, platform.policy
    counts[COMPANIES] = await erase_companies(database, policy, now, has_time)
    counts[DECLARING] = await erase_declaring_companies(database, policy, now, has_time)
    counts[WORDS] = await erase_words(database, policy, now, has_time)
    async with platform.database.write() as session:
        await platform.audit.record(
            session, None, "service.purge", "Service", "purge", now=now, after=counts
        )
    return counts


async def _delete(database: Database, over: Over, has_time: Callable[[], bool]) -> int:
    """Delete in chunks, each in a transaction of its own; pass over what another is deleting."""
    keys = tuple_(*over.table.primary_key)
    query = select(*keys.clauses).where(over.where).limit(CHUNK).with_for_update(skip_locked=True)
    deleted = 0
    while has_time():
        async with database.write() as session:
            found = [tuple(row) for row in await session.execute(query)]
            await session.execute(delete(over.table).where(keys.in_(found)))
        deleted += len(found)
        if len(found) < CHUNK:
            break
    return deleted
