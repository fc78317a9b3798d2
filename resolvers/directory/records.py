"""Records: what the search knows of an activator, and how they become a segment."""

from array import array
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from models.activators import ActivatorKind, ActivatorState
from models.territories import PositionPrecision
from permissions.scopes import cell
from resolvers.directory import text
from resolvers.directory.rating import is_rated, rank_of
from resolvers.directory.reference import Reference
from resolvers.directory.segment import PRECISIONS, Segment
from resolvers.directory.sets import SetColumnBuilder
from resolvers.directory.text import TextIndexBuilder
from resolvers.directory.words import fold, joined

NAME_BYTES = 48
"""The order by name looks at this many bytes of the folded name, then at the id."""

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
    listed: bool
    stars: Sequence[int] = ()
    expertise: tuple[int, ...] = ()
    sectors: tuple[int, ...] = ()
    serves: tuple[int, ...] = ()
    networks: tuple[int, ...] = ()


class SegmentBuilder:
    """Collects records, one row after the other, without keeping them."""

    def __init__(self, reference: Reference) -> None:
        """Start empty."""
        self._labels = [f"{f.label.fr} {f.label.en}" for f in reference.fields.items]
        self._ids, self._confirmed = array("q"), array("q")
        self._structures, self._sirets = array("q"), array("q")
        self._versions, self._cells, self._remote = array("i"), array("B"), array("B")
        self._latitudes, self._longitudes = array("d"), array("d")
        self._ratings = array("d")
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
        rated = is_rated(record.stars)
        self._cells.append(cell(record.kind, record.state, listed=record.listed, rated=rated))
        self._structures.append(record.structure_id)
        self._sirets.append(int(record.siret))
        self._latitudes.append(np.nan if record.latitude is None else record.latitude)
        self._longitudes.append(np.nan if record.longitude is None else record.longitude)
        self._precisions.append(PRECISIONS.index(record.precision or PRECISIONS[-1]))
        self._remote.append(record.remote)
        self._confirmed.append(_microseconds(record.confirmed_at))
        self._ratings.append(rank_of(record.stars))
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
            ratings=np.array(self._ratings, dtype=np.float64),
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


def _microseconds(moment: datetime | None) -> int:
    return int(NEVER) if moment is None else int(moment.timestamp() * 1_000_000)
