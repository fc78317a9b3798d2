"""The cells of one record, read up to the first bad one."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from resolvers.cells import Unexpected, cleaned, degrees
from resolvers.csv_file import Record, shortened
from resolvers.imports import Rejection

T = TypeVar("T")


class BadCell(Exception):
    """A cell that is not what was expected, with what to report of it."""

    def __init__(self, line: int, column: str, value: str, expected: str) -> None:
        """Make the report."""
        super().__init__(column)
        self.rejection = Rejection(line, column, shortened(value), expected)


class RecordCells:
    """Reads each cell with the check that fits it. Raises BadCell."""

    def __init__(self, record: Record) -> None:
        """Begin a record."""
        self._record = record

    def cell(self, column: str, check: Callable[[str], T]) -> T:
        """Read one cell."""
        text = self._record.cells[column]
        try:
            return check(cleaned(text))
        except Unexpected as bad:
            raise self.bad(column, text if bad.value is None else bad.value, str(bad)) from None

    def coordinates(self) -> tuple[float, float] | None:
        """Read latitude and longitude: both, or none."""
        latitude = self.cell("latitude", partial(degrees, limit=90))
        longitude = self.cell("longitude", partial(degrees, limit=180))
        if latitude is not None and longitude is not None:
            return latitude, longitude
        if latitude is None and longitude is None:
            return None
        missing = "latitude" if latitude is None else "longitude"
        raise self.bad(missing, "", "degrees: latitude and longitude go together")

    def bad(self, column: str, value: str, expected: str) -> BadCell:
        """Say that a cell is bad for a reason that its check could not know."""
        return BadCell(self._record.line, column, value, expected)
