"""Where it is kept what clients have used: in this worker, or in the database for all workers."""

import asyncio
import hmac
from time import monotonic
from typing import Any, Protocol

import structlog
from cachetools import LRUCache
from sqlalchemy import bindparam, case, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from models import tables
from models.cell_rate import Rate, Verdict, charge, refused
from models.database import Database

log = structlog.get_logger()

REMEMBERED = 50_000
"""Clients that a worker remembers, those seen last: some 10 MB."""
PATIENCE = 2.0
"""Seconds that an answer waits for the database to count it."""
AT_ONCE = 4
"""Connections that count at a time; on SQLite one, for its writers wait for one another."""
PAUSE = 5.0
"""Seconds in which a worker counts alone, after the database did not answer."""

table = tables.rate_limit


class Counts(Protocol):
    """Takes units from a client, by a key of its own."""

    async def charge(self, key: str, rate: Rate, units: int, now: float) -> Verdict:
        """Take them, or tell it to wait and take nothing."""

    async def stop(self) -> None:
        """Finish what was begun."""


class OwnCounts:
    """What this worker counts by itself: no SQL, and no more memory than for `REMEMBERED`."""

    def __init__(self) -> None:
        """Remember nobody."""
        self._arrivals: LRUCache[str, float] = LRUCache(REMEMBERED)

    async def charge(self, key: str, rate: Rate, units: int, now: float) -> Verdict:
        """Take units, in no time."""
        verdict = charge(rate, self._arrivals.get(key, 0.0), units, now)
        self._arrivals[key] = verdict.arrival
        return verdict

    async def stop(self) -> None:
        """Nothing was begun."""


class SharedCounts:
    """What all workers count together: one statement a request, which takes units or does not.

    Keys are hashed with the service's secret, for they hold addresses. Whoever was refused is
    refused again without asking, until it may be let through. Where the database is away, or
    slow, as while an import holds SQLite's lock, the worker counts alone for a while.
    """

    def __init__(self, database: Database, secret: str) -> None:
        """Ask nothing yet."""
        self._database = database
        self._hash_key = hmac.digest(secret.encode(), b"maillage rate limits", "sha256")
        self._taking = _taking(database)
        self._seen: LRUCache[str, float] = LRUCache(REMEMBERED)
        self._own = OwnCounts()
        self._turns = asyncio.Semaphore(1 if database.is_sqlite else AT_ONCE)
        self._alone_until = 0.0
        self._asking: set[asyncio.Task[Verdict]] = set()

    async def charge(self, key: str, rate: Rate, units: int, now: float) -> Verdict:
        """Take units in the database, else here."""
        hashed = hmac.new(
            self._hash_key, key.encode("utf-8", "surrogatepass"), "sha256"
        ).hexdigest()
        seen = self._seen.get(hashed, 0.0)
        known = charge(rate, seen, units, now)
        if known.wait and known.arrival == seen:  # else the clock was set back
            return known
        if monotonic() >= self._alone_until:
            task = asyncio.create_task(self._ask(hashed, rate, units, now))
            self._asking.add(task)
            task.add_done_callback(self._answered)
            await asyncio.wait({task}, timeout=PATIENCE)
            if task.done() and task.exception() is None:
                return task.result()
            self._count_alone(task)
        return await self._own.charge(key, rate, units, now)

    async def stop(self) -> None:
        """Wait for what is being asked."""
        await asyncio.gather(*self._asking, return_exceptions=True)

    async def _ask(self, hashed: str, rate: Rate, units: int, now: float) -> Verdict:
        values = {"hashed": hashed, "now": now, "full": now + rate.seconds}
        values |= {"cost": rate.cost(units), "slack": rate.slack()}
        async with self._turns, self._database.write() as session:
            arrival = (await session.execute(self._taking, values)).scalar_one_or_none()
            if arrival is None:
                verdict = await _refused(session, hashed, rate, units, now)
            else:
                verdict = Verdict(arrival, 0.0)
        self._seen[hashed] = verdict.arrival
        return verdict

    def _answered(self, task: asyncio.Task[Verdict]) -> None:
        self._asking.discard(task)
        if not task.cancelled():
            task.exception()  # told by whoever waits for it, if anybody still does

    def _count_alone(self, task: asyncio.Task[Verdict]) -> None:
        if monotonic() >= self._alone_until:
            error = type(task.exception()).__name__ if task.done() else "Slow"
            log.warning("rate_limits_counted_apart", error=error)
        self._alone_until = monotonic() + PAUSE


async def _refused(
    session: AsyncSession, hashed: str, rate: Rate, units: int, now: float
) -> Verdict:
    row = table.c.key == hashed
    arrival: float = (await session.execute(select(table.c.arrival).where(row))).scalar_one()
    verdict = refused(rate, arrival, units, now)
    if verdict.arrival < arrival:  # the clock was set back
        await session.execute(update(table).where(row).values(arrival=verdict.arrival))
    return verdict


def _taking(database: Database) -> ReturningInsert[Any]:
    """Write the statement that takes units where they are left, as `charge` does; else no row."""
    now, full, cost = (
        bindparam(name, type_=table.c.arrival.type) for name in ("now", "full", "cost")
    )
    slack: Any = bindparam("slack", type_=table.c.arrival.type)
    arrival = table.c.arrival
    after = case((arrival < now, now), (arrival > full + slack, full), else_=arrival) + cost
    insert = sqlite.insert if database.is_sqlite else postgresql.insert
    return (
        insert(table)
        .values(key=bindparam("hashed"), arrival=now + cost)
        .on_conflict_do_update(
            index_elements=["key"], set_={"arrival": after}, where=after <= full + slack
        )
        .returning(table.c.arrival)
    )
