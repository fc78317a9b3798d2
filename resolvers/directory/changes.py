"""What was committed since a revision, and a snapshot that shows it too."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.database import Database
from models.revisions import KEPT, Subject
from resolvers.directory.loading import records_of
from resolvers.directory.records import Record
from resolvers.directory.snapshot import Snapshot

MANY = 20_000
"""Changed activators above which reading all again is quicker than applying them."""

READ_AT_ONCE = 500
"""Changed activators read at once."""

READ_WITHIN = 5.0
"""Seconds for a short read. If it takes longer its connection is dead, and who follows the changes
tries again."""

APART_ABOVE = 200
"""Changed activators above which they are applied away from the event loop."""


@dataclass(frozen=True)
class Changes:
    """What changed, up to a revision."""

    revision: int
    activators: frozenset[int] = frozenset()
    accounts: frozenset[int] | None = frozenset()
    """None: any account may have changed."""
    reference: bool = False
    requests: frozenset[int] | None = frozenset()
    """Contact requests; None: any may have changed."""
    unknown: bool = False
    """Whether it was too long ago to be known: anything may have changed."""

    @property
    def few(self) -> bool:
        """Whether the activators can be followed one by one."""
        return not self.unknown and len(self.activators) <= MANY


async def changes_since(database: Database, revision: int) -> Changes:
    """List what was committed after a revision."""
    last, change = tables.revision.c.value, tables.change.c
    since = and_(change.revision > revision, last < revision + KEPT)
    told = tables.revision.outerjoin(tables.change, since)
    query = select(last, change.subject, change.subject_id).select_from(told)
    async with _short_read(database) as session:
        found = (await session.execute(query)).all()
    now = found[0][0]
    if now == revision:
        return Changes(now)
    if not 0 < now - revision < KEPT:
        return Changes(now, accounts=None, requests=None, unknown=True)
    ids: dict[Subject, set[int]] = {subject: set() for subject in Subject}
    for _, subject, subject_id in found:
        if subject is not None:
            ids[subject].add(subject_id)
    activators, accounts = frozenset(ids[Subject.ACTIVATOR]), frozenset(ids[Subject.ACCOUNT])
    requests = frozenset(ids[Subject.CONTACT_REQUEST])
    return Changes(now, activators, accounts, bool(ids[Subject.REFERENCE]), requests)


async def changed(
    database: Database, snapshot: Snapshot, revision: int, ids: Collection[int]
) -> Snapshot:
    """Bring a snapshot to a revision, these activators being all that changed."""
    wanted, records = sorted(ids), list[Record]()
    for start in range(0, len(wanted), READ_AT_ONCE):
        some = wanted[start : start + READ_AT_ONCE]
        async with _short_read(database) as session:
            records += await records_of(session, snapshot.reference, some)
    if len(wanted) <= APART_ABOVE:
        return snapshot.changed(revision, ids, records)
    return await asyncio.to_thread(snapshot.changed, revision, ids, records)


@asynccontextmanager
async def _short_read(database: Database) -> AsyncIterator[AsyncSession]:
    async with asyncio.timeout(READ_WITHIN), database.read() as session:
        yield session
