"""The licences and conditions of activators, as the wire loads them: for a page of them at once."""

from typing import Any

from sqlalchemy import Row, select

from models import tables
from models.database import Database
from models.mark_licences import LicenceState
from resolvers.charter_standing import version_in_force
from resolvers.loader import BatchLoader
from resolvers.mark.conditions import Condition, Finding, conditions_of, findings
from resolvers.mark.facts import read_facts
from resolvers.platform import Platform

licence = tables.mark_licence


async def mark_conditions(platform: Platform) -> list[Condition]:
    """List the conditions of the mark, with what each requires today."""
    async with platform.database.read() as session:
        version = await version_in_force(session)
    return [*conditions_of(platform.policy, version).values()]


class MarkFindings(BatchLoader[int, list[Finding]]):
    """Loads which conditions activators meet, by their number."""

    def __init__(self, platform: Platform) -> None:
        """Read there, now."""
        super().__init__()
        self._platform = platform

    async def read(self, keys: list[int]) -> dict[int, list[Finding]]:
        """Read a batch."""
        policy, now = self._platform.policy, self._platform.now()
        async with self._platform.database.read() as session:
            facts = await read_facts(session, keys, now)
        return {key: findings(policy, one, now) for key, one in facts.items()}


class Licences(BatchLoader[int, list[Row[Any]]]):
    """Loads all licences of activators that are kept, the newest first, by the activator."""

    def __init__(self, database: Database) -> None:
        """Read there."""
        super().__init__()
        self._database = database

    async def read(self, keys: list[int]) -> dict[int, list[Row[Any]]]:
        """Read a batch: one statement."""
        query = select(licence).where(licence.c.activator_id.in_(keys))
        newest_first = licence.c.requested_at.desc(), licence.c.id.desc()
        found: dict[int, list[Row[Any]]] = {}
        async with self._database.read() as session:
            for row in await session.execute(query.order_by(*newest_first)):
                found.setdefault(row.activator_id, []).append(row)
        return found


def current(rows: list[Row[Any]]) -> Row[Any] | None:
    """Choose the one that counts: that which is granted and ends last, else the newest."""
    granted = [row for row in rows if row.state is LicenceState.GRANTED]
    if granted:
        return max(granted, key=lambda row: row.expires_at)
    return rows[0] if rows else None
