"""Migrations: one path of revisions for SQLite and PostgreSQL."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.check_constraints import differing_checks
from models.database import Database
from models.tables import metadata

SCRIPTS = Path(__file__).parent / "migrations"
PATIENCE = 120_000
"""Milliseconds for which a migration of SQLite waits for another, which may rebuild much."""
LOCK = 0x4D696772
"""The advisory lock of migrations on PostgreSQL: a number that nothing else takes."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """Name the revision that this code needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations")
    return head


def is_known(revision: str | None) -> bool:
    """Say whether this code knows a revision; a newer Maillage made one that it does not."""
    script = ScriptDirectory.from_config(_config())
    return revision is None or revision in {one.revision for one in script.walk_revisions()}


async def current_revision(database: Database) -> str | None:
    """Name the revision that the database is at; none for an empty database."""

    def read(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with database.engine.connect() as connection:
        return await connection.run_sync(read)


async def migrate(database: Database, to: str = "head") -> None:
    """Bring the database to a revision, up or down; of two who do so at once, one waits.

    SQLite rebuilds tables to change them; its foreign keys are off meanwhile, for else the
    rebuild of a parent would delete its children.
    """

    def run(connection: Connection) -> None:
        config = _config(connection)
        up = to == "head" or _is_ahead(connection, to)
        (command.upgrade if up else command.downgrade)(config, to)

    async with database.engine.connect() as connection:
        await _foreign_keys(connection, database, on=False)
        await _wait_for_turn(connection, database)
        await connection.run_sync(run)
        await connection.commit()
        await _foreign_keys(connection, database, on=True)


async def differences(database: Database) -> list[str]:
    """List what the models say and the migrated database does not, in words."""

    def compare(connection: Connection) -> list[str]:
        context = MigrationContext.configure(connection)
        found = [str(difference) for difference in compare_metadata(context, metadata)]
        return found + differing_checks(connection)

    async with database.engine.connect() as connection:
        return await connection.run_sync(compare)


def _is_ahead(connection: Connection, to: str) -> bool:
    current = MigrationContext.configure(connection).get_current_revision()
    if to == "base":
        return False
    if current is None:
        return True
    script = ScriptDirectory.from_config(_config())
    return current not in {revision.revision for revision in script.iterate_revisions("head", to)}


async def _foreign_keys(connection: AsyncConnection, database: Database, *, on: bool) -> None:
    if not database.is_sqlite:
        return
    await connection.execute(text("COMMIT"))
    await connection.execute(text(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}"))
    await connection.execute(text("BEGIN"))


async def _wait_for_turn(connection: AsyncConnection, database: Database) -> None:
    """Take the lock of migrations until the transaction ends."""
    if database.is_sqlite:
        await connection.execute(text("COMMIT"))
        await connection.execute(text(f"PRAGMA busy_timeout={PATIENCE}"))
        await connection.execute(text("BEGIN IMMEDIATE"))
    else:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
