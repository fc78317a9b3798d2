"""Map clusters: what is near on the screen stands together."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.geography import split
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.directory.criteria import Criteria
from resolvers.directory.filters import filters_of, visible
from resolvers.directory.rows import PositionRow
from resolvers.directory.segment import PRECISIONS, Rows, Segment
from resolvers.directory.snapshot import Snapshot
from resolvers.refusal import InvalidInput

DEEPEST_ZOOM = 22
CELLS_PER_TILE = 4
"""A tile of 256 pixels is 4 cells wide: clusters keep some 64 pixels apart."""
MOST_CELLS = 2_048
"""Cells of an answer; wider bounds are answered at a smaller zoom."""
MERCATOR_LIMIT = 85.05112878
"""Web maps end at this latitude."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a map shows, in degrees; west may be greater than east, across the antimeridian."""

    south: float
    west: float
    north: float
    east: float

    def check(self) -> None:
        """Refuse what is no box on the Earth."""
        for edge, limit in (("south", 90), ("west", 180), ("north", 90), ("east", 180)):
            degrees = getattr(self, edge)
            if not -limit <= degrees <= limit:
                expected = f"between -{limit} and {limit} degrees"
                raise InvalidInput(f"bounds.{edge}", degrees, expected)
        if self.south > self.north:
            raise InvalidInput("bounds.south", self.south, "at most bounds.north")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Some activators close together: their mean position, and one of them."""

    count: int
    position: PositionRow
    activator_id: int


def clusters(
    snapshot: Snapshot, viewer: Viewer, asked: Criteria, bounds: Bounds, zoom: int
) -> list[Cluster]:
    """Group what the viewer may see on the map within bounds, the largest groups first."""
    bounds.check()
    if not 0 <= zoom <= DEEPEST_ZOOM:
        raise InvalidInput("zoom", zoom, f"between 0 and {DEEPEST_ZOOM}")
    found = [
        (part.segment, _rows(snapshot, viewer, asked, bounds, number))
        for number, part in enumerate(snapshot.parts)
    ]
    columns = {
        name: np.concatenate([getattr(segment, name)[rows] for segment, rows in found])
        for name in ("ids", "latitudes", "longitudes", "precisions")
    }
    return _grouped(**columns, cell=_cell_width(bounds, zoom)) if len(columns["ids"]) else []


def _rows(snapshot: Snapshot, viewer: Viewer, asked: Criteria, bounds: Bounds, number: int) -> Rows:
    part = snapshot.parts[number]
    segment = part.segment
    rows = segment.rows_within(split(bounds.west, bounds.south, bounds.east, bounds.north))
    rows = rows[visible(part, rows, viewer, Permission.SEE_ON_MAP, snapshot.reference)]
    for keep in filters_of(asked, snapshot.reference).values():
        rows = rows[keep(segment, rows)]
    if asked.words:
        rows = rows[_scores(segment, asked)[rows] > 0]
    return rows


def _scores(segment: Segment, asked: Criteria) -> npt.NDArray[np.float32]:
    return segment.text.scores(list(asked.words), len(segment))


def _cell_width(bounds: Bounds, zoom: int) -> float:
    """Give a cell's width as a part of the world's, wide enough for `MOST_CELLS` an answer."""
    west, east = bounds.west, bounds.east + (360.0 if bounds.east < bounds.west else 0.0)
    width = (east - west) / 360
    top, bottom = _mercator(np.array([bounds.north, bounds.south]))
    return max(1.0 / (2.0**zoom * CELLS_PER_TILE), _least_width(width, float(bottom - top)))


def _least_width(width: float, height: float) -> float:
    """Solve `(width / cell + 3) * (height / cell + 3) = MOST_CELLS`.

    Bounds touch up to two cells more than their own width holds; the antimeridian cuts a third.
    """
    edges, inside = 3 * (width + height), MOST_CELLS - 9
    return (edges + math.sqrt(edges**2 + 4 * inside * width * height)) / (2 * inside)


def _mercator(latitudes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Project latitudes as web maps do: 0 at the top of the world, 1 at its bottom."""
    phi = np.radians(np.clip(latitudes, -MERCATOR_LIMIT, MERCATOR_LIMIT))
    projected: npt.NDArray[np.float64] = 0.5 - np.arcsinh(np.tan(phi)) / (2 * np.pi)
    return np.clip(projected, 0.0, 1.0)


def _grouped(
    ids: npt.NDArray[np.int64],
    latitudes: npt.NDArray[np.float64],
    longitudes: npt.NDArray[np.float64],
    precisions: npt.NDArray[np.uint8],
    cell: float,
) -> list[Cluster]:
    columns = np.floor((longitudes + 180) / 360 / cell).astype(np.int64)
    lines = np.floor(_mercator(latitudes) / cell).astype(np.int64)
    _, first, group, counts = np.unique(
        columns << 32 | lines, return_index=True, return_inverse=True, return_counts=True
    )
    mean_latitudes = np.bincount(group, weights=latitudes) / counts
    mean_longitudes = np.bincount(group, weights=longitudes) / counts
    coarsest = np.zeros(len(counts), dtype=np.uint8)
    np.maximum.at(coarsest, group, precisions)
    means = zip(
        counts.tolist(),
        mean_latitudes.tolist(),
        mean_longitudes.tolist(),
        coarsest.tolist(),
        ids[first].tolist(),
        strict=True,
    )
    found = [
        Cluster(count, PositionRow(latitude, longitude, PRECISIONS[coarse]), activator_id)
        for count, latitude, longitude, coarse, activator_id in means
    ]
    return sorted(found, key=lambda one: (-one.count, one.activator_id))
