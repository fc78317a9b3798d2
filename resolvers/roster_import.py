"""Importing the roster of partner networks: one activator a line."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database
from resolvers.csv_file import CsvFile, Record
from resolvers.directory.reference import load_reference
from resolvers.imports import (
    BATCH,
    ImportReport,
    Progress,
    Rejection,
    in_one_transaction,
    one_import_at_a_time,
)
from resolvers.roster_changes import Changes, changes_of
from resolvers.roster_intake import Intake
from resolvers.roster_row import COLUMNS, RosterRow
from resolvers.roster_store import read_stored
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
    and writes nothing. Raises InvalidInput for a file that is no roster at all.
    """
    file = CsvFile(path, COLUMNS)
    async with database.read() as session:
        reference = await load_reference(session)
    report, intake = ImportReport(), Intake(reference)
    for records in _batches(file):
        batch = intake.take(records, report)
        if batch:
            _count(report, await _import_batch(database, batch, now, dry_run=dry_run))
        if progress is not None:
            progress(min(records[-1].line, file.lines), file.lines)
    return report


def _batches(file: CsvFile) -> Iterator[list[Record | Rejection]]:
    records = iter(file)
    while batch := list(islice(records, BATCH)):
        yield batch


def _count(report: ImportReport, changes: Changes) -> None:
    report.inserted += len(changes.inserted)
    report.updated += len(changes.updated) + changes.touched
    report.unchanged += changes.unchanged


async def _import_batch(
    database: Database, batch: list[RosterRow], now: datetime, *, dry_run: bool
) -> Changes:
    if dry_run:
        async with database.read() as session:
            return changes_of(batch, await read_stored(session, batch, lock=False))

    async def write(session: AsyncSession) -> Changes:
        await one_import_at_a_time(session)
        changes = changes_of(batch, await read_stored(session, batch, lock=True))
        await write_changes(session, changes, now)
        return changes

    return await in_one_transaction(database, write)
