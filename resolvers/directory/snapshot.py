"""The snapshot: the searchable directory at one revision, immutable.

A big base and a small overlay: a change kills its rows in the base and rewrites the overlay
alone. When the overlay has grown, both are merged into a new base, away from the event loop.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from resolvers.directory.reference import Reference
from resolvers.directory.segment import Record, Segment, SegmentBuilder, merge

Bools = npt.NDArray[np.bool_]

OVERLAY_FULL = 1_000
"""Rows of an overlay above which it is merged into the base."""


@dataclass(frozen=True)
class Part:
    """A segment and which of its rows live."""

    segment: Segment
    alive: Bools

    @cached_property
    def live(self) -> int:
        """Count the living rows."""
        return int(np.count_nonzero(self.alive))


@dataclass(frozen=True)
class Snapshot:
    """What searches read; replaced whole, never changed."""

    revision: int
    reference: Reference
    base: Part
    records: dict[int, Record]
    """The overlay's rows, by id."""

    @cached_property
    def overlay(self) -> Part:
        """Index the overlay."""
        builder = SegmentBuilder(self.reference)
        for record in self.records.values():
            builder.add(record)
        return whole(builder.build())

    @property
    def parts(self) -> tuple[Part, ...]:
        """The segments to search."""
        return (self.base, self.overlay) if self.records else (self.base,)

    def __len__(self) -> int:
        """Count the activators, of all states."""
        return sum(part.live for part in self.parts)

    def locate(self, activator_id: int) -> tuple[Segment, int] | None:
        """Find an activator's row."""
        for part in reversed(self.parts):
            row = part.segment.row_of(activator_id)
            if row is not None and part.alive[row]:
                return part.segment, row
        return None

    def rows_of_structure(self, structure_id: int) -> Iterator[tuple[Segment, int]]:
        """Find the rows of a structure's activators."""
        for part in self.parts:
            found = part.segment.rows_of_structure(structure_id)
            yield from ((part.segment, int(row)) for row in found if part.alive[row])

    def changed(self, revision: int, ids: set[int], records: list[Record]) -> "Snapshot":
        """Apply changes: these activators are now as their records say, or gone without one."""
        alive = self.base.alive.copy()
        for activator_id in ids:
            row = self.base.segment.row_of(activator_id)
            if row is not None:
                alive[row] = False
        kept = {key: record for key, record in self.records.items() if key not in ids}
        kept.update((record.id, record) for record in records)
        base = replace(self.base, alive=alive)
        return replace(self, revision=revision, base=base, records=kept)

    def merged(self) -> "Snapshot":
        """Fold the overlay into a new base."""
        base = merge([(part.segment, part.alive) for part in self.parts])
        return replace(self, base=whole(base), records={})


def whole(segment: Segment) -> Part:
    """Take a segment with all its rows alive."""
    return Part(segment, np.ones(len(segment), dtype=np.bool_))
