"""The snapshot: the searchable directory at one revision, immutable.

A big base and a few small segments over it: a change kills its rows where they stand and adds a
segment of its own. Small ones are folded together, like with like, and into the base when they
have grown, away from the event loop. The base's tree is never rebuilt for a change.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from resolvers.directory.records import Record, SegmentBuilder
from resolvers.directory.reference import Reference
from resolvers.directory.segment import Segment, merge

Bools = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.int64]

OVERLAY_FULL = 1_000
"""Rows over the base above which all is merged into a new base."""

MOST_PARTS = 6
"""Segments over the base at which the newest ones are folded into one."""


@dataclass(frozen=True)
class Part:
    """A segment and which of its rows live."""

    segment: Segment
    alive: Bools

    @cached_property
    def live(self) -> int:
        """Count the living rows."""
        return int(np.count_nonzero(self.alive))

    def without(self, ids: Ids) -> "Part":
        """Kill the rows of these activators; the segment itself stays."""
        rows = self.segment.rows_of(ids)
        if not len(rows):
            return self
        alive = self.alive.copy()
        alive[rows] = False
        return Part(self.segment, alive)

    def only(self, ids: Ids) -> "Part":
        """Kill all other rows."""
        rows = self.segment.rows_of(ids)
        alive = np.zeros_like(self.alive)
        alive[rows] = self.alive[rows]
        return Part(self.segment, alive)


@dataclass(frozen=True)
class Snapshot:
    """What searches read; replaced whole, never changed. The first part is the base."""

    revision: int
    reference: Reference
    parts: tuple[Part, ...]

    @property
    def base(self) -> Part:
        """The big segment."""
        return self.parts[0]

    @property
    def overlay_rows(self) -> int:
        """Count the rows that stand over the base, and those that died in it."""
        small = sum(len(part.segment) for part in self.parts[1:])
        return small + len(self.base.segment) - self.base.live

    def __len__(self) -> int:
        """Count the activators, of all states."""
        return sum(part.live for part in self.parts)

    def locate(self, activator_id: int) -> tuple[Segment, int] | None:
        """Find an activator's row."""
        for part in self.parts:
            row = part.segment.row_of(activator_id)
            if row is not None and part.alive[row]:
                return part.segment, row
        return None

    def changed(self, revision: int, ids: Collection[int], records: list[Record]) -> "Snapshot":
        """Apply changes: these activators are now as their records say, or gone without one."""
        builder = SegmentBuilder(self.reference)
        for record in records:
            builder.add(record)
        gone = _array(ids)
        base, *small = (part.without(gone) for part in self.parts)
        if records:
            small.append(whole(builder.build()))
            small[-1].segment.warm()
        if len(small) >= MOST_PARTS:
            small = _newest_folded(small)
        return replace(self, revision=revision, parts=(base, *small))

    def merged(self) -> "Snapshot":
        """Fold everything into a new base."""
        return replace(self, parts=(_folded(list(self.parts)),))

    def over(self, merged: "Snapshot", touched: Collection[int]) -> "Snapshot":
        """Put this snapshot's rows of the activators touched since over a base merged meanwhile."""
        ids = _array(touched)
        since = [part for part in (part.only(ids) for part in self.parts) if part.live]
        over = [_folded(since)] if since else []
        return replace(self, parts=(merged.base.without(ids), *over))


def _array(ids: Collection[int]) -> Ids:
    return np.fromiter(ids, np.int64, len(ids))


def whole(segment: Segment) -> Part:
    """Take a segment with all its rows alive."""
    return Part(segment, np.ones(len(segment), dtype=np.bool_))


def _folded(parts: list[Part]) -> Part:
    return whole(merge([(part.segment, part.alive) for part in parts]))


def _newest_folded(parts: list[Part]) -> list[Part]:
    """Fold the two newest parts, and each before them that is no bigger than what is folded so far.

    A big part stays as it is until as much stands after it: a row is copied a few times, not once
    a change.
    """
    first = len(parts) - 2
    while first and parts[first - 1].live <= sum(part.live for part in parts[first:]):
        first -= 1
    return [*parts[:first], _folded(parts[first:])]
