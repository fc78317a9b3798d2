"""Reading a CSV file as spreadsheets write them, a record at a time.

Separators are `,` `;` or tab. A line that cannot be read is reported and costs no other: where a
quotation mark is never closed, reading goes on with the next line.
"""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from resolvers.csv_encoding import TextFile, recognise
from resolvers.imports import Rejection
from resolvers.refusal import InvalidInput

SEPARATORS = (",", ";", "\t")

MOST_LINES = 20
"""A record runs over at most so many lines; a quotation mark open for longer was a mistake."""

SEPARATOR_LINE = re.compile(r'"?sep=.?"?\s*', re.IGNORECASE)
"""What Excel may put before the header, for itself."""

BYTE_ORDER_MARK = "\ufeff"

BAD: tuple[None, int] = (None, 1)
"""A line that is no record. What follows is read anew, for it may be sound."""

SHOWN = 80
"""Characters of a rejected value that a report quotes."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record's cells by column, and the line of the file on which it begins."""

    line: int
    cells: dict[str, str]


class CsvFile:
    """A file with exactly these columns, in any order."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        """Read the header. Raises InvalidInput if the file is no text or has other columns."""
        self._file: TextFile = recognise(path)
        self._header, self._separator, self._skipped = self._read_header(columns)
        _check_header(self._header, columns)

    @property
    def lines(self) -> int:
        """Count its lines."""
        return self._file.lines

    def __iter__(self) -> Iterator[Record | Rejection]:
        """Read the records; empty ones are passed over."""
        lines = self._lines()
        number = self._skipped + 1
        ahead: deque[str] = deque(line for _, line in zip(range(MOST_LINES), lines, strict=False))
        while ahead:
            cells, taken = self._record(ahead)
            if cells is None:
                yield Rejection(number, "", shortened(ahead[0].strip()), self._expected())
            elif not _blank(cells):
                yield Record(number, dict(zip(self._header, cells, strict=True)))
            number += taken
            for _ in range(taken):
                ahead.popleft()
                ahead.extend(line for line in (next(lines, None),) if line is not None)

    def _lines(self) -> Iterator[str]:
        """Read the lines after the header; those of old Macs, too, end in a newline here."""
        with self._file.path.open(encoding=self._file.encoding, errors="replace") as file:
            for number, line in enumerate(file, start=1):
                if number > self._skipped:
                    yield line

    def _read_header(self, columns: tuple[str, ...]) -> tuple[list[str], str, int]:
        """Find the first line with text, and the separator that finds most columns in it."""
        self._skipped = 0
        for number, raw in enumerate(self._lines(), start=1):
            line = raw.lstrip(BYTE_ORDER_MARK)  # a program may put a second one before the first
            if line.strip(" \t\r\n,;") and not SEPARATOR_LINE.fullmatch(line):
                headers = {mark: _headings(line, mark) for mark in SEPARATORS}
                best = max(SEPARATORS, key=lambda mark: len(set(columns) & set(headers[mark])))
                return headers[best], best, number
        raise InvalidInput("file", self._file.path.name, "a CSV file with a header line")

    def _record(self, ahead: deque[str]) -> tuple[list[str] | None, int]:
        """Take the first record: its cells and how many lines it has; none for a bad line."""
        text = ""
        for taken, line in enumerate(ahead, start=1):
            text += line
            if taken > 1 and '"' not in line:
                continue
            cells = parsed(text, self._separator)
            if cells is not None:
                cells = _without_empty_end(cells, len(self._header))
                fits = len(cells) == len(self._header) or _blank(cells)
                return (cells if fits else None), taken
        return BAD

    def _expected(self) -> str:
        mark = {"\t": "tabs"}.get(self._separator, f"'{self._separator}'")
        return f"{len(self._header)} cells separated by {mark}, each quotation mark closed"


def parsed(text: str, separator: str) -> list[str] | None:
    """Split one record into cells; none if a quotation mark is not closed, or not doubled.

    Blanks after a closing quotation mark are passed over.
    """
    closed = rf'(?<!")" +(?=[{separator}\r\n]|$)'
    for one in (text, re.sub(closed, '"', text)):
        try:
            return next(csv.reader([one], delimiter=separator, strict=True))
        except csv.Error:
            continue
    return None


def _headings(line: str, separator: str) -> list[str]:
    cells = [cell.strip().lower() for cell in parsed(line, separator) or []]
    return _without_empty_end(cells, 0)


def _without_empty_end(cells: list[str], least: int) -> list[str]:
    """Leave out empty columns at the end, which a spreadsheet writes where one was cleared."""
    length = len(cells)
    while length > least and not cells[length - 1].strip():
        length -= 1
    return cells[:length]


def _blank(cells: list[str]) -> bool:
    return not any(map(str.strip, cells))


def shortened(value: str) -> str:
    """Cut a value to what a report quotes."""
    return value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"


def _check_header(header: list[str], columns: tuple[str, ...]) -> None:
    """Refuse missing, unknown and repeated columns: a misspelt one would be lost in silence."""
    shown = ",".join(header)
    for words, wrong in (
        ("the missing", [name for name in columns if name not in header]),
        ("only known columns, without", [name for name in header if name not in columns]),
        ("once only", [name for name, times in Counter(header).items() if times > 1]),
    ):
        if wrong:
            raise InvalidInput("header", shown, f"{words} {', '.join(map(repr, wrong))}")
