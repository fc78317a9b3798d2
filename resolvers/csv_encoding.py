"""Recognising how a spreadsheet wrote a text file: UTF-8, UTF-16 or Windows-1252.

Windows-1252 gives a letter to nearly any byte, so that nothing but its context tells it from
UTF-8: a file most of whose accented lines are UTF-8 is UTF-8, damaged in the others, whose bad
bytes become U+FFFD and are refused where they stand.
"""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from io import UnsupportedOperation
from pathlib import Path

from resolvers.refusal import InvalidInput

BEGINNING = 4_096
"""Bytes in which a file shows whether it is text."""

MOST_NULS = 0.05
"""The part of these bytes that may be NUL in a damaged text; in what is no text it is larger."""

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .ods files begin, and .xls files."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file: where, in what encoding, and how many lines (for progress)."""

    path: Path
    encoding: str
    lines: int


def recognise(path: Path) -> TextFile:
    """Read the file once and say what it is. Raises InvalidInput if it is no text."""
    try:
        with path.open("rb") as file:
            beginning = file.read(BEGINNING)
            marked = _marked(path, beginning)
            file.seek(0)
            lines, sound, broken = _count(file)
        if marked is not None:
            lines = _count_text(path, marked)
    except UnsupportedOperation:
        raise InvalidInput(
            "file", path.name, "a file that can be read twice, not a stream"
        ) from None
    except OSError as error:
        raise InvalidInput("file", path.name, f"a file that can be read ({error.strerror})") from (
            error
        )
    if not lines:
        raise InvalidInput("file", path.name, "a CSV file with a header, and this one is empty")
    return TextFile(path, marked or ("cp1252" if broken > sound else "utf-8"), lines)


def _marked(path: Path, beginning: bytes) -> str | None:
    """Name the encoding that a byte order mark tells, if there is one."""
    if beginning.startswith(WORKBOOKS):
        raise InvalidInput("file", path.name, "a CSV file, and this is a workbook: save it as CSV")
    for mark, encoding in MARKS:
        if beginning.startswith(mark):
            return encoding
    if beginning.count(b"\0") > MOST_NULS * len(beginning):
        raise InvalidInput("file", path.name, "a CSV file, and this one is not text")
    return None


def _count(blocks: Iterable[bytes]) -> tuple[int, int, int]:
    """Count the lines, those with accents in sound UTF-8, and those that are not UTF-8.

    The lines of old Macs end in a carriage return, by which binary files are not split.
    """
    number = sound = broken = 0
    for line in (line for block in blocks for line in block.splitlines()):
        number += 1
        if not line.isascii():
            try:
                line.decode()
                sound += 1
            except UnicodeDecodeError:
                broken += 1
    return number, sound, broken


def _count_text(path: Path, encoding: str) -> int:
    with path.open(encoding=encoding, errors="replace") as file:
        return sum(1 for _ in file)
