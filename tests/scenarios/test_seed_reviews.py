"""Demonstration data: companies that were helped, and what they say; the same everywhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.database import Database
from models.request_steps import RequestState
from models.review_steps import ReviewState
from resolvers.reviews.stars import recount_stars
from resolvers.sealing import Sealer
from resolvers.seed import seed
from resolvers.seed_writing import HELPED
from tests.databases import postgres_copy, sqlite_copy
from tests.postgres import PostgresServer
from tests.rosters import rows_of
from tests.service import SECRET, running

NOW = datetime(2026, 7, 30, 15, 20, tzinfo=UTC)
SEALER = Sealer(SECRET)
WRITTEN = [table.name for table in HELPED]

AROUND = """{ activators(near: {place: {communeCode: "COM-01283"}, radiusKm: 20}, orderBy: RATING,
  filter: {kinds: [ADVISER]}) { nodes { displayName rating { average count } } } }"""


async def reviews(database: Database) -> list[Any]:
    """Read them with the requests that they are about, but for what is sealed."""
    review, request = tables.review, tables.contact_request
    columns = (review.c.id, review.c.activator_id, review.c.stars, review.c.state)
    asked = (request.c.reference, request.c.state.label("asked"), request.c.created_at)
    query = select(*columns, *asked).join(request, request.c.id == review.c.request_id)
    async with database.read() as session:
        return list(await session.execute(query.order_by(review.c.id)))


async def test_those_who_were_helped_say_so_of_active_advisers(database: Database) -> None:
    await seed(database, now=NOW, count=100, sealer=SEALER)

    found = await reviews(database)
    activator = tables.activator
    ids = {one.activator_id for one in found}
    async with database.read() as session:
        query = select(activator.c.kind, activator.c.state).where(activator.c.id.in_(ids))
        reviewed = {*(await session.execute(query)).all()}
    assert len(found) > 40
    assert {kind for kind, _ in reviewed} <= {ActivatorKind.ADVISER, ActivatorKind.FUNDING_ADVISER}
    assert {state for _, state in reviewed} == {ActivatorState.ACTIVE}
    assert {one.state for one in found} == {ReviewState.PUBLISHED}
    assert {one.asked for one in found} == {RequestState.COMPLETED}
    assert all(one.created_at < NOW - timedelta(days=50) for one in found)


async def test_the_stars_of_people_are_those_of_their_reviews(database: Database) -> None:
    await seed(database, now=NOW, count=100, sealer=SEALER)

    async with database.write() as session:
        ids = (await session.execute(select(tables.activator.c.id))).scalars().all()
        recounted = [await recount_stars(session, one) for one in ids]

    assert not any(recounted)


async def test_what_they_wrote_opens_and_is_read_by_their_advisers(database: Database) -> None:
    await seed(database, now=NOW, count=30, sealer=SEALER)

    async with running(database) as service:
        nodes = (await service.data(AROUND))["activators"]["nodes"]

    shown = [one for one in nodes if one["rating"] is not None]
    assert shown
    assert nodes[: len(shown)] == shown
    query = select(tables.contact_request.c.sealed)
    async with database.read() as session:
        sealed = (await session.execute(query)).scalars().all()
    assert all(SEALER.open(one)["email"].endswith("@example.org") for one in sealed)


async def test_a_second_seed_adds_no_review(database: Database) -> None:
    await seed(database, now=NOW, count=60, sealer=SEALER)
    before = await rows_of(database, *WRITTEN)

    await seed(database, now=NOW + timedelta(days=40), count=60, sealer=SEALER)

    assert await rows_of(database, *WRITTEN) == before


async def test_the_same_reviews_are_on_every_database(
    whole_sqlite_template: Path,
    postgres: PostgresServer,
    whole_postgresql_template: str,
    tmp_path: Path,
) -> None:
    async with (
        sqlite_copy(whole_sqlite_template, tmp_path) as one,
        postgres_copy(postgres, whole_postgresql_template) as other,
    ):
        await seed(one, now=NOW, count=60, sealer=SEALER)
        await seed(other, now=NOW, count=60, sealer=SEALER)

        assert await reviews(one) == await reviews(other)


async def test_without_a_sealer_there_is_none(database: Database) -> None:
    await seed(database, now=NOW, count=60)

    assert await reviews(database) == []
