"""Rosters and files of communes for tests: a good row, and files as spreadsheets write them."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from sqlalchemy import select
from strawberry.utils.str_converters import to_camel_case

from models import tables
from models.database import Database
from resolvers.roster_row import COLUMNS
from resolvers.territory_row import COLUMNS as COMMUNE_COLUMNS
from tests.people import siret

SHARED = Path(__file__).parents[2] / "shared" / "data"
"""Where larger files may lie, beside the repository."""

GOOD = {
    "external_id": "A-1",
    "kind": "ADVISER",
    "given_name": "Zoé",
    "family_name": "Lefèvre",
    "email": "zoe.lefevre@example.org",
    "phone": "01 99 00 12 34",
    "network": "cci",
    "siret": siret(1),
    "structure_name": "Pôle numérique d'Oyonnax",
    "structure_legal_form": "SARL",
    "address": "57 rue de l'Église",
    "postal_code": "01100",
    "commune_code": "01283",
    "city": "Oyonnax",
    "latitude": "46.2629",
    "longitude": "5.6527",
    "expertise": "site-internet;cybersecurite",
    "sectors": "G;I",
    "serves": "DEP-01;COM-39478",
    "headline": "Accompagne les TPE",
    "website": "https://www.example.org/zoe",
    "remote": "true",
}
"""A row to which nothing can be objected."""

COMMUNE = {
    "code_insee": "01283",
    "nom": "Oyonnax",
    "arrondissement_municipal": "0",
    "codes_postaux": "01100",
    "code_departement": "01",
    "code_region": "84",
    "population": "22558",
    "latitude": "46.26",
    "longitude": "5.66",
    "source_coord": "test",
}


def many(count: int) -> list[dict[str, str]]:
    """Make good rows that differ: two people a structure."""
    return [
        GOOD | {"external_id": f"A-{number}", "siret": siret(1 + number // 2), "email": ""}
        for number in range(count)
    ]


def written(
    path: Path,
    rows: Iterable[Mapping[str, str]],
    *,
    encoding: str = "utf-8",
    separator: str = ",",
    columns: tuple[str, ...] = COLUMNS,
) -> Path:
    """Write a file of rows."""
    text = StringIO()
    sheet = csv.DictWriter(text, columns, delimiter=separator, lineterminator="\r\n")
    sheet.writeheader()
    sheet.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def written_communes(path: Path, *rows: Mapping[str, str]) -> Path:
    """Write a file of communes."""
    return written(path, rows, columns=COMMUNE_COLUMNS)


async def rows_of(database: Database, *names: str) -> list[tuple[Any, ...]]:
    """Read whole tables, to tell that something changed or that nothing did."""
    everything: list[tuple[Any, ...]] = []
    async with database.read() as session:
        for name in names:
            table = tables.metadata.tables[name]
            found = await session.execute(select(table).order_by(*table.primary_key.columns))
            everything += [(name, *row) for row in found]
    return everything


DIRECTORY = (
    *("activator", "activator_expertise", "activator_sector", "activator_territory"),
    *("enrolment", "membership", "structure", "revision", "change"),
)
"""The tables that an import of a roster may write."""

LISTS = ("expertise", "sectors", "serves")


def entry(**changed: Any) -> dict[str, Any]:
    """Say the good row as the API takes it, but for what is changed."""
    said: dict[str, Any] = {
        to_camel_case(name): GOOD[name].split(";") if name in LISTS else GOOD[name]
        for name in COLUMNS
        if name != "network"
    }
    said |= {"latitude": 46.2629, "longitude": 5.6527, "remote": True, "communeCode": "COM-01283"}
    return said | changed


def entries(count: int, prefix: str = "A") -> list[dict[str, Any]]:
    """Make entries that differ: two people a structure."""
    return [
        entry(externalId=f"{prefix}-{number:04}", siret=siret(1 + number // 2), email=None)
        for number in range(count)
    ]
