"""Filling a database with the synthetic population, fast: many rows a statement."""

from collections.abc import Callable

from sqlalchemy import func, insert, select, text

from benchmarks.population import Population
from models import migration, tables
from models.database import Database
from resolvers.directory.reference import load_reference
from resolvers.reference_actions import install_reference

Progress = Callable[[int], None]


async def fill(database: Database, size: int, progress: Progress) -> None:
    """Add the activators, to an empty database; one that holds them already is left alone.

    Raises ValueError for a database that holds another number of activators.
    """
    await migration.migrate(database)
    await install_reference(database)
    async with database.read() as session:
        reference = await load_reference(session)
        held = (await session.execute(select(func.count()).select_from(tables.activator))).scalar()
    if held == size:
        return
    if held:
        raise ValueError(f"the database holds {held} activators, not {size}: drop it first")
    done = 0
    for rows in Population(reference, size).chunks():
        async with database.write() as session:
            for name, some in rows.items():
                await session.execute(insert(tables.metadata.tables[name]), some)
        done += len(rows["activator"])
        progress(done)
    await _analyse(database)


async def _analyse(database: Database) -> None:
    """Let the database know its tables, as it does after some time in use."""
    engine = database.engine
    if not database.is_sqlite:
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))
        await connection.commit()
