"""A segment: searchable columns of some activators, immutable.

A snapshot is a big segment and a few smaller ones over it. Rows are numbered within their segment.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models.activators import ActivatorKind, ActivatorState
from models.geography import Box, Floats, cartesian
from models.territories import PositionPrecision
from permissions.scopes import cell
from resolvers.directory import sets, text
from resolvers.directory.forest import Forest
from resolvers.directory.reference import Reference
from resolvers.directory.sets import SetColumn, SetColumnBuilder
from resolvers.directory.text import TextIndex, TextIndexBuilder
from resolvers.directory.words import fold, joined

Rows = npt.NDArray[np.intp]

PRECISIONS = tuple(PositionPrecision)
"""From the surest to the coarsest; columns hold the place in it."""

NAME_BYTES = 48
"""The order by name looks at this many bytes of the folded name, then at the id."""

SETS = ("expertise", "sectors", "serves", "departments", "networks")
ARRAYS = (
    *("ids", "versions", "cells", "structures", "sirets", "latitudes", "longitudes"),
    *("precisions", "remote", "confirmed", "names"),
)

NEVER = np.iinfo(np.int64).min
"""The confirmation date of a profile that nobody confirmed: before every date."""


class Record(NamedTuple):
    """What the search knows of an activator; sets hold reference numbers."""

    id: int
    version: int
    kind: ActivatorKind
    state: ActivatorState
    given_name: str
    family_name: str
    headline: str | None
    presentation: str | None
    structure_id: int
    structure_name: str
    siret: str
    latitude: float | None
    longitude: float | None
    precision: PositionPrecision | None
    remote: bool
    confirmed_at: datetime | None
    expertise: tuple[int, ...] = ()
    sectors: tuple[int, ...] = ()
    serves: tuple[int, ...] = ()
    networks: tuple[int, ...] = ()


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


class SegmentBuilder:
    """Collects records, one row after the other, without keeping them."""

    def __init__(self, reference: Reference) -> None:
        """Start empty."""
        self._labels = [f"{f.label.fr} {f.label.en}" for f in reference.fields.items]
        self._ids, self._confirmed = array("q"), array("q")
        self._structures, self._sirets = array("q"), array("q")
        self._versions, self._cells, self._remote = array("i"), array("B"), array("B")
        self._latitudes, self._longitudes = array("d"), array("d")
        self._precisions = array("B")
        self._names: list[bytes] = []
        self._expertise, self._sectors = SetColumnBuilder(), SetColumnBuilder()
        self._serves, self._networks = SetColumnBuilder(), SetColumnBuilder()
        self._departments, self._departments_of = SetColumnBuilder(), reference.departments_serving
        self._text = TextIndexBuilder()

    def add(self, record: Record) -> None:
        """Append a row."""
        self._ids.append(record.id)
        self._versions.append(record.version)
        self._cells.append(cell(record.kind, record.state))
        self._structures.append(record.structure_id)
        self._sirets.append(int(record.siret))
        self._latitudes.append(np.nan if record.latitude is None else record.latitude)
        self._longitudes.append(np.nan if record.longitude is None else record.longitude)
        self._precisions.append(PRECISIONS.index(record.precision or PRECISIONS[-1]))
        self._remote.append(record.remote)
        self._confirmed.append(_microseconds(record.confirmed_at))
        self._names.append(name_key(record.family_name, record.given_name))
        self._expertise.add(record.expertise)
        self._sectors.add(record.sectors)
        self._serves.add(record.serves)
        self._departments.add(self._departments_of(record.serves))
        self._networks.add(record.networks)
        self._text.add(self._texts(record))

    def _texts(self, record: Record) -> list[tuple[str, int]]:
        texts = [
            (record.given_name, text.NAME),
            (record.family_name, text.NAME),
            (joined(record.given_name), text.NAME),
            (joined(record.family_name), text.NAME),
            (record.structure_name, text.STRUCTURE),
            (record.headline or "", text.HEADLINE),
            (record.presentation or "", text.PRESENTATION),
        ]
        return texts + [(self._labels[number], text.EXPERTISE) for number in record.expertise]

    def build(self) -> Segment:
        """Freeze."""
        return Segment(
            ids=np.array(self._ids, dtype=np.int64),
            versions=np.array(self._versions, dtype=np.int32),
            cells=np.array(self._cells, dtype=np.uint8),
            structures=np.array(self._structures, dtype=np.int64),
            sirets=np.array(self._sirets, dtype=np.int64),
            latitudes=np.array(self._latitudes, dtype=np.float64),
            longitudes=np.array(self._longitudes, dtype=np.float64),
            precisions=np.array(self._precisions, dtype=np.uint8),
            remote=np.array(self._remote, dtype=np.bool_),
            confirmed=np.array(self._confirmed, dtype=np.int64),
            names=np.array(self._names, dtype=f"S{NAME_BYTES}"),
            expertise=self._expertise.build(),
            sectors=self._sectors.build(),
            serves=self._serves.build(),
            departments=self._departments.build(),
            networks=self._networks.build(),
            text=self._text.build(),
        )


def name_key(family_name: str, given_name: str) -> bytes:
    """Fold a name to what the order by name compares: `Le` stands before `Le Roux`."""
    return fold(f"{family_name}\1{given_name}").encode()[:NAME_BYTES].rstrip(b"\0")


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


def _microseconds(moment: datetime | None) -> int:
    return int(NEVER) if moment is None else int(moment.timestamp() * 1_000_000)


def _equal(column: npt.NDArray[np.int64], order: Rows, value: int) -> Rows:
    """Find the rows that hold a value, given the order of the column."""
    first, last = (np.searchsorted(column, value, side, sorter=order) for side in ("left", "right"))
    return order[first:last]
