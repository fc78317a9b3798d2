"""What somebody edited, a lapse and a departure: what a roster leaves as it is, and what it ends.

Each is so for a file and for a call of the API.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from models import tables
from models.activators import ActivatorState
from resolvers.profile_edits import PLACE
from resolvers.roster_import import import_roster
from tests.people import add_activator, add_structure, siret
from tests.rosters import GOOD, LISTS, entry, rows_of, written
from tests.service import Service
from tests.syncs import WRITTEN, leave_nobody, person, report, roster_key

Send = Callable[..., Awaitable[tuple[int, int, int]]]
"""Sends the good row, but for what is changed; gives how many were inserted, updated, left."""

TABLE = tables.activator


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, where nobody is left of the one before."""
    yield shared_service
    await leave_nobody(shared_service)


@pytest.fixture(params=["a file", "the API"])
async def send(request: pytest.FixtureRequest, service: Service, tmp_path: Path) -> Send:
    """Send a roster in one of the two ways; the good row is there already."""
    key = await roster_key(service)

    async def by_file(**changed: Any) -> tuple[int, int, int]:
        cells = {name: ";".join(v) if name in LISTS else str(v) for name, v in changed.items()}
        path = written(tmp_path / "roster.csv", [GOOD | cells])
        told = await import_roster(service.database, path, now=service.clock())
        return told.inserted, told.updated, told.unchanged

    async def by_api(**changed: Any) -> tuple[int, int, int]:
        names = {"external_id": "externalId", "postal_code": "postalCode"}
        said = {names.get(name, name): value for name, value in changed.items()}
        told = await report(service, key, [entry(**said)])
        return told["inserted"], told["updated"], told["unchanged"]

    chosen = by_file if request.param == "a file" else by_api
    assert await chosen() == (1, 0, 0)
    return chosen


async def change(service: Service, **values: Any) -> None:
    """Have the activators say so, as if they did it themselves."""
    async with service.write() as session:
        await session.execute(update(TABLE).values(values))


async def test_what_was_edited_stays_and_the_rest_is_as_the_roster_says(
    service: Service, send: Send
) -> None:
    await change(service, headline="À moi", edited={"headline": 2, "expertise": 2})
    service.clock.advance(days=1)

    told = await send(headline="À eux", phone="", expertise=["financement"], serves=["DEP-69"])

    one = await person(service, "A-1")
    assert told == (0, 1, 0)
    assert (one.headline, one.phone, one.version) == ("À moi", None, 2)
    assert one.confirmed_at == service.clock()
    fields = await rows_of(service.database, "activator_expertise")
    assert {code for *_, code in fields} == {"site-internet", "cybersecurite"}
    places = await rows_of(service.database, "activator_territory")
    assert {code for *_, code in places} == {"DEP-69"}


async def test_a_roster_that_differs_in_what_was_edited_alone_changes_nothing(
    service: Service, send: Send
) -> None:
    edited = ("headline", "website_url", "expertise", "sectors", "serves")
    await change(service, edited=dict.fromkeys(edited, 2))
    before = await rows_of(service.database, *WRITTEN)

    told = await send(headline="", website="", expertise=[], sectors=[], serves=[])

    assert told == (0, 0, 1)
    assert await rows_of(service.database, *WRITTEN) == before


@pytest.mark.parametrize("part", ["address", "city", "latitude", "precision"])
async def test_a_place_of_which_a_part_was_edited_stays_whole(
    service: Service, send: Send, part: str
) -> None:
    await change(service, edited={part: 2})
    before = await person(service, "A-1")

    await send(address="1 rue Neuve", city="Ailleurs", latitude=46.3, headline="Du nouveau")

    after = await person(service, "A-1")
    assert after.headline == "Du nouveau"
    assert {name: getattr(after, name) for name in PLACE} == {
        name: getattr(before, name) for name in PLACE
    }


async def test_a_structure_that_was_chosen_stays_and_the_one_that_is_named_is_not_founded(
    service: Service, send: Send
) -> None:
    before = await person(service, "A-1")
    await change(service, edited={"structure": 2})

    told = await send(siret=siret(99), headline="Du nouveau")

    after = await person(service, "A-1")
    assert told == (0, 1, 0)
    assert (after.headline, after.structure_id) == ("Du nouveau", before.structure_id)
    assert len(await rows_of(service.database, "structure", "membership")) == 2


async def test_a_roster_that_changes_something_ends_a_lapse_and_one_that_does_not_leaves_it(
    service: Service, send: Send
) -> None:
    await change(service, lapsed_at=service.clock())

    left = await send()
    lapsed = (await person(service, "A-1")).lapsed_at
    updated = await send(headline="Du nouveau")

    assert (left, updated) == ((0, 0, 1), (0, 1, 0))
    assert lapsed is not None
    assert (await person(service, "A-1")).lapsed_at is None


@pytest.mark.parametrize(
    "edited", [{}, {"structure": 2, "address": 2}], ids=["", "after choosing another"]
)
async def test_who_left_a_structure_stays_so_until_a_roster_names_another(
    service: Service, send: Send, edited: dict[str, int]
) -> None:
    before = await person(service, "A-1")
    await change(
        service,
        left_at=service.clock(),
        next_structure_id=before.structure_id,
        edited=edited,
    )

    same = await send(headline="Du nouveau")
    stayed = await person(service, "A-1")
    moved = await send(siret=siret(99), address="1 rue Neuve")
    after = await person(service, "A-1")

    assert after.address_line == "1 rue Neuve"
    assert (same, moved) == ((0, 1, 0), (0, 1, 0))
    assert (stayed.left_at, stayed.next_structure_id) == (service.clock(), before.structure_id)
    assert (after.left_at, after.next_structure_id) == (None, None)
    assert after.structure_id != before.structure_id


async def test_a_network_does_not_rename_a_structure_where_people_of_others_work(
    service: Service,
) -> None:
    ours, key = siret(301), await roster_key(service)
    async with service.write() as session:
        where = await add_structure(session, siret=ours, name="Banque de l'Ain")
        other = await add_activator(session, structure_id=where, networks=["cma"])
    entry_there = entry(siret=ours, structureName="Arnaque SA")

    told = await report(service, key, [entry_there])
    shared = await named(service, ours)
    async with service.write() as session:
        gone = update(TABLE).where(TABLE.c.id == other).values(state=ActivatorState.WITHDRAWN)
        await session.execute(gone)
    await report(service, key, [entry_there | {"headline": "Du nouveau"}])

    assert told["inserted"] == 1
    assert shared == "Banque de l'Ain"
    assert await named(service, ours) == "Arnaque SA"


async def test_a_file_speaks_for_all_networks(service: Service, tmp_path: Path) -> None:
    async with service.write() as session:
        where = await add_structure(session, siret=siret(302))
        await add_activator(session, structure_id=where, networks=["cma"])
    row = GOOD | {"siret": siret(302), "structure_name": "Un autre nom"}

    await import_roster(
        service.database, written(tmp_path / "roster.csv", [row]), now=service.clock()
    )

    assert await named(service, siret(302)) == "Un autre nom"


async def named(service: Service, of: str) -> str:
    """Read the name of the structure of a SIRET."""
    table = tables.structure
    async with service.database.read() as session:
        found = await session.execute(select(table.c.name).where(table.c.siret == of))
    name: str = found.scalar_one()
    return name
