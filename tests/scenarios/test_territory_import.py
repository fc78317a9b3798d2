"""An operator imports communes: better positions, and the activators that stand there follow."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models import tables
from models.database import Database
from models.revisions import Subject
from resolvers.imports import ImportReport, Rejection
from resolvers.reference_actions import install_reference
from resolvers.refusal import InvalidInput
from resolvers.roster_import import import_roster
from resolvers.territory_import import import_territories
from tests.people import siret
from tests.required import skip_or_fail
from tests.rosters import COMMUNE, DIRECTORY, GOOD, SHARED, rows_of, written, written_communes

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
GEOGRAPHY = ("territory", "territory_postal_code", *DIRECTORY)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Inserted, updated, unchanged, rejected."""
    return report.inserted, report.updated, report.unchanged, len(report.rejected)


async def commune(database: Database, code: str) -> Any:
    """Read a commune."""
    query = select(tables.territory).where(tables.territory.c.code == code)
    async with database.read() as session:
        return (await session.execute(query)).one_or_none()


async def postal_codes(database: Database, code: str) -> set[str]:
    """Read the postal codes of a commune."""
    table = tables.territory_postal_code
    query = select(table.c.postal_code).where(table.c.territory_code == code)
    async with database.read() as session:
        return set((await session.execute(query)).scalars())


async def people(database: Database) -> dict[str, tuple[int, float | None, str | None]]:
    """Read version, latitude and precision of the activators, by their number in the roster."""
    table = tables.activator
    query = select(tables.enrolment.c.external_id, table).join(table)
    async with database.read() as session:
        rows = (await session.execute(query)).all()
    return {
        row.external_id: (row.version, row.latitude, row.precision and row.precision.value)
        for row in rows
    }


async def test_a_file_updates_what_it_says_of_a_commune(database: Database, tmp_path: Path) -> None:
    row = COMMUNE | {"nom": "Oyonnax-sur-Ange", "codes_postaux": "01100|01101"}
    path = written_communes(tmp_path / "communes.csv", row)

    report = await import_territories(database, path)

    found = await commune(database, "COM-01283")
    assert counts(report) == (0, 1, 0, 0)
    assert (found.name, found.population, found.parent_code) == (
        "Oyonnax-sur-Ange",
        22_558,
        "DEP-01",
    )
    assert (found.latitude, found.longitude, found.precision.value) == (46.26, 5.66, "COMMUNE")
    assert await postal_codes(database, "COM-01283") == {"01100", "01101"}
    assert (await rows_of(database, "change"))[-1][3:] == (Subject.REFERENCE, None)


async def test_an_empty_cell_leaves_what_is_there(database: Database, tmp_path: Path) -> None:
    before = await rows_of(database, *GEOGRAPHY)
    empty = dict.fromkeys(("codes_postaux", "population", "latitude", "longitude"), "")
    path = written_communes(tmp_path / "communes.csv", COMMUNE | empty)

    report = await import_territories(database, path)

    assert counts(report) == (0, 0, 1, 0)
    assert await rows_of(database, *GEOGRAPHY) == before


async def test_a_new_commune_goes_under_its_department_and_a_district_under_its_city(
    database: Database, tmp_path: Path
) -> None:
    new = {"code_insee": "01999", "nom": "Nouvelle", "codes_postaux": ""}
    district = {"arrondissement_municipal": "1", "code_departement": "69"}
    lyon = {"code_insee": "69380", "nom": "Lyon 10e Arrondissement", **district}
    path = written_communes(tmp_path / "communes.csv", COMMUNE | new, COMMUNE | lyon)

    report = await import_territories(database, path)

    assert counts(report) == (2, 0, 0, 0)
    assert (await commune(database, "COM-01999")).parent_code == "DEP-01"
    assert (await commune(database, "COM-69380")).parent_code == "COM-69123"


async def test_a_second_run_changes_nothing_and_an_installation_leaves_it_so(
    whole_database: Database, tmp_path: Path
) -> None:
    row = COMMUNE | {"nom": "Oyonnax-sur-Ange", "codes_postaux": "01101"}
    path = written_communes(tmp_path / "communes.csv", row)
    await import_territories(whole_database, path)
    before = await rows_of(whole_database, *GEOGRAPHY)

    report = await import_territories(whole_database, path)
    added = await install_reference(whole_database)

    assert counts(report) == (0, 0, 1, 0)
    assert added == 0
    assert await rows_of(whole_database, *GEOGRAPHY) == before


async def test_a_dry_run_reports_the_same_and_writes_nothing(
    database: Database, tmp_path: Path
) -> None:
    new = COMMUNE | {"code_insee": "01999"}
    bad = COMMUNE | {"code_departement": "99"}
    path = written_communes(tmp_path / "communes.csv", COMMUNE, new, bad)
    before = await rows_of(database, *GEOGRAPHY)

    dry = await import_territories(database, path, dry_run=True)

    assert await rows_of(database, *GEOGRAPHY) == before
    assert await import_territories(database, path) == dry


REFUSED = [
    ({"code_insee": "1283"}, "code_insee", "1283", "the INSEE code of a commune"),
    ({"code_insee": ""}, "code_insee", "", "the INSEE code of a commune"),
    ({"nom": ""}, "nom", "", "1 to 100 characters"),
    ({"arrondissement_municipal": "1"}, "arrondissement_municipal", "1", "Paris, Lyon"),
    ({"arrondissement_municipal": "oui"}, "arrondissement_municipal", "oui", "else 0"),
    ({"codes_postaux": "01100|1101"}, "codes_postaux", "1101", "5 digits, separated by |"),
    ({"code_departement": "99"}, "code_departement", "99", "the code of a department"),
    ({"code_region": "11"}, "code_region", "11", "the region of that department"),
    ({"population": "-5"}, "population", "-5", "a number of inhabitants"),
    ({"latitude": "95"}, "latitude", "95", "between -90 and 90"),
    ({"longitude": ""}, "longitude", "", "latitude and longitude go together"),
]


async def test_bad_rows_are_reported_and_cost_no_other(database: Database, tmp_path: Path) -> None:
    rows = [COMMUNE | cells for cells, *_ in REFUSED]
    path = written_communes(tmp_path / "communes.csv", *rows, COMMUNE, COMMUNE)

    report = await import_territories(database, path)

    assert counts(report) == (0, 1, 0, len(REFUSED) + 1)
    for line, (rejection, (_, column, value, expected)) in enumerate(
        zip(report.rejected, REFUSED, strict=False), start=2
    ):
        assert (rejection.line, rejection.column, rejection.value) == (line, column, value)
        assert expected in rejection.expected
    assert report.rejected[-1] == Rejection(
        14, "code_insee", "01283", "a commune named once: already on line 13"
    )


async def test_a_file_that_is_none_of_communes_is_refused(
    database: Database, tmp_path: Path
) -> None:
    before = await rows_of(database, *GEOGRAPHY)

    with pytest.raises(InvalidInput) as refused:
        await import_territories(database, written(tmp_path / "roster.csv", [GOOD]))

    assert "missing 'code_insee'" in refused.value.message
    assert await rows_of(database, *GEOGRAPHY) == before


async def test_activators_without_coordinates_of_their_own_follow_their_commune(
    database: Database, tmp_path: Path
) -> None:
    nowhere = {"latitude": "", "longitude": ""}
    other = {"commune_code": "39478", "postal_code": "39200", "siret": siret(2)}
    roster = [
        GOOD | {"external_id": "own"},
        GOOD | nowhere | {"external_id": "commune"},
        GOOD | nowhere | {"external_id": "postal", "commune_code": ""},
        GOOD | nowhere | other | {"external_id": "elsewhere"},
    ]
    path = written(tmp_path / "roster.csv", roster)
    await import_roster(database, path, now=NOW)
    before = await people(database)

    await import_territories(database, written_communes(tmp_path / "communes.csv", COMMUNE))

    after = await people(database)
    assert after["own"] == before["own"]
    assert after["elsewhere"] == before["elsewhere"]
    assert after["commune"] == (2, 46.26, "COMMUNE")
    assert after["postal"] == (2, 46.26, "POSTAL_CODE")
    assert counts(await import_roster(database, path, now=NOW)) == (0, 0, 4, 0)


async def test_the_communes_beside_the_repository_go_in_and_a_second_time_change_nothing(
    whole_database: Database,
) -> None:
    path = SHARED / "communes.csv"
    if not path.exists():
        skip_or_fail("there is no ../shared/data/communes.csv")
    done: list[tuple[int, int]] = []

    first = await import_territories(
        whole_database, path, progress=lambda *lines: done.append(lines)
    )
    second = await import_territories(whole_database, path)

    assert counts(first) == (0, 35_009, 5, 0)
    assert counts(second) == (0, 0, 35_014, 0)
    assert done[0] == (501, 35_015)
