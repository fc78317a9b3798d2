"""An activator whom two networks enrol has two rows: the first of a file describes it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from models import tables
from models.database import Database
from resolvers import roster_import
from resolvers.imports import ImportReport, Rejection
from resolvers.roster_import import import_roster
from tests.people import siret
from tests.rosters import DIRECTORY, GOOD, many, rows_of, written

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
OTHER = GOOD | {"network": "cma", "external_id": "M-1"}
"""The same activator, as another network says."""

COUNTED = pytest.mark.parametrize("between", [0, 2], ids=["one batch", "two batches"])


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Inserted, updated, unchanged, rejected."""
    return report.inserted, report.updated, report.unchanged, len(report.rejected)


@pytest.fixture
async def shared(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database whose one activator is A-1 of cci and M-1 of cma; batches are of two rows."""
    monkeypatch.setattr(roster_import, "BATCH", 2)
    await import_roster(database, written(tmp_path / "old.csv", [GOOD]), now=NOW)
    async with database.write() as session:
        one = (await session.execute(select(tables.activator.c.id))).scalar_one()
        values = {"network_code": "cma", "external_id": "M-1", "activator_id": one}
        await session.execute(insert(tables.enrolment).values(values))
    return database


def crowd(between: int) -> list[dict[str, str]]:
    """Others, to stand between the two rows."""
    return [row | {"external_id": f"X{row['external_id']}"} for row in many(between)]


async def headlines(database: Database, name: str = "Zoé") -> set[str | None]:
    """Read the headlines of the activators of this name, with `version` more than 1."""
    table = tables.activator
    query = select(table.c.headline).where(table.c.version > 1, table.c.given_name == name)
    async with database.read() as session:
        return set((await session.execute(query)).scalars())


@COUNTED
async def test_a_second_row_that_differs_is_rejected_with_its_line(
    shared: Database, tmp_path: Path, between: int
) -> None:
    first = GOOD | {"headline": "Première", "expertise": "financement"}
    path = written(tmp_path / "new.csv", [first, *crowd(between), OTHER | {"headline": "Seconde"}])

    dry = await import_roster(shared, path, now=NOW, dry_run=True)
    report = await import_roster(shared, path, now=NOW)
    before = await rows_of(shared, *DIRECTORY)
    again = await import_roster(shared, path, now=NOW)

    expected = "an activator already described on line 2"
    assert dry == report
    assert counts(report) == (between, 1, 0, 1)
    assert report.rejected == [Rejection(3 + between, "external_id", "M-1", expected)]
    assert await headlines(shared) == {"Première"}
    assert counts(again) == (0, 0, between + 1, 1)
    assert await rows_of(shared, *DIRECTORY) == before


@COUNTED
async def test_a_second_row_that_says_the_same_counts_as_unchanged(
    shared: Database, tmp_path: Path, between: int
) -> None:
    said = {"headline": "Pareil", "expertise": "financement", "siret": siret(7_777)}
    path = written(tmp_path / "new.csv", [GOOD | said, *crowd(between), OTHER | said])

    dry = await import_roster(shared, path, now=NOW, dry_run=True)
    report = await import_roster(shared, path, now=NOW)
    again = await import_roster(shared, path, now=NOW)

    assert dry == report
    assert report.rejected == []
    assert report.updated + report.unchanged == 2
    assert await headlines(shared) == {"Pareil"}
    assert counts(again) == (0, 0, between + 2, 0)


async def test_a_row_that_is_rejected_says_nothing_of_its_structure(
    shared: Database, tmp_path: Path
) -> None:
    moved = OTHER | {"siret": siret(88), "structure_name": "De la rejetée"}
    there = many(1)[0] | {"siret": siret(88), "structure_name": "La bonne", "network": "cma"}
    path = written(tmp_path / "new.csv", [GOOD, moved, there])

    report = await import_roster(shared, path, now=NOW)

    table = tables.structure
    query = (
        select(table.c.name, tables.membership.c.network_code)
        .join(tables.membership)
        .where(table.c.siret == siret(88))
    )
    async with shared.read() as session:
        found = (await session.execute(query)).all()
    assert counts(report) == (1, 0, 1, 1)
    assert found == [("La bonne", "cma")]


async def test_of_the_files_of_two_networks_the_last_counts_and_a_second_run_changes_nothing(
    shared: Database, tmp_path: Path
) -> None:
    files = [
        written(tmp_path / f"{row['network']}.csv", [row | {"headline": row["network"]}])
        for row in (GOOD, OTHER)
    ]

    for path, headline in zip(files, ("cci", "cma"), strict=True):
        first = await import_roster(shared, path, now=NOW)
        before = await rows_of(shared, *DIRECTORY)
        second = await import_roster(shared, path, now=NOW)

        assert (counts(first), counts(second)) == ((0, 1, 0, 0), (0, 0, 1, 0))
        assert await rows_of(shared, *DIRECTORY) == before
        assert await headlines(shared) == {headline}
