"""Taking the rows of a roster, in the order of the file."""

from collections.abc import Sequence
from dataclasses import replace

from resolvers.csv_file import Record, shortened
from resolvers.directory.reference import Reference
from resolvers.imports import ImportReport, Rejection
from resolvers.roster_reading import read_row
from resolvers.roster_row import Key, RosterRow


class Intake:
    """Takes the good rows of a file: each key once, each knowing what it is the first of."""

    def __init__(self, reference: Reference) -> None:
        """Begin a file."""
        self._reference = reference
        self._lines: dict[Key, int] = {}
        self._firsts: set[str | tuple[str, str]] = set()

    def take(self, records: Sequence[Record | Rejection], report: ImportReport) -> list[RosterRow]:
        """Give the good rows, report the others."""
        rows = []
        for record in records:
            row = self._row(record)
            if isinstance(row, Rejection):
                report.rejected.append(row)
            else:
                rows.append(row)
        return rows

    def _row(self, record: Record | Rejection) -> RosterRow | Rejection:
        if isinstance(record, Rejection):
            return record
        row = read_row(record, self._reference)
        if isinstance(row, Rejection):
            return row
        line = self._lines.setdefault(row.key, row.line)
        if line != row.line:
            value = shortened(row.external_id)
            expected = f"a number used once in a network: already on line {line}"
            return Rejection(row.line, "external_id", value, expected)
        siret = row.structure.siret
        sets_structure, joins_network = self._is_first(siret), self._is_first((siret, row.network))
        return replace(row, sets_structure=sets_structure, joins_network=joins_network)

    def _is_first(self, thing: str | tuple[str, str]) -> bool:
        first = thing not in self._firsts
        self._firsts.add(thing)
        return first
