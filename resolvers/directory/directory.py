"""The live directory: the current snapshot of this worker, and how it keeps up."""

import asyncio
from collections.abc import Callable, Collection

import structlog
from prometheus_client import Gauge

from models.database import Database
from models.revisions import Written
from resolvers.directory.card_cache import Cards
from resolvers.directory.changes import changed, changes_since
from resolvers.directory.places import Places
from resolvers.directory.reading import Whole, read_whole
from resolvers.directory.snapshot import OVERLAY_FULL, Snapshot
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
RETRY_INTERVAL = 1.0
"""Seconds after which everything is read again when that failed."""


class Directory:
    """One worker's view of the directory, brought up to date revision by revision.

    A change of the reference, or more changes than can be followed, has everything read again.
    That takes long, so a task of the directory's own does it. Meanwhile the snapshot of before goes
    on following the activators, without what they quote that it lacks. Only who wrote the reference
    in this process waits for the task, to see what it wrote.
    """

    def __init__(self, database: Database, *, card_cache_size: int) -> None:
        """Prepare; nothing is read before `start`."""
        self.database = database
        self._card_cache_size = card_cache_size
        self._cards: Cards | None = None
        self._structures: Structures | None = None
        self.on_accounts: list[Callable[[Collection[int] | None], None]] = []
        self.on_requests: list[Callable[[Collection[int] | None], None]] = []
        self._snapshot: Snapshot | None = None
        self._places: Places | None = None
        self._turn = asyncio.Lock()
        self._reloading: asyncio.Task[None] | None = None
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
    def reference_revision(self) -> int:
        """Up to which revision the snapshot's reference data is true; 0 if nobody knows yet."""
        return 0 if self._reloading is not None else self.snapshot.revision

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
        self._show_whole(await read_whole(self.database))
        self.database.on_commit.append(self._show_own)

    async def stop(self) -> None:
        """Follow no more."""
        self.database.on_commit.remove(self._show_own)
        if self._reloading is not None:
            self._reloading.cancel()
        under_way = [task for task in (self._reloading, self._merging) if task is not None]
        await asyncio.gather(*under_way, return_exceptions=True)

    async def catch_up(self, told: int | None = None) -> None:
        """Apply what was committed since; when it returns, this worker shows it.

        Who is told of a revision need not ask for it once it is shown: most are this worker's own.
        Reading everything again is only begun.
        """
        await self._follow(Written(), told)

    async def _show_own(self, written: Written) -> None:
        """Show what this process has committed, before the writer is answered.

        A writer that gives up waiting does not end the reading, which others need.
        """
        await self._follow(written)
        if written.reference and self._reloading is not None:
            await asyncio.wait([self._reloading])

    async def _follow(self, own: Written, told: int | None = None) -> None:
        async with self._turn:
            if told is not None and told <= self.snapshot.revision:
                return
            changes = await changes_since(self.database, self.snapshot.revision)
            if self._reloading is None and (changes.reference or not changes.few):
                self._reloading = asyncio.create_task(self._reload())
            ids = changes.activators if changes.few else frozenset()
            if self._reloading is not None:
                ids |= own.activators  # may be among those that were too many
            if changes.revision == self.snapshot.revision and not ids:
                return
            self._touched.update(ids)
            self._show(await changed(self.database, self.snapshot, changes.revision, ids))
            self._forget_accounts(changes.accounts)
            self._tell_requests(changes.requests)
            self._merge_at_need()

    async def _reload(self) -> None:
        """Read everything until nothing needs it any more, whatever happens."""
        while self._reloading is not None:
            try:
                await self._read_again()
            except Exception as error:  # noqa: BLE001  whatever happened, it must go on
                log.warning("directory_reload_failed", error=type(error).__name__)
                await asyncio.sleep(RETRY_INTERVAL)

    async def _read_again(self) -> None:
        """Read everything, and show it once it is as new as what is shown."""
        read = await read_whole(self.database)
        since = await changes_since(self.database, read.snapshot.revision)
        snapshot = await changed(self.database, read.snapshot, since.revision, since.activators)
        async with self._turn:  # what is left to apply is little
            rest = await changes_since(self.database, snapshot.revision)
            if since.unknown or rest.unknown:
                return
            snapshot = await changed(self.database, snapshot, rest.revision, rest.activators)
            self._show_whole(Whole(snapshot, read.places))
            # What was read may hold changes that nobody was told.
            self._forget_accounts(None)
            self._tell_requests(None)
            if not (since.reference or rest.reference):
                self._reloading = None

    def _merge_at_need(self) -> None:
        if self._merging is None:
            self._touched = set()
            if self.snapshot.overlay_rows > OVERLAY_FULL:
                self._merging = asyncio.create_task(self._merge(self.snapshot))

    async def _merge(self, start: Snapshot) -> None:
        """Fold the overlay into the base, away from the loop; keep what changed meanwhile."""
        try:
            merged = await asyncio.to_thread(start.merged)
            async with self._turn:
                if self.snapshot.reference is start.reference:
                    touched = frozenset(self._touched)
                    self._show(await asyncio.to_thread(self.snapshot.over, merged, touched))
        except Exception as error:  # noqa: BLE001  the next change begins another
            log.warning("directory_merge_failed", error=type(error).__name__)
        finally:
            self._merging = None

    def _show_whole(self, whole: Whole) -> None:
        self.cards.forget()
        self.cards.reference = self.structures.reference = whole.snapshot.reference
        self._places = whole.places
        self._show(whole.snapshot)
        log.info("directory_loaded", activators=len(self.snapshot), revision=self.snapshot.revision)

    def _show(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        ACTIVATORS.set(len(snapshot))
        REVISION.set(snapshot.revision)

    def _forget_accounts(self, ids: Collection[int] | None) -> None:
        """Have what is known of accounts read again; only once what changed is shown.

        Who was read before that may be of before.
        """
        for forget in self.on_accounts:
            forget(ids)

    def _tell_requests(self, ids: Collection[int] | None) -> None:
        """Tell who follows contact requests which have changed; None: any may have."""
        if ids is None or ids:
            for tell in self.on_requests:
                tell(ids)
