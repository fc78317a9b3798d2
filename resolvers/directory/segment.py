"""A segment: searchable columns of some activators, immutable.

A snapshot is a big segment and a few smaller ones over it. Rows are numbered within their segment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from models.geography import Box, Floats, cartesian
from models.territories import PositionPrecision
from resolvers.directory import sets, text
from resolvers.directory.forest import Forest
from resolvers.directory.sets import SetColumn
from resolvers.directory.text import TextIndex

Rows = npt.NDArray[np.intp]

PRECISIONS = tuple(PositionPrecision)
"""From the surest to the coarsest; columns hold the place in it."""

SETS = ("expertise", "sectors", "serves", "departments", "networks")
ARRAYS = (
    *("ids", "versions", "cells", "structures", "sirets", "latitudes", "longitudes"),
    *("precisions", "remote", "confirmed", "ratings", "names"),
)


@dataclass(frozen=True)
class Segment:
    """Columns: a row an activator, in no particular order."""

    ids: npt.NDArray[np.int64]
    versions: npt.NDArray[np.int32]
    cells: npt.NDArray[np.uint8]
    structures: npt.NDArray[np.int64]
    sirets: npt.NDArray[np.int64]
    latitudes: Floats
    longitudes: Floats
    precisions: npt.NDArray[np.uint8]
    remote: npt.NDArray[np.bool_]
    confirmed: npt.NDArray[np.int64]
    ratings: Floats
    names: npt.NDArray[np.bytes_]
    expertise: SetColumn
    sectors: SetColumn
    serves: SetColumn
    departments: SetColumn
    networks: SetColumn
    text: TextIndex

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.ids)

    @cached_property
    def _by_id(self) -> Rows:
        return np.argsort(self.ids)

    def rows_of(self, ids: npt.NDArray[np.int64]) -> Rows:
        """Find the rows of these activators; those that are not here are left out."""
        if not len(self):
            return np.array([], dtype=np.intp)
        places = np.searchsorted(self.ids, ids, sorter=self._by_id)
        rows: Rows = self._by_id[np.minimum(places, len(self) - 1)]
        found: Rows = rows[self.ids[rows] == ids]
        return found

    def row_of(self, activator_id: int) -> int | None:
        """Find an activator's row."""
        rows = self.rows_of(np.array([activator_id], dtype=np.int64))
        return int(rows[0]) if len(rows) else None

    @cached_property
    def _by_structure(self) -> Rows:
        return np.argsort(self.structures, kind="stable")

    @cached_property
    def _by_siret(self) -> Rows:
        return np.argsort(self.sirets, kind="stable")

    def rows_of_structure(self, key: int | str) -> Rows:
        """Find the rows of a structure's activators, by its id or its SIRET."""
        if isinstance(key, int):
            return _equal(self.structures, self._by_structure, key)
        return _equal(self.sirets, self._by_siret, int(key))

    @cached_property
    def by_name(self) -> Rows:
        """Order the rows by name, then by id."""
        return np.lexsort((self.ids, self.names))

    @cached_property
    def name_ranks(self) -> npt.NDArray[np.int64]:
        """Say of each row its rank in the order by name."""
        ranks = np.empty(len(self), dtype=np.int64)
        ranks[self.by_name] = np.arange(len(self))
        return ranks

    @cached_property
    def places(self) -> Floats:
        """Place the rows in space; one without a position is nowhere."""
        return cartesian(self.latitudes, self.longitudes)

    @cached_property
    def _forest(self) -> Forest:
        return Forest(self.latitudes, self.longitudes)

    def rows_within(self, boxes: Iterable[Box]) -> Rows:
        """Find the rows with a position in one of these boxes, which do not overlap."""
        return np.sort(np.concatenate([self._forest.within(box) for box in boxes]))

    def warm(self) -> None:
        """Compute now what else the first queries would wait for."""
        _ = self._by_id, self._by_structure, self._by_siret
        _ = self.name_ranks, self.places, self._forest
        self.text.warm()


def merge(parts: list[tuple[Segment, npt.NDArray[np.bool_]]]) -> Segment:
    """Join the live rows of several segments into a new one, ready to answer."""
    kept = [(segment, np.flatnonzero(alive)) for segment, alive in parts]

    columns: dict[str, Any] = {
        name: np.concatenate([getattr(segment, name)[rows] for segment, rows in kept])
        for name in ARRAYS
    }
    for name in SETS:
        columns[name] = sets.merged([(getattr(segment, name), rows) for segment, rows in kept])
    columns["text"] = text.merged([(segment.text, rows, len(segment)) for segment, rows in kept])
    whole = Segment(**columns)
    whole.warm()
    return whole


def _equal(column: npt.NDArray[np.int64], order: Rows, value: int) -> Rows:
    """Find the rows that hold a value, given the order of the column."""
    first, last = (np.searchsorted(column, value, side, sorter=order) for side in ("left", "right"))
    return order[first:last]
