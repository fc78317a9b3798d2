"""The live directory: the current snapshot of this worker, and how it keeps up."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from prometheus_client import Gauge, Histogram
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.database import Database
from models.revisions import KEPT, Subject, current_revision
from resolvers.directory.cards import Cards
from resolvers.directory.loading import all_records, records_of
from resolvers.directory.places import Places
from resolvers.directory.reference import load_reference
from resolvers.directory.segment import SegmentBuilder
from resolvers.directory.snapshot import OVERLAY_FULL, Snapshot, whole
from resolvers.directory.structures import Structures

log = structlog.get_logger()

ACTIVATORS = Gauge(
    "maillage_directory_activators",
    "Activators of all states in the snapshot.",
    multiprocess_mode="livemax",
)
REVISION = Gauge(
    "maillage_directory_revision",
    "Revision that the snapshot shows; of several workers, the one furthest behind.",
    multiprocess_mode="livemin",
)
LOADING = Histogram("maillage_directory_load_seconds", "Time to read the whole directory.")

RELOAD_ABOVE = 20_000
"""Changed activators above which reading all again is quicker than applying them."""


@dataclass(frozen=True)
class Changes:
    """What happened since a revision."""

    revision: int
    activators: set[int]
    accounts: set[int] | None
    """None: any account may have changed."""
    everything: bool


class Directory:
    """One worker's view of the directory, brought up to date revision by revision."""

    def __init__(self, database: Database, *, card_cache_size: int) -> None:
        """Prepare; nothing is read before `start`."""
        self.database = database
        self._card_cache_size = card_cache_size
        self._cards: Cards | None = None
        self._structures: Structures | None = None
        self.on_accounts: list[Callable[[set[int] | None], None]] = []
        self._snapshot: Snapshot | None = None
        self._places: Places | None = None
        self._turn = asyncio.Lock()
        self._merging: asyncio.Task[None] | None = None
        self._touched: set[int] = set()

    @property
    def ready(self) -> bool:
        """Whether it can answer."""
        return self._snapshot is not None

    @property
    def snapshot(self) -> Snapshot:
        """The directory as this worker knows it now."""
        if self._snapshot is None:
            raise RuntimeError("the directory is not loaded yet")
        return self._snapshot

    @property
    def cards(self) -> Cards:
        """What pages show."""
        if self._cards is None:
            raise RuntimeError("the directory is not started yet")
        return self._cards

    @property
    def structures(self) -> Structures:
        """Structures, by id or by SIRET."""
        if self._structures is None:
            raise RuntimeError("the directory is not started yet")
        return self._structures

    @property
    def places(self) -> Places:
        """The communes, for autocompletion."""
        if self._places is None:
            raise RuntimeError("the directory is not loaded yet")
        return self._places

    async def start(self) -> None:
        """Read everything, and follow this process's own commits from now on."""
        self._cards = Cards(self.database, self._card_cache_size)
        self._structures = Structures(self.database)
        await self._load()
        self.database.on_commit.append(self.catch_up)

    async def stop(self) -> None:
        """Follow no more."""
        self.database.on_commit.remove(self.catch_up)
        if self._merging is not None:
            await asyncio.gather(self._merging, return_exceptions=True)

    async def catch_up(self) -> None:
        """Apply what was committed since; when it returns, this worker shows it."""
        async with self._turn:
            async with self.database.read() as session:
                changes = await _changes_since(session, self.snapshot.revision)
            if changes is None:
                return
            if changes.everything:
                await self._load()
            else:
                await self._apply(changes)
            # Last: who was read meanwhile may be of before. Reading everything may have passed by
            # later changes of accounts, which nobody will tell again.
            for forget in self.on_accounts:
                forget(None if changes.everything else changes.accounts)

    async def _apply(self, changes: Changes) -> None:
        ids = changes.activators
        async with self.database.read() as session:
            records = await records_of(session, self.snapshot.reference, ids)
        self._touched |= ids
        self._show(self.snapshot.changed(changes.revision, ids, records))
        if self._merging is None:
            self._touched = set()
            if self.snapshot.overlay_rows > OVERLAY_FULL:
                self._merging = asyncio.create_task(self._merge(self.snapshot))

    async def _load(self) -> None:
        """Read everything; the revision first, so that a change meanwhile is only repeated."""
        with LOADING.time():
            async with self.database.read(at_one_moment=True) as session:
                revision = await current_revision(session)
                reference = await load_reference(session)
                builder = SegmentBuilder(reference)
                async for record in all_records(session, reference):
                    builder.add(record)
            segment = await asyncio.to_thread(builder.build)
            await asyncio.to_thread(segment.warm)
        self.cards.forget()
        self.cards.reference = self.structures.reference = reference
        self._places = Places(reference)
        self._show(Snapshot(revision, reference, (whole(segment),)))
        log.info("directory_loaded", activators=len(self.snapshot), revision=revision)

    async def _merge(self, start: Snapshot) -> None:
        """Fold the overlay into the base, away from the loop; keep what changed meanwhile."""
        try:
            merged = await asyncio.to_thread(start.merged)
            if self.snapshot.reference is start.reference:
                self._show(self.snapshot.over(merged, self._touched))
        finally:
            self._merging = None

    def _show(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        ACTIVATORS.set(len(snapshot))
        REVISION.set(snapshot.revision)


async def _changes_since(session: AsyncSession, revision: int) -> Changes | None:
    """List what was committed after a revision; None if nothing was."""
    now = await current_revision(session)
    if now == revision:
        return None
    table = tables.change
    rows = (await session.execute(select(table).where(table.c.revision > revision))).all()
    accounts = {row.subject_id for row in rows if row.subject is Subject.ACCOUNT}
    activators = {row.subject_id for row in rows if row.subject is Subject.ACTIVATOR}
    reference = any(row.subject is Subject.REFERENCE for row in rows)
    behind = not 0 <= now - revision < KEPT
    return Changes(
        revision=max([now, *(row.revision for row in rows)]),
        activators=activators,
        accounts=None if behind else accounts,
        everything=reference or behind or len(activators) > RELOAD_ABOVE,
    )
