"""The first start of a local directory, which is made and filled, or finished where it stopped."""

from datetime import datetime

from sqlalchemy import text

from models import migration
from models.database import Database
from resolvers.reference_actions import install_reference, is_installed
from resolvers.sealing import Sealer
from resolvers.seed import PEOPLE, seed

BEGUN = 1
"""The mark, in the header of an SQLite file, of a first start that has not come to its end."""


async def prepare_local(
    database: Database, *, now: datetime, people: int = PEOPLE, sealer: Sealer | None = None
) -> None:
    """Migrate a local database (SQLite), add its reference data, and seed it if it was empty.

    A database that an operator made, or that was seeded once, is never seeded here.
    """
    revision = await migration.current_revision(database)
    if revision is None:
        await _mark(database, BEGUN)
    if revision != migration.newest_revision() or not await is_installed(database):
        await make_ready(database)
    if await _marked(database) == BEGUN:
        await seed(database, now=now, count=people, sealer=sealer)
        await _mark(database, 0)


async def make_ready(database: Database) -> int:
    """Migrate and add the missing reference data; give how many reference rows were added."""
    await migration.migrate(database)
    return await install_reference(database)


async def _mark(database: Database, number: int) -> None:
    async with database.write() as session:
        await session.execute(text(f"PRAGMA user_version = {number}"))


async def _marked(database: Database) -> int:
    async with database.read() as session:
        return int((await session.execute(text("PRAGMA user_version"))).scalar_one())
