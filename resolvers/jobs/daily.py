"""Work of each day: a job a kind and a day, whichever of the workers thinks of it first."""

from datetime import date, datetime, time

from models.database import Database
from resolvers.jobs.queue import enqueue

HOUR = time(4)
"""When the day's work begins, in UTC: while people in France sleep."""


async def enqueue_daily(
    database: Database, kinds: tuple[str, ...], *, now: datetime
) -> date | None:
    """Write the jobs of the day that has begun; None where its hour has not come.

    A second call on the same day writes none: the day is in their key.
    """
    if now.time() < HOUR:
        return None
    async with database.write() as session:
        for kind in kinds:
            await enqueue(session, kind, {}, now=now, dedupe_key=f"{kind}:{now:%Y-%m-%d}")
    return now.date()
