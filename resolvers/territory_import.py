"""Importing communes: better positions than the reference data has, names, codes, population."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database
from models.revisions import Subject, record_changes
from resolvers.csv_file import CsvFile
from resolvers.directory.changes import MANY
from resolvers.directory.reference import Reference, load_reference
from resolvers.directory.rows import TerritoryRow
from resolvers.imports import (
    BATCH,
    ImportReport,
    Progress,
    Rejection,
    in_one_transaction,
    one_import_at_a_time,
)
from resolvers.territory_row import COLUMNS, read_commune
from resolvers.territory_writing import place_activators, write_communes


async def import_territories(
    database: Database, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> ImportReport:
    """Update the communes of a file that differ, insert those that are new.

    An empty cell leaves what is there. Activators that stand where their commune or their postal
    code does follow, in the same transaction. A bad row is reported and costs no other. Raises
    InvalidInput for a file that is no such file at all.
    """
    file = CsvFile(path, COLUMNS)

    async def write(session: AsyncSession) -> Judged:
        await one_import_at_a_time(session)
        judged = _judge(file, await load_reference(session), progress)
        if judged.inserted or judged.updated:
            await write_communes(session, judged.inserted, judged.updated)
            moved = await place_activators(session, await load_reference(session))
            if 0 < len(moved) <= MANY:  # shown before everything has been read again
                await record_changes(session, Subject.ACTIVATOR, moved)
            await record_changes(session, Subject.REFERENCE, None)
        return judged

    if dry_run:
        async with database.read() as session:
            return _judge(file, await load_reference(session), progress).report()
    return (await in_one_transaction(database, write)).report()


@dataclass(slots=True)
class Judged:
    """What becomes of the rows of a file."""

    inserted: list[TerritoryRow] = field(default_factory=list)
    updated: list[TerritoryRow] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)

    def report(self) -> ImportReport:
        """Count them."""
        return ImportReport(len(self.inserted), len(self.updated), self.unchanged, self.rejected)


def _judge(file: CsvFile, reference: Reference, progress: Progress | None) -> Judged:
    judged, lines = Judged(), dict[str, int]()
    for number, record in enumerate(file, start=1):
        row = record if isinstance(record, Rejection) else read_commune(record, reference)
        if not isinstance(row, Rejection) and lines.setdefault(row.code, record.line) < record.line:
            expected = f"a commune named once: already on line {lines[row.code]}"
            row = Rejection(record.line, "code_insee", row.code.removeprefix("COM-"), expected)
        _sort(judged, row, reference)
        if progress is not None and number % BATCH == 0:
            progress(min(record.line, file.lines), file.lines)
    return judged


def _sort(judged: Judged, row: TerritoryRow | Rejection, reference: Reference) -> None:
    if isinstance(row, Rejection):
        judged.rejected.append(row)
        return
    old = reference.territories.get(row.code)
    if old is None:
        judged.inserted.append(row)
    elif row != old or row.postal_codes != old.postal_codes:
        judged.updated.append(row)
    else:
        judged.unchanged += 1
