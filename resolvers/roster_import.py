"""Importing the roster of partner networks: one activator a line."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database
from models.revisions import Subject, record_changes
from resolvers.csv_file import CsvFile, Record
from resolvers.current_reference import CurrentReference
from resolvers.imports import (
    BATCH,
    ImportReport,
    Progress,
    Rejection,
    in_one_transaction,
    one_import_at_a_time,
)
from resolvers.roster_batch import Batch, decide
from resolvers.roster_changes import Changes, Outcome
from resolvers.roster_intake import Intake, Taken
from resolvers.roster_row import COLUMNS
from resolvers.roster_writing import write_changes


async def import_roster(
    database: Database,
    path: Path,
    *,
    now: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Insert the activators of a file that are new, update those that differ, leave the others.

    A bad row is reported and costs no other. Each batch is one transaction, so that a run that
    was killed leaves the database whole, and the next one finishes. A dry run decides the same
    and writes nothing. Of two files that describe one activator, whom two networks enrol, the one
    imported last counts. Raises InvalidInput for a file that is no roster at all.
    """
    file = CsvFile(path, COLUMNS)
    work = _Work(database, now=now, dry_run=dry_run)
    for records in _batches(file):
        await work.do(records)
        if progress is not None:
            progress(min(records[-1].line, file.lines), file.lines)
    return work.report


def _batches(file: CsvFile) -> Iterator[list[Record | Rejection]]:
    records = iter(file)
    while batch := list(islice(records, BATCH)):
        yield batch


class _Work:
    """The import of one file, a batch after the other."""

    def __init__(self, database: Database, *, now: datetime, dry_run: bool) -> None:
        self.report = ImportReport()
        self._database = database
        self._now = now
        self._dry_run = dry_run
        self._reference = CurrentReference()
        self._intake = Intake()

    async def do(self, records: list[Record | Rejection]) -> None:
        """Decide on the records of a batch, write what they change, and count them.

        They are read before the transaction, which is then short, and again within it where
        territories were imported meanwhile.
        """
        batch = Batch(records)
        async with self._database.read(at_one_moment=True) as session:
            await batch.rows(await self._reference.read(session))
            if self._dry_run:
                taken, changes = await decide(session, batch, self._reference, self._intake)
        if not self._dry_run:
            taken, changes = await in_one_transaction(self._database, partial(self._write, batch))
        self._intake.keep(taken)
        self.report.rejected += taken.rejected
        self.report.inserted += changes.count(Outcome.INSERTED)
        self.report.updated += changes.count(Outcome.UPDATED)
        self.report.unchanged += changes.count(Outcome.UNCHANGED)

    async def _write(self, batch: Batch, session: AsyncSession) -> tuple[Taken, Changes]:
        await one_import_at_a_time(session)
        taken, changes = await decide(session, batch, self._reference, self._intake, lock=True)
        written = await write_changes(session, changes, self._now)
        if written:
            await record_changes(session, Subject.ACTIVATOR, sorted(written))
        return taken, changes
