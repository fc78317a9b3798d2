"""Which stretch of a list is asked for (Relay's cursor connections)."""

from dataclasses import dataclass

from resolvers.refusal import InvalidInput

PAGE_LIMIT = 100
PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Window:
    """A number of rows, from the beginning or from the end, between two cursors."""

    count: int = PAGE_SIZE
    backwards: bool = False
    after: str | None = None
    before: str | None = None


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
