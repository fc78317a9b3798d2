"""Sanctions: what was held against an activator, until staff lift it."""

from typing import Any

from sqlalchemy import Row, Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.database import Database
from permissions.moderation import is_conflicted
from permissions.viewer import Viewer
from resolvers.contact.finding import hold_account
from resolvers.loader import BatchLoader
from resolvers.moderation.access import check_moderates
from resolvers.moderation.interests import interest_of
from resolvers.moderation.letters import tell_sanctioned
from resolvers.platform import Platform
from resolvers.refusal import Forbidden, NotFound
from resolvers.reviews.steps import CONFLICTED

sanction, report = tables.sanction, tables.profile_report


class Sanctions(BatchLoader[int, list[Row[Any]]]):
    """Loads the sanctions of activators, the newest first, by the activator's number."""

    def __init__(self, database: Database) -> None:
        """Read there."""
        super().__init__()
        self._database = database

    async def read(self, keys: list[int]) -> dict[int, list[Row[Any]]]:
        """Read a batch."""
        query = (
            select(sanction)
            .where(sanction.c.activator_id.in_(keys))
            .order_by(sanction.c.opened_at.desc(), sanction.c.id.desc())
        )
        found: dict[int, list[Row[Any]]] = {}
        async with self._database.read() as session:
            for row in await session.execute(query):
                found.setdefault(row.activator_id, []).append(row)
        return found


async def lift_sanction(platform: Platform, viewer: Viewer, number: int) -> Row[Any]:
    """Lift a sanction, and tell the activator; a second time, nothing changes.

    Raises Unauthenticated, Forbidden for who does not moderate or has an interest in it, NotFound.
    """
    check_moderates(viewer)
    async with platform.database.write() as session:
        await hold_account(session, viewer)
        found = await _locked(session, number)
        if found is None:
            raise NotFound("No such sanction.", "id")
        author, snapshot = found.reporter_id, platform.directory.snapshot
        if is_conflicted(interest_of(snapshot, viewer, found.activator_id, author_id=author)):
            raise Forbidden(CONFLICTED, "id")
        if found.lifted_at is not None:
            return found
        now, own = platform.now(), sanction.c.id == number
        await session.execute(update(sanction).where(own).values(lifted_at=now))
        await tell_sanctioned(session, number, "sanction_lifted", now=now)
        action, subject = "sanction.lift", "Sanction"
        await platform.audit.record(session, viewer, action, subject, number, now=now)
        return await _locked(session, number) or found


async def _locked(session: AsyncSession, number: int) -> Row[Any] | None:
    """Read one that nobody else changes until the transaction ends, and who had reported it."""
    own = select(sanction.c.id).where(sanction.c.id == number)
    await session.execute(own.with_for_update())
    query: Select[Any] = (
        select(sanction, report.c.account_id.label("reporter_id"))
        .outerjoin(report, report.c.id == sanction.c.report_id)
        .where(sanction.c.id == number)
    )
    found: Row[Any] | None = (await session.execute(query)).one_or_none()
    return found
