"""Taking the rows of a roster, in their order."""

from collections import ChainMap
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from resolvers.csv_file import shortened
from resolvers.imports import Rejection
from resolvers.roster_row import LINES, Form, RosterRow
from resolvers.roster_store import Stored, StoredActivator

Thing = tuple[str, ...]
"""What rows of a file can be the first of, by its kind and its codes."""


class Intake:
    """Takes the good rows of a file: each key once, each knowing what it is the first of.

    A batch is taken within a transaction, which may have to be done anew: what its rows are the
    first of counts from when it is kept.
    """

    def __init__(self, form: Form = LINES) -> None:
        """Begin a file, or a call of the API."""
        self._form = form
        self._lines: dict[Thing, int] = {}
        self._described: dict[int, RosterRow] = {}

    def take(self, rows: Sequence[RosterRow | Rejection], stored: Stored) -> "Taken":
        """Sort out the good rows of a batch."""
        lines, described = ChainMap({}, self._lines), ChainMap({}, self._described)
        taken = Taken(lines, described, self._form)
        for row in rows:
            taken.add(row, stored)
        return taken

    def keep(self, taken: "Taken") -> None:
        """Remember a batch that was written, or counted."""
        self._lines |= taken.lines.maps[0]
        self._described |= taken.described.maps[0]


@dataclass(slots=True)
class Taken:
    """The rows of a batch, on top of what the file said before."""

    lines: ChainMap[Thing, int]
    """On which line a thing stood first."""
    described: ChainMap[int, RosterRow]
    """The first row of each activator that several networks enrol."""
    form: Form
    rows: list[RosterRow] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)

    def add(self, row: RosterRow | Rejection, stored: Stored) -> None:
        """Take the next row, or reject it."""
        judged = row if isinstance(row, Rejection) else self._judge(row, stored)
        if isinstance(judged, Rejection):
            self.rejected.append(judged)
        else:
            self.rows.append(judged)

    def _judge(self, row: RosterRow, stored: Stored) -> RosterRow | Rejection:
        line = self._first_line(row, "row", *row.key)
        if line != row.line:
            return self._refused(row, "a number used once in a network: already", line)
        old = stored.activators.get(row.key)
        described = self._description(row, old)
        if not described.says_the_same(row):
            return self._refused(row, "an activator already described", described.line)
        described_here = described.line == row.line
        if old is not None and old.keeps_structure:
            return replace(row, sets_profile=described_here, keeps_structure=True)
        siret = row.structure.siret
        return replace(
            row,
            sets_profile=described_here,
            sets_structure=self._first_line(row, "structure", siret) == row.line,
            joins_network=self._first_line(row, "membership", siret, row.network) == row.line,
        )

    def _first_line(self, row: RosterRow, *thing: str) -> int:
        return self.lines.setdefault(thing, row.line)

    def _description(self, row: RosterRow, old: StoredActivator | None) -> RosterRow:
        """Find the row that describes this one's activator: itself, but where several enrol it."""
        if old is None or not old.shared:
            return row
        return self.described.setdefault(old.id, row)

    def _refused(self, row: RosterRow, expected: str, line: int) -> Rejection:
        place = self.form.place.format(line)
        return Rejection(row.line, "external_id", shortened(row.external_id), f"{expected} {place}")
