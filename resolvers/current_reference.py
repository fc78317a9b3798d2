"""The reference data that rows are read against, read again where it changed meanwhile."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.revisions import KEPT, Subject, current_revision
from resolvers.directory.reference import Reference, load_reference


class CurrentReference:
    """Keeps what it read until the database records newer reference data.

    A session that sees one moment, or that holds the lock of imports, gets what is true until it
    ends: whatever changes reference data takes that lock.
    """

    def __init__(self, known: Reference | None = None, revision: int = 0) -> None:
        """Read nothing yet; or begin with what is known to be true at a revision."""
        self._reference = known
        self._revision = revision

    async def read(self, session: AsyncSession) -> Reference:
        """Give the reference data as it is; the same object while it did not change."""
        revision = await current_revision(session)
        if self._reference is None or await self._changed(session, revision):
            self._reference = await load_reference(session)
        self._revision = revision
        return self._reference

    async def _changed(self, session: AsyncSession, revision: int) -> bool:
        table = tables.change
        newer = select(table.c.id).where(
            table.c.revision > self._revision, table.c.subject == Subject.REFERENCE
        )
        forgotten = revision - self._revision >= KEPT
        return forgotten or (await session.execute(newer.limit(1))).first() is not None
