"""Counting consultations of pages (charter, article 5): in memory, and written each half second.

A count waits for nothing. What is not written yet is lost by a kill, and by nothing else: what the
database does not take is tried again, and a worker that stops writes what is left.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path

import structlog

from models.accounts import Role
from models.consultations import ConsultationKind, ViewerKind
from models.database import Database
from permissions.viewer import Viewer
from resolvers.consultations.recent import RecentViewers, own_viewers, shared_viewers
from resolvers.consultations.visitors import Visitor, is_robot
from resolvers.consultations.writing import Counted, write_counts
from resolvers.directory.cards import Card
from resolvers.paris_days import day_of

log = structlog.get_logger()

INTERVAL = 0.5
"""Seconds between two batches: what a kill loses, with the time that a batch takes."""
LAST_ATTEMPTS = 5
"""How often a worker that stops tries to write what is left, a second apart."""


class Consultations:
    """The counts of one worker."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], shared: Path | None = None
    ) -> None:
        """Count nothing yet; `shared` names the memory of the workers of this machine."""
        self._database = database
        self._clock = clock
        self._shared = shared
        self._recent: RecentViewers | None = None
        self._counts: Counter[Counted] = Counter()
        self._turn = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        self._open = ExitStack()

    def count(
        self, viewer: Viewer, visitor: Visitor | None, card: Card, kind: ConsultationKind
    ) -> None:
        """Count one, unless it is the owner's, a robot's, or the same viewer's within half an hour.

        A few microseconds; the owner is that of the rule book. Without a visitor nobody looks: a
        subscription shows again what changed.
        """
        if self._recent is None or visitor is None:
            return
        if viewer.owns(card.id, card.structure.id, card.network_codes) or is_robot(visitor.agent):
            return
        now = self._clock()
        if self._recent.note(f"{card.id} {kind.value} {visitor.name}", now):
            portal, of = viewer.network_code or "", kind_of(viewer)
            self._counts[Counted(card.id, day_of(now), kind, portal, of)] += 1

    def start(self) -> None:
        """Count from now on."""
        if self._shared is None:
            self._recent = own_viewers()
        else:
            self._recent = self._open.enter_context(shared_viewers(self._shared))
        self._writing = asyncio.create_task(self._write_until_stopped())

    async def stop(self) -> None:
        """Count no more, and write what is left."""
        self._stopping.set()
        if self._writing is not None:
            await self._writing
        for attempt in range(LAST_ATTEMPTS):
            if await self.write():
                break
            if attempt < LAST_ATTEMPTS - 1:
                await asyncio.sleep(1)
        else:
            log.error("consultations_lost", number=self._counts.total())
        self._recent = None
        self._open.close()

    async def write(self) -> bool:
        """Write what was counted; keep it where that fails, and say so."""
        async with self._turn:
            counts, self._counts = self._counts, Counter()
            if not counts:
                return True
            try:
                await write_counts(self._database, counts)
            except Exception as error:  # noqa: BLE001  whatever happened, it is tried again
                self._counts.update(counts)
                log.warning("consultations_not_written", error=type(error).__name__)
                return False
        return True

    async def _write_until_stopped(self) -> None:
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), INTERVAL)
            await self.write()


def kind_of(viewer: Viewer) -> ViewerKind:
    """Say what kind of viewer somebody is, as it is counted; a portal asks for its visitors."""
    if viewer.staff:
        return ViewerKind.STAFF
    if Role.INSTITUTION in viewer.roles:
        return ViewerKind.INSTITUTION
    return ViewerKind.MEMBER if viewer.member else ViewerKind.VISITOR
