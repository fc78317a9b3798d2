"""Installing the reference data of `data/`: territories, sectors, taxonomy, networks, charter."""

import csv
import gzip
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.database import Database
from models.networks import NetworkKind
from models.revisions import Subject, record_changes
from models.territories import PositionPrecision, TerritoryLevel, territory_code
from resolvers.charter_versions import add_first
from resolvers.imports import CHUNK, chunks, in_one_transaction, one_import_at_a_time
from resolvers.refusal import Conflict

DATA = Path(__file__).parents[1] / "data"
SHIPPED_CHARTER = DATA / "charter"

Row = dict[str, Any]


async def install_reference(database: Database) -> int:
    """Add the reference rows that are missing; give how many.

    A row that is there is never changed: what an operator imported stays. The postal codes of a
    commune come with it, and are not touched afterwards. The charter that ships is the first one:
    where an operator installed one, it is left out.
    """
    return await in_one_transaction(database, _install)


async def is_installed(database: Database) -> bool:
    """Say whether there is reference data: all of it comes at once."""
    async with database.read() as session:
        found = await session.execute(select(tables.territory.c.code).limit(1))
        return found.first() is not None


async def check_installed(database: Database) -> None:
    """Raise Conflict where there is no reference data, without which nothing can be placed."""
    if not await is_installed(database):
        raise Conflict("The reference data is missing: run `server.py migrate`.")


async def _install(session: AsyncSession) -> int:
    await one_import_at_a_time(session)
    added = 0
    for table, rows in (*_taxonomy(), (tables.territory, _upper_territories())):
        added += len(await _add_missing(session, table, rows))
    communes = list(_communes())
    new = await _add_missing(session, tables.territory, (row for row, _ in communes))
    codes = [
        {"territory_code": row["code"], "postal_code": postal_code}
        for row, postal_codes in communes
        if row["code"] in new
        for postal_code in postal_codes
    ]
    await _insert(session, tables.territory_postal_code, codes)
    added += len(new) + await add_first(session, SHIPPED_CHARTER)
    if added:
        await record_changes(session, Subject.REFERENCE, None)
    return added


async def _add_missing(session: AsyncSession, table: Table, rows: Iterable[Row]) -> set[str]:
    """Insert the rows whose code the table lacks, in their order; give these codes."""
    there = set((await session.execute(select(table.c.code))).scalars())
    missing = [row for row in rows if row["code"] not in there]
    await _insert(session, table, missing)
    return {row["code"] for row in missing}


async def _insert(session: AsyncSession, table: Table, rows: list[Row]) -> None:
    for some in chunks(rows, CHUNK):
        await session.execute(insert(table), some)


def _taxonomy() -> Iterator[tuple[Table, list[Row]]]:
    """Read the tables that are not geography, parents first; ranks are the order of the file."""
    sectors = _toml("sectors")
    yield tables.sector, sectors
    themes = _toml("taxonomy", "themes")
    fields = enumerate((row, theme["code"]) for theme in themes for row in theme["fields"])
    yield tables.expertise_theme, [_labelled(row, rank) for rank, row in enumerate(themes)]
    ranked = [_labelled(row, rank) | {"theme_code": theme} for rank, (row, theme) in fields]
    yield tables.expertise_field, ranked
    networks = _toml("networks")
    yield tables.network, [{**row, "kind": NetworkKind(row["kind"])} for row in networks]


def _toml(name: str, key: str | None = None) -> list[Row]:
    rows: list[Row] = tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))[key or name]
    return rows


def _labelled(row: Row, rank: int) -> Row:
    return {name: row[name] for name in ("code", "label_fr", "label_en")} | {"rank": rank}


def _upper_territories() -> Iterator[Row]:
    """Read regions, then departments."""
    region, department = TerritoryLevel.REGION, TerritoryLevel.DEPARTMENT
    for row in _csv("regions.csv"):
        code = territory_code(region, row["code"])
        yield {"code": code, "level": region, "name": row["name"], "parent_code": None}
    for row in _csv("departments.csv"):
        code, parent = (
            territory_code(department, row["code"]),
            territory_code(region, row["region"]),
        )
        yield {"code": code, "level": department, "name": row["name"], "parent_code": parent}


def _communes() -> Iterator[tuple[Row, list[str]]]:
    """Read communes with their postal codes; a municipal district after its commune."""
    commune = TerritoryLevel.COMMUNE
    within_commune = territory_code(commune, "")
    for row in sorted(
        _csv("communes.csv.gz"), key=lambda row: row["parent"].startswith(within_commune)
    ):
        yield (
            {
                "code": territory_code(commune, row["code"]),
                "level": commune,
                "name": row["name"],
                "parent_code": row["parent"],
                "population": int(row["population"]) if row["population"] else None,
                "latitude": float(row["latitude"]) if row["latitude"] else None,
                "longitude": float(row["longitude"]) if row["longitude"] else None,
                "precision": PositionPrecision(row["precision"]) if row["precision"] else None,
            },
            [code for code in row["postal_codes"].split("|") if code],
        )


def _csv(name: str) -> Iterator[dict[str, str]]:
    opened = gzip.open if name.endswith(".gz") else open
    with opened(DATA / name, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
