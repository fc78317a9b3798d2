"""Places found by box: Shapely's trees, each over the places of a band of latitude.

One tree over a million places takes half a second to grow, during which nothing else runs in the
process. So a tree holds at most `LARGEST` places; the bands that a box does not meet cost nothing.
"""

import numpy as np
import numpy.typing as npt
import shapely

from models.geography import Box, Floats

Rows = npt.NDArray[np.intp]

LARGEST = 25_000


class Forest:
    """The rows that have a position; one whose degrees are NaN has none."""

    def __init__(self, latitudes: Floats, longitudes: Floats) -> None:
        """Grow the trees from south to north."""
        placed = np.flatnonzero(~np.isnan(latitudes))
        northwards = placed[np.argsort(latitudes[placed])]
        self._trees = []
        for start in range(0, len(northwards), LARGEST):
            rows = northwards[start : start + LARGEST]
            points = shapely.points(longitudes[rows], latitudes[rows])
            tree = shapely.STRtree(np.asarray(points, dtype=object))
            self._trees.append((rows, latitudes[rows[0]], latitudes[rows[-1]], tree))

    def within(self, box: Box) -> Rows:
        """Find the rows in a box, its edges included, in no particular order."""
        shape = shapely.box(*box)
        found = [
            rows[tree.query(shape)]
            for rows, south, north, tree in self._trees
            if south <= box.north and box.south <= north
        ]
        return np.concatenate([np.array([], dtype=np.intp), *found])
