"""However a map is shaped, its clusters are at most 2,048."""

import numpy as np
import pytest

from resolvers.directory.clusters import MOST_CELLS, Bounds, _cell_width, _grouped


@pytest.mark.parametrize("zoom", [0, 10, 22])
@pytest.mark.parametrize(
    "bounds",
    [
        Bounds(-90, -180, 90, 180),
        Bounds(-85, -180, 85, 180),
        Bounds(45, -180, 45, 180),
        Bounds(45, -180, 45.0001, 180),
        Bounds(-85, 5, 85, 5),
        Bounds(-85, 5, 85, 5.001),
        Bounds(41, -5, 51, 9),
        Bounds(-20, 170, -10, -170),
        Bounds(0, 10, 80, 9.9),
        Bounds(46, 5, 46, 5),
        Bounds(86, 0, 89, 180),
    ],
)
def test_a_map_holds_at_most_2048_clusters(bounds: Bounds, zoom: int) -> None:
    draw = np.random.default_rng(zoom)
    east = bounds.east + (360 if bounds.east < bounds.west else 0)
    count = 100_000
    longitudes = (draw.uniform(bounds.west, east, count) + 180) % 360 - 180
    latitudes = draw.uniform(bounds.south, bounds.north, count)

    found = _grouped(
        np.arange(count),
        latitudes,
        longitudes,
        np.zeros(count, dtype=np.uint8),
        _cell_width(bounds, zoom),
    )

    assert len(found) <= MOST_CELLS
    assert sum(one.count for one in found) == count
