"""A column whose cells are small sets (expertise, sectors, territories, networks).

Few distinct sets recur in many rows, so each distinct one is kept once: a filter decides once a
set and then looks rows up; a facet counts sets and then their members.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Rows = npt.NDArray[np.intp]


def joined_ranges(first: Rows, last: Rows) -> Rows:
    """Join the ranges `first[i]` to `last[i]`, each without its end, into one list of places."""
    sizes = last - first
    before = np.cumsum(sizes) - sizes
    return np.repeat(first - before, sizes) + np.arange(sizes.sum())


class SetColumn:
    """For each row the number of its set; the sets' members are small integers."""

    def __init__(self, sets: list[tuple[int, ...]], set_of_row: Ints) -> None:
        """Keep the distinct sets and which of them each row holds."""
        self.sets = sets
        self.set_of_row = set_of_row
        sizes = np.fromiter((len(one) for one in sets), np.intp, len(sets))
        flat = [member for one in sets for member in one]
        members, owners = np.array(flat, dtype=np.int32), np.repeat(np.arange(len(sets)), sizes)
        order = np.argsort(members, kind="stable")
        self._members, self._owners = members[order], owners[order]

    def of(self, row: int) -> tuple[int, ...]:
        """Give one row's members."""
        return self.sets[int(self.set_of_row[row])]

    def sets_meeting(self, wanted: Bools) -> Bools:
        """Say of each distinct set whether it has a member that is wanted (by member number)."""
        found = np.zeros(len(self.sets), dtype=np.bool_)
        numbers = np.flatnonzero(wanted)
        first, last = (np.searchsorted(self._members, numbers, side) for side in ("left", "right"))
        found[self._owners[joined_ranges(first, last)]] = True
        return found

    def rows_meeting(self, wanted: Bools, rows: Rows | slice) -> Bools:
        """Say of each of these rows whether its set has a wanted member."""
        return self.sets_meeting(wanted)[self.set_of_row[rows]]

    def set_counts(self, rows: Rows) -> npt.NDArray[np.intp]:
        """Count these rows by distinct set."""
        return np.bincount(self.set_of_row[rows], minlength=len(self.sets))

    def member_counts(self, rows: Rows, members: int) -> npt.NDArray[np.intp]:
        """Count these rows by member; a row counts once for each of its members."""
        weights = self.set_counts(rows)[self._owners]
        counts = np.bincount(self._members, weights=weights, minlength=members)
        return counts.astype(np.intp)


class SetColumnBuilder:
    """Collects a set a row."""

    def __init__(self) -> None:
        """Start empty."""
        self._numbers: dict[tuple[int, ...], int] = {}
        self._rows: list[int] = []

    def add(self, members: Iterable[int]) -> None:
        """Append a row."""
        key = tuple(sorted(members))
        self._rows.append(self._numbers.setdefault(key, len(self._numbers)))

    def build(self) -> SetColumn:
        """Freeze."""
        return SetColumn(list(self._numbers), np.array(self._rows, dtype=np.int32))


def merged(parts: list[tuple[SetColumn, Rows]]) -> SetColumn:
    """Join the kept rows of several columns into one."""
    numbers: dict[tuple[int, ...], int] = {}
    renumbered = []
    for column, rows in parts:
        table = [numbers.setdefault(one, len(numbers)) for one in column.sets]
        renumbered.append(np.array(table, dtype=np.int32)[column.set_of_row[rows]])
    return SetColumn(list(numbers), np.concatenate(renumbered))
