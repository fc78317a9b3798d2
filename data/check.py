"""Measure the positions against better ones."""

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pyproj import Geod

from data.positions import PRECISION, Position
from data.sources import Commune

TRUSTED = "IGN"  # the file's other positions, overseas, are at times another place's


def read_reference(file: Path) -> dict[str, tuple[float, float]]:
    """Read the trusted positions of a CSV: code_insee, latitude, longitude, source_coord."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {
            row["code_insee"]: (float(row["latitude"]), float(row["longitude"]))
            for row in csv.DictReader(lines)
            if row["source_coord"].startswith(TRUSTED)
        }


def report_errors(positions: Mapping[Commune, Position], file: Path) -> None:
    """Print, by the way a position was found, how many there are and how far off, in km."""
    reference = read_reference(file)
    errors = defaultdict(list)
    for commune, position in positions.items():
        if commune.code in reference:
            latitude, longitude = reference[commune.code]
            _, _, metres = Geod(ellps="WGS84").inv(
                position.longitude, position.latitude, longitude, latitude
            )
            errors[position.way].append(metres / 1000)
            errors["all"].append(metres / 1000)
    counts = Counter(position.way for position in positions.values())
    print("way, precision: communes, checked, median km, 95th percentile km, largest km")
    for way in [*PRECISION, "all"]:
        median, high, largest = np.percentile(errors[way], [50, 95, 100])
        count = counts[way] if way in PRECISION else len(positions)
        figures = f"{count:,}, {len(errors[way]):,}, {median:.1f}, {high:.1f}, {largest:.1f}"
        print(f"{way}, {PRECISION.get(way, '')}: {figures}")
