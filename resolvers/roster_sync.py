"""Bringing the roster of a network up to date, through the API."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from models.api_keys import Scope
from models.revisions import Subject, record_changes
from permissions.duties import Duty, has_duty
from permissions.viewer import Viewer
from resolvers.current_reference import CurrentReference
from resolvers.imports import Rejection, in_one_transaction, one_import_at_a_time
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Forbidden, InvalidInput
from resolvers.roster_absence import Absence, read_absence
from resolvers.roster_batch import Batch, decide
from resolvers.roster_changes import Changes, Decided, Outcome
from resolvers.roster_departures import Departures, read_departures, write_departures
from resolvers.roster_entries import GivenEntry, numbers_of, record_of
from resolvers.roster_intake import Intake
from resolvers.roster_row import ENTRIES
from resolvers.roster_writing import write_changes

MOST_ENTRIES = 1_000
"""Entries of one call: written in one transaction, for which other writers wait."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a call did, or would do: each entry counts once, by its index."""

    outcomes: tuple[Decided | Rejection, ...]
    absence: Absence
    departures: Departures | None
    """None where the call did not say that it is the whole roster."""

    def count(self, outcome: Outcome) -> int:
        """Count the entries with an outcome."""
        return sum(outcome_of(one) is outcome for one in self.outcomes)

    @property
    def changes_something(self) -> bool:
        """Whether the directory is another afterwards."""
        changed = self.count(Outcome.INSERTED) + self.count(Outcome.UPDATED)
        return bool(changed or (self.departures and self.departures.absentees))


def outcome_of(one: Decided | Rejection) -> Outcome:
    """Say what became of an entry."""
    return Outcome.REJECTED if isinstance(one, Rejection) else one.outcome


async def sync_roster(
    platform: Platform,
    viewer: Viewer,
    *,
    network: str,
    entries: Sequence[GivenEntry],
    keep: Iterable[str] = (),
    dry_run: bool = False,
    full: bool = False,
    force: bool = False,
) -> SyncReport:
    """Insert, update or leave the activators of a network; a bad entry costs no other.

    `keep` are numbers that are in the roster, too. Where both are the `full` roster, whom they do
    not name is unenrolled. A dry run decides the same and writes nothing. Raises Forbidden;
    InvalidInput; Conflict where more than a fifth would go, unless `force` says so.
    """
    check_scope(viewer, Scope.ROSTER_WRITE)
    if not has_duty(viewer, Duty.KEEP_ROSTER, network_codes={network}):
        raise Forbidden("A roster is kept by its network's key and managers, and administrators.")
    directory = platform.directory
    if directory.snapshot.reference.networks.get(network) is None:
        raise InvalidInput("network", network, "the code of a network that exists, such as cci")
    if len(entries) > MOST_ENTRIES:
        raise InvalidInput("entries", f"{len(entries):,}", f"at most {MOST_ENTRIES:,} in one call")
    sync = _Sync(
        platform,
        viewer,
        network,
        Batch([record_of(index, one, network) for index, one in enumerate(entries)], ENTRIES),
        CurrentReference(directory.snapshot.reference, directory.reference_revision),
        frozenset(numbers_of([*(one.external_id for one in entries), *keep])),
        full,
        force,
    )
    return await sync.do(dry_run=dry_run)


@dataclass(frozen=True, slots=True)
class _Sync:
    """One call: what it changes is decided and written in one transaction, or not at all."""

    platform: Platform
    viewer: Viewer
    network: str
    batch: Batch
    reference: CurrentReference
    named: frozenset[str]
    full: bool
    force: bool

    async def do(self, *, dry_run: bool) -> SyncReport:
        """Do it, or say what it would do; entries are read before the transaction."""
        database = self.platform.database
        async with database.read(at_one_moment=True) as session:
            await self.batch.rows(await self.reference.read(session))
            if dry_run:
                report, _ = await self._decide(session, lock=False)
                return report
        return await in_one_transaction(database, self._write)

    async def _decide(self, session: AsyncSession, *, lock: bool) -> tuple[SyncReport, Changes]:
        taken, changes = await decide(
            session,
            self.batch,
            self.reference,
            Intake(ENTRIES),
            lock=lock,
            network=self.network,
        )
        absence = await read_absence(session, self.network, self.named)
        departures = None
        if self.full:
            if not self.force:
                absence.check_bearable()
            departures = await read_departures(session, self.network, absence.absentees, lock=lock)
        outcomes: list[Decided | Rejection] = [*changes.decided, *taken.rejected]
        outcomes.sort(key=lambda one: one.line)
        return SyncReport(tuple(outcomes), absence, departures), changes

    async def _write(self, session: AsyncSession) -> SyncReport:
        await one_import_at_a_time(session)
        report, changes = await self._decide(session, lock=True)
        if not report.changes_something:
            return report
        written = await write_changes(session, changes, self.platform.now())
        if report.departures is not None:
            await write_departures(self.platform, session, self.viewer, report.departures)
            written |= report.departures.activator_ids
        await self._record(session, report)
        await record_changes(session, Subject.ACTIVATOR, sorted(written))
        return report

    async def _record(self, session: AsyncSession, report: SyncReport) -> None:
        """Say in the audit how many changed, and whether somebody insisted."""
        departures = report.departures
        counts = {outcome.value.lower(): report.count(outcome) for outcome in Outcome}
        counts["unenrolled"] = len(departures.absentees) if departures else 0
        counts["withdrawn"] = len(departures.withdrawn) if departures else 0
        await self.platform.audit.record(
            session,
            self.viewer,
            "roster.sync",
            "Network",
            self.network,
            now=self.platform.now(),
            after={**counts, "force": self.force},
        )
