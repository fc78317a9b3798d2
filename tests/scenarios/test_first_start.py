"""The first start of a local directory: finished by the next one, and never begun twice."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from models import migration, tables
from models.database import Database
from resolvers import first_start
from resolvers.first_start import make_ready, prepare_local
from resolvers.reference_actions import check_installed, install_reference
from resolvers.refusal import Conflict
from tests.databases import fewer_communes
from tests.people import count

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
STEPS = {"migrate": migration, "install_reference": first_start, "seed": first_start}


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[Database]:
    """A database that is not there yet; only SQLite is made at need."""
    database = Database(f"sqlite:///{tmp_path}/maillage.sqlite")
    yield database
    await database.close()


@pytest.fixture(autouse=True)
def communes() -> Iterator[int]:
    """How many communes there are to install: a few, so that it is soon done."""
    with fewer_communes() as number:
        yield number


class Interrupted(Exception):
    """Someone stopped it."""


async def interrupt(*_arguments: Any, **_options: Any) -> None:
    raise Interrupted


@pytest.mark.parametrize("step", STEPS)
async def test_a_start_that_was_interrupted_is_finished_by_the_next(
    local: Database, monkeypatch: pytest.MonkeyPatch, communes: int, step: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(STEPS[step], step, interrupt)
        with pytest.raises(Interrupted):
            await prepare_local(local, now=NOW, people=20)

    await prepare_local(local, now=NOW, people=20)

    assert await count(local, tables.territory) > communes > 1_000
    assert await count(local, tables.activator) == 20
    assert await count(local, tables.account) > 0


async def test_a_directory_that_was_made_once_is_never_seeded_again(local: Database) -> None:
    await prepare_local(local, now=NOW, people=10)
    async with local.write() as session:
        for table in (tables.account_role, tables.activator):
            await session.execute(delete(table))

    await prepare_local(local, now=NOW, people=10)

    assert await count(local, tables.activator) == 0


async def test_a_directory_that_an_operator_migrated_is_not_seeded(local: Database) -> None:
    await make_ready(local)

    await prepare_local(local, now=NOW, people=10)

    assert await count(local, tables.activator) == 0


async def test_reference_data_that_an_operator_did_not_come_to_is_added(local: Database) -> None:
    await migration.migrate(local)
    with pytest.raises(Conflict, match="reference data is missing"):
        await check_installed(local)

    await prepare_local(local, now=NOW, people=10)

    assert await install_reference(local) == 0
    assert await count(local, tables.activator) == 0
