"""Places are found by box as looking at each of them finds them, however many trees they take."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.geography import Box
from resolvers.directory import forest

LATITUDES = st.sampled_from((-90.0, 0.0, 45.0, 90.0)) | st.floats(-90, 90)
LONGITUDES = st.sampled_from((-180.0, 0.0, 5.0, 180.0)) | st.floats(-180, 180)
PLACES = st.lists(st.tuples(LATITUDES, LONGITUDES) | st.just((np.nan, np.nan)), max_size=30)


@given(places=PLACES, south=LATITUDES, north=LATITUDES, west=LONGITUDES, east=LONGITUDES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_box_holds_the_places_between_its_edges(
    places: list[tuple[float, float]],
    south: float,
    north: float,
    west: float,
    east: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forest, "LARGEST", 4)
    box = Box(min(west, east), min(south, north), max(west, east), max(south, north))
    latitudes, longitudes = np.array(places, dtype=np.float64).reshape(-1, 2).T

    found = forest.Forest(latitudes, longitudes).within(box)

    assert sorted(found.tolist()) == [
        number
        for number, (latitude, longitude) in enumerate(places)
        if box.south <= latitude <= box.north and box.west <= longitude <= box.east
    ]
