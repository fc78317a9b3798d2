"""The reference data is installed by each migration: it adds, and never changes."""

import pytest
from sqlalchemy import delete, select, update

from models import tables
from models.database import Database
from models.territories import PositionPrecision
from resolvers.reference_actions import install_reference
from tests.people import count
from tests.rosters import rows_of

REFERENCE = (
    *("territory", "territory_postal_code", "sector", "expertise_theme", "expertise_field"),
    *("network", "charter_version", "revision", "change"),
)


@pytest.fixture
def database(whole_database: Database) -> Database:
    """One with all the reference data."""
    return whole_database


async def test_the_reference_data_is_there_after_a_migration(database: Database) -> None:
    assert await count(database, tables.territory) == 26 + 109 + 35_014
    assert await count(database, tables.sector) == 21
    assert await count(database, tables.expertise_field) == 22
    assert await count(database, tables.network) == 14
    assert await count(database, tables.charter_version) == 1


async def test_installing_it_again_changes_nothing(database: Database) -> None:
    before = await rows_of(database, *REFERENCE)

    added = await install_reference(database)

    assert added == 0
    assert await rows_of(database, *REFERENCE) == before


async def test_a_charter_that_an_operator_installed_is_not_replaced_by_the_one_that_ships(
    database: Database,
) -> None:
    version = tables.charter_version
    async with database.write() as session:
        await session.execute(update(version).values(version="ours"))

    added = await install_reference(database)

    async with database.read() as session:
        names = list((await session.execute(select(version.c.version))).scalars())
    assert (added, names) == (0, ["ours"])


async def test_what_is_missing_is_added_and_what_an_operator_changed_stays(
    database: Database,
) -> None:
    territory, postal = tables.territory, tables.territory_postal_code
    moved = {"latitude": 46.5, "longitude": 5.5, "precision": PositionPrecision.COMMUNE}
    async with database.write() as session:
        await session.execute(delete(postal).where(postal.c.postal_code == "01100"))
        await session.execute(delete(territory).where(territory.c.code == "COM-01014"))
        await session.execute(
            update(territory).where(territory.c.code == "COM-01283").values(moved)
        )

    added = await install_reference(database)

    codes = select(postal.c.territory_code).where(postal.c.postal_code == "01100")
    latitude = select(territory.c.latitude).where(territory.c.code == "COM-01283")
    async with database.read() as session:
        assert added == 1
        assert (await session.execute(latitude)).scalar_one() == 46.5
        assert set((await session.execute(codes)).scalars()) == {"COM-01014"}
