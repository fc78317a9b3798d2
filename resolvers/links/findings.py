"""What is kept of a link: when it was asked, how often it failed, and whether it is dead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables

check = tables.link_check

DEADLY = 3
"""Days on which a link fails, one after another, until it is dead."""

OwnLink = tuple[int, str]
"""An activator, and a link of its profile."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of `link_check`."""

    last_asked_at: datetime
    failures: int = 0
    dead_since: datetime | None = None

    def holds(self, today: datetime, days: int) -> bool:
        """Say whether it was asked less than so many days ago, in whole days of UTC."""
        return (today.date() - self.last_asked_at.date()).days < days


def finding(before: Finding | None, asked_at: datetime, failures: int, now: datetime) -> Finding:
    """Say what follows from so many failures for a link of which we knew something, or nothing."""
    if failures < DEADLY:
        return Finding(asked_at, failures)
    known_since = None if before is None else before.dead_since
    return Finding(asked_at, failures, known_since or now)


async def findings_about(session: AsyncSession, ids: list[int]) -> dict[OwnLink, Finding]:
    """Read all that is known of the links of some activators."""
    rows = await session.execute(select(check).where(check.c.activator_id.in_(ids)))
    return {(row.activator_id, row.url): _finding(row) for row in rows}


async def findings_of(session: AsyncSession, urls: list[str]) -> dict[str, Finding]:
    """Read what was last found of some links, whosever they are: colleagues share a website."""
    query = select(check).where(check.c.url.in_(urls)).order_by(check.c.last_asked_at)
    return {row.url: _finding(row) for row in await session.execute(query)}


async def keep_findings(session: AsyncSession, found: Mapping[OwnLink, Finding]) -> None:
    """Write them over what was known; who calls this holds the rows of the activators."""
    if not found:
        return
    await session.execute(
        delete(check).where(tuple_(check.c.activator_id, check.c.url).in_(list(found)))
    )
    rows = [
        {
            "activator_id": activator_id,
            "url": url,
            "last_asked_at": one.last_asked_at,
            "failures": one.failures,
            "dead_since": one.dead_since,
        }
        for (activator_id, url), one in found.items()
    ]
    await session.execute(insert(check), rows)


def _finding(row: Row[Any]) -> Finding:
    return Finding(row.last_asked_at, row.failures, row.dead_since)
