"""Which stretch of a list is asked for (Relay's cursor connections)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from resolvers.refusal import InvalidInput

PAGE_LIMIT = 100
PAGE_SIZE = 20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Window:
    """A number of rows, from the beginning or from the end, between two cursors."""

    count: int = PAGE_SIZE
    backwards: bool = False
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch(Generic[T]):
    """Rows of a list, each with a `cursor`, and whether it goes on on either side."""

    rows: Sequence[T]
    has_next: bool
    has_previous: bool

    @classmethod
    def of(cls, found: Sequence[T], window: Window) -> Self:
        """Take what was found for a window: one row more than it holds where the list goes on."""
        return cls(found[: window.count], len(found) > window.count, window.after is not None)


def number_behind(cursor: str) -> int:
    """Read a cursor that is the number of a row; raises InvalidInput for another."""
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise InvalidInput("after", cursor, "a cursor that an earlier page gave")
    return int(cursor)


def window(
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Window:
    """Check the arguments of a connection; raises InvalidInput naming the one that is wrong."""
    if first is not None and last is not None:
        raise InvalidInput("last", last, "first or last, not both")
    count = checked_count("first" if last is None else "last", last if first is None else first)
    return Window(count, last is not None, after, before)


def checked_count(field: str, count: int | None) -> int:
    """Check a number of rows; `PAGE_SIZE` where none is asked for."""
    if count is None:
        return PAGE_SIZE
    if not 1 <= count <= PAGE_LIMIT:
        raise InvalidInput(field, count, f"between 1 and {PAGE_LIMIT}")
    return count
