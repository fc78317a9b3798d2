"""A roster and territories are imported at once: nobody stands where a commune no longer does."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.database import Database
from resolvers import roster_import
from resolvers.imports import ImportReport, in_one_transaction
from resolvers.roster_import import import_roster
from resolvers.territory_import import import_territories
from tests.rosters import COMMUNE, many, written, written_communes

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
NOWHERE = {"latitude": "", "longitude": ""}
LAST = {"commune_code": "01999", "postal_code": "01998", **NOWHERE}
"""In a commune that only the imported territories know."""


@pytest.fixture
def communes(tmp_path: Path) -> Path:
    """Oyonnax a little aside, and a commune that is new."""
    new = {"code_insee": "01999", "codes_postaux": "01998"}
    return written_communes(tmp_path / "communes.csv", COMMUNE, COMMUNE | new)


@pytest.fixture
def roster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two batches of people who stand where their commune does."""
    monkeypatch.setattr(roster_import, "BATCH", 2)
    rows = [row | NOWHERE for row in many(4)]
    return written(tmp_path / "roster.csv", [*rows[:-1], rows[-1] | LAST])


async def latitudes(database: Database) -> set[float | None]:
    """Read where the activators stand."""
    async with database.read() as session:
        return set((await session.execute(select(tables.activator.c.latitude))).scalars())


async def test_a_batch_that_was_read_before_territories_changed_is_read_again(
    database: Database, communes: Path, roster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []

    async def late(
        database: Database, work: Callable[[AsyncSession], Awaitable[Any]]
    ) -> tuple[Any, Any]:
        batches.append(1)
        if len(batches) == 2:
            await import_territories(database, communes)
        result: tuple[Any, Any] = await in_one_transaction(database, work)
        return result

    monkeypatch.setattr(roster_import, "in_one_transaction", late)

    report = await import_roster(database, roster, now=NOW)

    assert (report.inserted, report.rejected) == (4, [])
    assert await latitudes(database) == {46.26}


async def test_a_dry_run_too_decides_by_the_territories_of_the_moment(
    database: Database, communes: Path, roster: Path
) -> None:
    def meanwhile(done: int, total: int) -> None:
        async def work() -> ImportReport:
            other = Database(database.url.render_as_string(hide_password=False))
            report = await import_territories(other, communes)
            await other.close()
            return report

        with ThreadPoolExecutor(1) as apart:
            apart.submit(asyncio.run, work()).result()

    report = await import_roster(database, roster, now=NOW, dry_run=True, progress=meanwhile)

    assert (report.inserted, report.rejected) == (4, [])
