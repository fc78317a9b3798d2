"""Build the reference geography from two packages with open licences.

`python data/build.py` needs npm and the dependency group `data`. README.md beside this file says
what each written file holds. `--check FILE` measures the positions against better ones.
"""

import argparse
import csv
import gzip
import io
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # a script's own folder is not the project

from data.check import report_errors
from data.positions import PRECISION, Position, locate
from data.sources import Commune, download_divisions, read_communes, read_places

FOLDER = Path(__file__).parent
REGION = ("code", "name", "zone")
DEPARTMENT = ("code", "name", "region", "zone")
COMMUNE = (
    *("code", "name", "parent", "postal_codes"),
    *("population", "latitude", "longitude", "precision"),
)

Row = Sequence[object]


def commune_rows(
    communes: Iterable[Commune], positions: Mapping[Commune, Position]
) -> Iterator[Row]:
    """Lay out the communes; what is unknown stays empty."""
    for commune in communes:
        position = positions.get(commune)
        where = (
            (f"{position.latitude:.5f}", f"{position.longitude:.5f}", PRECISION[position.way])
            if position
            else ("", "", "")
        )
        postal_codes = "|".join(commune.postal_codes)
        yield (commune.code, commune.name, commune.parent, postal_codes, commune.population, *where)


def write(name: str, header: Row, rows: Iterable[Row]) -> None:
    """Write a CSV file, compressed if so named: the same rows give the same bytes."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    content = text.getvalue().encode()
    (FOLDER / name).write_bytes(gzip.compress(content, mtime=0) if name.endswith("gz") else content)
    print(f"{name}: {text.getvalue().count(chr(10)) - 1:,} rows")


def main() -> None:
    """Download, locate, write; then check, if asked to."""
    parser = argparse.ArgumentParser(description="Build the reference geography.")
    parser.add_argument("--check", type=Path, metavar="FILE", help="a CSV of better positions")
    check: Path | None = parser.parse_args().check
    tables = download_divisions()
    communes = read_communes(tables)
    positions = locate(communes, read_places())
    for name, header, table in (
        ("regions.csv", REGION, tables["regions"]),
        ("departments.csv", DEPARTMENT, tables["departements"]),
    ):
        rows = [[row["nom" if key == "name" else key] for key in header] for row in table]
        write(name, header, sorted(rows))
    write("communes.csv.gz", COMMUNE, commune_rows(communes, positions))
    if check:
        report_errors(positions, check)


if __name__ == "__main__":
    main()
