"""Networks import their rosters: what goes in, what is left out, and that a rerun is harmless."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from models import tables
from models.activators import ActivatorState
from models.database import Database
from models.revisions import Subject, current_revision
from resolvers.erasing import erase_activator
from resolvers.imports import ImportReport
from resolvers.refusal import InvalidInput
from resolvers.roster_import import import_roster
from tests.people import count, siret
from tests.required import skip_or_fail
from tests.rosters import DIRECTORY, GOOD, SHARED, many, rows_of, written

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 8, 1, 9, tzinfo=UTC)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Inserted, updated, unchanged, rejected."""
    return report.inserted, report.updated, report.unchanged, len(report.rejected)


async def activators(database: Database) -> dict[str, Any]:
    """Read the activators by their number in the roster."""
    table = tables.activator
    query = select(tables.enrolment.c.external_id, table).join(table)
    async with database.read() as session:
        return {row.external_id: row for row in await session.execute(query)}


async def structures(database: Database) -> dict[str, Any]:
    """Read the structures by SIRET."""
    async with database.read() as session:
        return {row.siret: row for row in await session.execute(select(tables.structure))}


async def changed_since(database: Database, revision: int) -> set[int | None]:
    """Read which activators changed after a revision."""
    table = tables.change
    query = select(table.c.subject_id).where(
        table.c.revision > revision, table.c.subject == Subject.ACTIVATOR
    )
    async with database.read() as session:
        return set((await session.execute(query)).scalars())


async def revision_of(database: Database) -> int:
    """Read the revision."""
    async with database.read() as session:
        return await current_revision(session)


async def test_a_good_row_becomes_an_active_activator_of_its_structure_and_network(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path / "roster.csv", [GOOD])

    report = await import_roster(database, path, now=NOW)

    person = (await activators(database))["A-1"]
    structure = (await structures(database))[GOOD["siret"]]
    assert counts(report) == (1, 0, 0, 0)
    assert (person.state, person.version, person.confirmed_at) == (ActivatorState.ACTIVE, 1, NOW)
    assert person.state_changed_at == NOW
    assert (person.given_name, person.phone, person.remote) == ("Zoé", "+33199001234", True)
    assert (person.latitude, person.precision.value) == (46.2629, "ADDRESS")
    assert (person.languages, person.publishes_coordinates) == (["fr"], False)
    assert person.structure_id == structure.id
    assert (structure.name, structure.legal_form) == (GOOD["structure_name"], "SARL")
    assert await rows_of(database, "membership") == [("membership", structure.id, "cci")]
    assert {code for *_, code in await rows_of(database, "activator_territory")} == {
        "DEP-01",
        "COM-39478",
    }
    assert await changed_since(database, 1) == {person.id}


async def test_an_address_is_kept_in_lower_case_as_that_of_an_account(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path / "roster.csv", [GOOD | {"email": "Zoe.Lefevre@Example.org"}])

    await import_roster(database, path, now=NOW)
    again = await import_roster(database, path, now=LATER)

    assert (await activators(database))["A-1"].email == "zoe.lefevre@example.org"
    assert counts(again) == (0, 0, 1, 0)


async def test_a_second_run_of_the_same_file_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path / "roster.csv", [*many(7), GOOD | {"siret": "0"}])
    first = await import_roster(database, path, now=NOW)
    before = await rows_of(database, *DIRECTORY)

    second = await import_roster(database, path, now=LATER)

    assert counts(first) == (7, 0, 0, 1)
    assert counts(second) == (0, 0, 7, 1)
    assert await rows_of(database, *DIRECTORY) == before


async def test_a_dry_run_reports_the_same_and_writes_nothing(
    database: Database, tmp_path: Path
) -> None:
    old = written(tmp_path / "old.csv", [GOOD, *many(3)])
    moved = GOOD | {"siret": siret(9), "structure_name": "Nouvelle"}
    changed = [moved, *many(600), {**moved, "external_id": "B-1"}, GOOD, GOOD | {"kind": "?"}]
    changed[3] |= {"structure_name": "Renommée"}
    new = written(tmp_path / "new.csv", changed)
    await import_roster(database, old, now=NOW)
    before = await rows_of(database, *DIRECTORY)

    dry = await import_roster(database, new, now=LATER, dry_run=True)

    assert await rows_of(database, *DIRECTORY) == before
    assert await import_roster(database, new, now=LATER) == dry
    assert [one.column for one in dry.rejected] == ["external_id", "external_id", "kind"]


async def test_a_row_that_differs_updates_what_rosters_say_and_nothing_else(
    database: Database, tmp_path: Path
) -> None:
    await import_roster(database, written(tmp_path / "old.csv", many(3)), now=NOW)
    own: dict[str, Any] = {
        "presentation": "Bonjour",
        "pricing": "Gratuit",
        "languages": ["fr", "co"],
    }
    own |= {"publishes_coordinates": True, "state": ActivatorState.SUSPENDED}
    async with database.write() as session:
        await session.execute(update(tables.activator).values(own))
    since = await revision_of(database)
    rows = many(3)
    rows[1] |= {"headline": "Du nouveau", "expertise": "financement", "serves": ""}

    report = await import_roster(database, written(tmp_path / "new.csv", rows), now=LATER)

    people = await activators(database)
    person = people["A-1"]
    assert counts(report) == (0, 1, 2, 0)
    assert (person.headline, person.version, person.confirmed_at) == ("Du nouveau", 2, LATER)
    assert {name: getattr(person, name) for name in own} == own
    assert people["A-0"].version == people["A-2"].version == 1
    assert await changed_since(database, since) == {person.id}
    codes = {code for one, code in await codes_of(database) if one == person.id}
    assert codes == {"financement"}


async def codes_of(database: Database) -> list[tuple[int, str]]:
    """Read who advises in which field."""
    return [(one, code) for _, one, code in await rows_of(database, "activator_expertise")]


@pytest.mark.parametrize("state", [ActivatorState.PENDING, ActivatorState.SUSPENDED])
async def test_an_import_never_changes_where_a_membership_stands(
    database: Database, tmp_path: Path, state: ActivatorState
) -> None:
    await import_roster(database, written(tmp_path / "old.csv", [GOOD]), now=NOW)
    async with database.write() as session:
        await session.execute(update(tables.activator).values(state=state))

    changed = written(tmp_path / "new.csv", [GOOD | {"given_name": "Zoë"}])
    await import_roster(database, changed, now=LATER)

    person = (await activators(database))["A-1"]
    assert (person.given_name, person.state) == ("Zoë", state)


@pytest.mark.parametrize("erased", [False, True])
async def test_who_left_the_programme_is_neither_brought_back_nor_known_better(
    database: Database, tmp_path: Path, erased: bool
) -> None:
    await import_roster(database, written(tmp_path / "old.csv", [GOOD]), now=NOW)
    person = (await activators(database))["A-1"]
    async with database.write() as session:
        await session.execute(update(tables.activator).values(state=ActivatorState.WITHDRAWN))
        if erased:
            await erase_activator(session, person.id, NOW)
    before = await rows_of(database, *DIRECTORY)

    moved = GOOD | {"given_name": "Zoë", "siret": siret(9), "structure_name": "Nouvelle"}
    report = await import_roster(database, written(tmp_path / "new.csv", [moved]), now=LATER)

    assert counts(report) == (0, 0, 1, 0)
    assert await rows_of(database, *DIRECTORY) == before


async def test_a_structure_that_changes_renews_all_its_activators(
    database: Database, tmp_path: Path
) -> None:
    await import_roster(database, written(tmp_path / "old.csv", many(4)), now=NOW)
    since = await revision_of(database)
    renamed = many(4)[0] | {"structure_name": "Nouveau nom"}

    report = await import_roster(database, written(tmp_path / "new.csv", [renamed]), now=LATER)

    people = await activators(database)
    assert counts(report) == (0, 1, 0, 0)
    assert (await structures(database))[siret(1)].name == "Nouveau nom"
    assert [people[f"A-{number}"].version for number in range(4)] == [2, 2, 1, 1]
    assert people["A-0"].confirmed_at == NOW
    assert await changed_since(database, since) == {people["A-0"].id, people["A-1"].id}


async def test_a_structure_that_somebody_edited_here_keeps_its_details(
    database: Database, tmp_path: Path
) -> None:
    await import_roster(database, written(tmp_path / "old.csv", many(2)), now=NOW)
    table = tables.structure
    async with database.write() as session:
        await session.execute(update(table).values(name="Notre nom", edited=True))
    renamed = many(1)[0] | {"structure_name": "Nouveau nom", "headline": "Nouveau"}

    report = await import_roster(database, written(tmp_path / "new.csv", [renamed]), now=LATER)

    people = await activators(database)
    assert counts(report) == (0, 1, 0, 0)
    assert (await structures(database))[siret(1)].name == "Notre nom"
    assert (people["A-0"].headline, people["A-1"].version) == ("Nouveau", 1)


async def test_a_network_that_joins_a_structure_renews_its_activators(
    database: Database, tmp_path: Path
) -> None:
    await import_roster(database, written(tmp_path / "cci.csv", many(2)), now=NOW)
    other = many(1)[0] | {"network": "cma", "external_id": "M-1"}

    report = await import_roster(database, written(tmp_path / "cma.csv", [other]), now=LATER)

    people = await activators(database)
    assert counts(report) == (1, 0, 0, 0)
    assert [people[name].version for name in ("A-0", "A-1", "M-1")] == [2, 2, 1]
    assert {network for *_, network in await rows_of(database, "membership")} == {"cci", "cma"}


async def test_the_first_good_row_of_a_siret_says_what_the_structure_is(
    database: Database, tmp_path: Path
) -> None:
    bad, first, second = many(3)
    same = {"siret": siret(1)}
    rows = [
        bad | same | {"structure_name": "Refusée", "kind": "?"},
        first | same | {"structure_name": "Première"},
        second | same | {"structure_name": "Seconde"},
    ]
    path = written(tmp_path / "roster.csv", rows)

    await import_roster(database, path, now=NOW)
    again = await import_roster(database, path, now=LATER)

    assert (await structures(database))[siret(1)].name == "Première"
    assert counts(again) == (0, 0, 2, 1)


async def test_of_two_rows_with_one_key_the_second_is_refused(
    database: Database, tmp_path: Path
) -> None:
    twice = GOOD | {"given_name": "Ana"}
    elsewhere = GOOD | {"network": "cma"}
    path = written(tmp_path / "roster.csv", [GOOD, elsewhere, twice])

    report = await import_roster(database, path, now=NOW)

    assert counts(report) == (2, 0, 0, 1)
    (rejection,) = report.rejected
    assert (rejection.line, rejection.column, rejection.value) == (4, "external_id", "A-1")
    assert "already on line 2" in rejection.expected
    assert (await activators(database))["A-1"].given_name == "Zoé"


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8-sig", ","), ("cp1252", ";"), ("utf-16", "\t")]
)
async def test_a_roster_goes_in_however_a_spreadsheet_wrote_it(
    database: Database, tmp_path: Path, encoding: str, separator: str
) -> None:
    rows = [GOOD | {"latitude": "46,2629", "longitude": "5,6527"}]
    path = written(tmp_path / "roster.csv", rows, encoding=encoding, separator=separator)

    report = await import_roster(database, path, now=NOW)

    person = (await activators(database))["A-1"]
    assert counts(report) == (1, 0, 0, 0)
    assert (person.family_name, person.latitude) == ("Lefèvre", 46.2629)
    assert {code for _, code in await codes_of(database)} == {"site-internet", "cybersecurite"}


async def test_a_file_with_another_header_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    columns = tuple(name for name in GOOD if name != "siret")
    rows = [{name: GOOD[name] for name in columns}]
    path = written(tmp_path / "roster.csv", rows, columns=columns)
    before = await rows_of(database, *DIRECTORY)

    with pytest.raises(InvalidInput) as refused:
        await import_roster(database, path, now=NOW)

    assert "missing 'siret'" in refused.value.message
    assert await rows_of(database, *DIRECTORY) == before


async def test_a_file_of_nothing_but_bad_rows_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path / "roster.csv", [row | {"kind": "?"} for row in many(600)])
    before = await rows_of(database, *DIRECTORY)
    done: list[tuple[int, int]] = []

    report = await import_roster(
        database, path, now=NOW, progress=lambda *lines: done.append(lines)
    )

    assert counts(report) == (0, 0, 0, 600)
    assert done == [(501, 601), (601, 601)]
    assert await rows_of(database, *DIRECTORY) == before


class Interrupted(Exception):
    """Someone stopped the import."""


async def test_an_import_that_stops_after_a_batch_is_finished_by_the_next(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path / "roster.csv", many(1_100))

    def interrupt(done: int, total: int) -> None:
        raise Interrupted(f"{done} of {total}")

    with pytest.raises(Interrupted, match="501 of 1101"):
        await import_roster(database, path, now=NOW, progress=interrupt)
    assert await count(database, tables.activator) == 500
    report = await import_roster(database, path, now=NOW)

    assert counts(report) == (600, 0, 500, 0)


KILLED = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from models.database import Database
from resolvers.roster_import import import_roster

async def main(url, path):
    say = lambda done, total: print(done, flush=True)
    await import_roster(Database(url), Path(path), now=datetime.now(UTC), progress=say)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_an_import_killed_in_the_middle_leaves_the_database_whole(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path / "roster.csv", many(3_000))
    url = database.url.render_as_string(hide_password=False)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", KILLED, url, str(path)),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None

    first = await asyncio.wait_for(child.stdout.readline(), 60)
    child.kill()
    await child.wait()

    before = await count(database, tables.activator)
    assert first == b"501\n"
    assert before in range(500, 3_000, 500)
    assert await count(database, tables.enrolment) == before
    assert await count(database, tables.activator_expertise) == 2 * before
    report = await import_roster(database, path, now=NOW)
    assert counts(report) == (3_000 - before, 0, before, 0)


async def test_two_imports_of_one_file_at_once_share_the_work(
    database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path / "roster.csv", many(1_200))
    other = Database(database.url.render_as_string(hide_password=False))

    reports = await asyncio.gather(
        import_roster(database, path, now=NOW), import_roster(other, path, now=NOW)
    )
    await other.close()

    assert sum(report.inserted for report in reports) == 1_200
    assert sum(report.unchanged for report in reports) == 1_200
    assert await count(database, tables.activator) == 1_200
    assert await count(database, tables.structure) == 600


async def test_the_roster_beside_the_repository_goes_in_but_for_its_known_faults(
    whole_database: Database,
) -> None:
    path = SHARED / "roster.csv"
    if not path.exists():
        skip_or_fail("there is no ../shared/data/roster.csv")

    first = await import_roster(whole_database, path, now=NOW)
    second = await import_roster(whole_database, path, now=LATER)

    assert counts(first) == (2_548, 0, 0, 5)
    assert counts(second) == (0, 0, 2_548, 5)
    assert [(one.line, one.column) for one in first.rejected] == [
        (945, "siret"),
        (2332, "siret"),
        (2333, "siret"),
        (2418, "serves"),
        (2419, "serves"),
    ]
