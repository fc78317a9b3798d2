"""Migrations: up, down and up again, on both databases, alone and at once, losing no row."""

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, func, inspect, select, table, text

from models import migration, tables
from models.database import Database
from resolvers.reference_actions import install_reference
from tests.command_line import CommandLine
from tests.conftest import BACKENDS
from tests.live_server import free_port
from tests.people import add_activator, count
from tests.postgres import PostgresServer

REBUILD = '''"""Change a column of structures: SQLite rebuilds the table."""

import sqlalchemy as sa
from alembic import op

revision = "rebuilt"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("structure") as batch:
        batch.alter_column("legal_form", type_=sa.String(length=999))


def downgrade() -> None:
    with op.batch_alter_table("structure") as batch:
        batch.alter_column("legal_form", type_=sa.String(length=200))
'''


@pytest.fixture(params=BACKENDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, on each backend in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/maillage.sqlite"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.database() as url:
            yield url


async def table_names(database: Database) -> set[str]:
    async with database.engine.connect() as connection:
        return set(await connection.run_sync(lambda one: inspect(one).get_table_names()))


async def test_the_migrations_lead_up_down_and_up_again_to_what_the_models_say(empty: str) -> None:
    database = Database(empty)

    await migration.migrate(database)
    up = await table_names(database)
    assert await migration.differences(database) == []
    assert await migration.current_revision(database) == migration.newest_revision()
    await migration.migrate(database, "base")
    assert await table_names(database) == {"alembic_version"}
    assert await migration.current_revision(database) is None
    await migration.migrate(database)

    assert await table_names(database) == up == {"alembic_version", *tables.metadata.tables}
    assert await migration.differences(database) == []
    await database.close()


async def test_migrating_again_changes_nothing(whole_database: Database) -> None:
    before = await count(whole_database, tables.territory)

    await migration.migrate(whole_database)
    added = await install_reference(whole_database)

    assert (added, await count(whole_database, tables.territory)) == (0, before)


async def test_a_table_that_is_rebuilt_keeps_the_rows_that_stand_on_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as session:
        await add_activator(session, networks=["cci", "adie"], expertise=["site-internet"])
    kept = (tables.structure, tables.membership, tables.activator, tables.enrolment)
    before = [await count(database, table) for table in kept]
    scripts = tmp_path / "migrations"
    shutil.copytree(migration.SCRIPTS, scripts)
    newest = migration.newest_revision()
    (scripts / "versions" / "rebuilt.py").write_text(REBUILD.format(newest=newest))
    monkeypatch.setattr(migration, "SCRIPTS", scripts)

    for revision in ("head", newest):
        await migration.migrate(database, revision)

        assert [await count(database, table) for table in kept] == before == [1, 2, 1, 2]
    async with database.read() as session:
        if database.is_sqlite:
            assert (await session.execute(text("PRAGMA foreign_keys"))).scalar() == 1
            assert (await session.execute(text("PRAGMA foreign_key_check"))).all() == []


BEFORE_MEMBERSHIP = """
INSERT INTO network (code, name, kind) VALUES ('cci', 'CCI', 'CHAMBER');
INSERT INTO structure (id, siret, name, postal_code, city)
  VALUES (1, '20004293500011', 'Une', '01100', 'Oyonnax');
INSERT INTO membership (structure_id, network_code) VALUES (1, 'cci');
INSERT INTO activator (id, version, kind, state, given_name, family_name, email,
    publishes_coordinates, structure_id, postal_code, city, remote, languages,
    profile_references, videos)
  VALUES (1, 7, 'ADVISER', 'ACTIVE', 'Zoé', 'Durand', 'Zoe.Durand@Example.org',
      false, 1, '01100', 'Oyonnax', false, '[]', '[]', '[]'),
    (2, 7, 'ADVISER', 'WITHDRAWN', 'Zoé', 'Durand', 'Zoe.Durand@Example.org',
      false, 1, '01100', 'Oyonnax', false, '[]', '[]', '[]');
INSERT INTO enrolment (network_code, external_id, activator_id) VALUES ('cci', 'A-1', 1)
"""
"""Rows of a database as it was at revision 0002."""


async def test_a_directory_of_before_comes_into_membership_and_back_with_all_its_rows(
    empty: str,
) -> None:
    database = Database(empty)
    await migration.migrate(database, "0002")
    async with database.write() as session:
        for statement in BEFORE_MEMBERSHIP.split(";"):
            await session.execute(text(statement))

    await migration.migrate(database)
    async with database.read() as session:
        people = (await session.execute(select(tables.activator).order_by("id"))).all()
        network = (await session.execute(select(tables.network))).one()
        enrolment = (await session.execute(select(tables.enrolment))).one()
        structure = (await session.execute(select(tables.structure))).one()
    await migration.migrate(database, "0002")
    async with database.read() as session:
        kept = [
            (await session.execute(select(func.count()).select_from(table(name)))).scalar_one()
            for name in ("activator", "enrolment", "membership", "structure", "network")
        ]
    await database.close()

    assert [one.email for one in people] == ["zoe.durand@example.org"] * 2
    assert [(one.version, one.edited, one.lapsed_at) for one in people] == [(7, {}, None)] * 2
    assert [one.state_changed_at is None for one in people] == [True, False]
    assert (network.admission.value, enrolment.source.value) == ("BY_STAFF", "ROSTER")
    assert (structure.awaits_confirmation, structure.edited) == (False, False)
    assert kept == [2, 1, 1, 1, 1]


CHECKS = {
    "a new member of an enum": ("network", "kind_known", "kind IN ('CHAMBER', 'GUILD')", "GUILD"),
    "a rule that is gone": ("structure", "siret_whole", None, "siret_whole"),
}


@pytest.mark.parametrize(("name", "check", "rule", "told"), CHECKS.values(), ids=CHECKS.keys())
async def test_a_check_constraint_that_no_migration_made_is_told(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    check: str,
    rule: str | None,
    told: str,
) -> None:
    table = tables.metadata.tables[name]
    others = {one for one in table.constraints if one.name != f"ck_{name}_{check}"}
    monkeypatch.setattr(table, "constraints", others)
    if rule is not None:
        table.append_constraint(CheckConstraint(rule, name=check))

    (difference,) = await migration.differences(database)

    assert f"check ck_{name}_" in difference
    assert told in difference


def test_the_check_tells_a_database_that_is_behind_and_one_that_differs(
    command_lines: list[CommandLine], empty: str
) -> None:
    run = command_lines[0]

    unmigrated(empty)
    behind = run("migrate", "--check", database=empty)
    migrated, whole = (run("migrate", *more, database=empty) for more in ((), ("--check",)))
    alter(empty, "ALTER TABLE network ADD COLUMN motto VARCHAR")
    differs = run("migrate", "--check", database=empty)
    alter(empty, "UPDATE alembic_version SET version_num = 'of the future'")
    serve = ("serve", "--port", str(free_port()))
    ahead = [run(*command, database=empty) for command in (("migrate",), serve)]

    assert "not at the newest revision" in behind.sentence
    assert (migrated.code, whole.code) == (0, 0)
    assert "No migration says what the models say" in differs.sentence
    assert "motto" in differs.sentence
    for one in ahead:
        assert "This version of Maillage is older than the database" in one.sentence
        assert "of the future" in one.sentence


def unmigrated(url: str) -> None:
    """Make an empty file where the database is to be one."""
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).touch()


def alter(url: str, statement: str) -> None:
    """Change a database behind the back of the migrations."""

    async def work() -> None:
        database = Database(url)
        async with database.write() as session:
            await session.execute(text(statement))
        await database.close()

    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, work()).result()


def test_of_two_migrations_at_once_one_waits(command_lines: list[CommandLine], empty: str) -> None:
    with ThreadPoolExecutor(2) as threads:
        done = list(
            threads.map(lambda run: run("migrate", "--json", database=empty), command_lines)
        )

    added = sorted(one.json["reference_rows_added"] for one in done)
    assert [one.code for one in done] == [0, 0]
    assert added[0] == 0
    assert added[1] > 30_000
    assert command_lines[0]("migrate", "--check", database=empty).code == 0
