"""Demonstration data: invented people at real places, the same everywhere, added once."""

import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from sqlalchemy import delete, select, update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.database import Database
from models.structures import checked_siret
from models.territories import PositionPrecision
from resolvers.directory.reference import load_reference
from resolvers.reference_actions import DATA
from resolvers.refusal import Conflict
from resolvers.roster_import import import_roster
from resolvers.seed import seed, structure_of
from resolvers.seed_people import People
from resolvers.seed_structures import Structures, invented_siret
from tests.databases import postgres_copy, sqlite_copy
from tests.people import count
from tests.postgres import PostgresServer
from tests.rosters import DIRECTORY, GOOD, rows_of, written

NOW = datetime(2026, 7, 30, 15, 20, tzinfo=UTC)
SEEDED = (*DIRECTORY, "account", "account_role", "charter_acceptance")


async def people(database: Database) -> list[Any]:
    """Read the activators with their structures."""
    activator, structure = tables.activator, tables.structure
    details = [structure.c.siret, structure.c.name.label("structure")]
    query = (
        select(activator, *details)
        .join(structure, structure.c.id == activator.c.structure_id)
        .order_by(activator.c.id)
    )
    async with database.read() as session:
        return list(await session.execute(query))


async def test_the_seed_holds_people_of_all_kinds_and_states_all_over_france(
    whole_database: Database,
) -> None:
    added = await seed(whole_database, now=NOW)

    found = await people(whole_database)
    kinds, states = Counter(one.kind for one in found), Counter(one.state for one in found)
    assert added == len(found) == 2_000
    assert min(kinds[kind] for kind in ActivatorKind) > 100
    assert min(states[state] for state in ActivatorState) > 20
    assert states[ActivatorState.ACTIVE] > 1_600
    departments = {one.commune_code.removeprefix("COM-")[:2] for one in found}
    assert {"2A", "2B", "97", "98", "75", "59", "13"} <= departments
    assert len({(one.given_name, one.family_name) for one in found}) > 1_800


async def test_what_the_seed_invents_is_well_formed_and_belongs_to_nobody(
    whole_database: Database,
) -> None:
    await seed(whole_database, now=NOW, count=300)

    midnight = NOW.replace(hour=0, minute=0)
    for one in await people(whole_database):
        assert checked_siret(one.siret) == one.siret
        assert one.email.endswith("@example.org")
        assert one.phone.startswith(("+33199001", "+33639981", "+33639982", "+33639983", "+33"))
        assert phonenumbers.is_possible_number(phonenumbers.parse(one.phone))
        assert one.website_url is None or one.website_url.startswith("https://www.example.org/")
        assert all("{" not in text for text in (one.headline, one.structure, str(one.presentation)))
        assert (one.confirmed_at is None) == (one.state is ActivatorState.PENDING)
        assert one.confirmed_at is None or timedelta() < midnight - one.confirmed_at
        assert one.confirmed_at is None or midnight - one.confirmed_at < timedelta(days=366)


async def test_advisers_who_build_websites_are_found_around_oyonnax(database: Database) -> None:
    await seed(database, now=NOW, count=50)

    fields = tables.activator_expertise
    query = select(fields.c.activator_id).where(fields.c.field_code == "site-internet")
    async with database.read() as session:
        builders = set((await session.execute(query)).scalars())
    near = [
        one
        for one in await people(database)
        if one.id in builders
        and one.kind is ActivatorKind.ADVISER
        and one.state is ActivatorState.ACTIVE
        and abs(one.latitude - 46.256) < 0.2
        and abs(one.longitude - 5.655) < 0.2
    ]
    assert len(near) >= 5


async def test_a_second_seed_changes_nothing_whatever_the_day(database: Database) -> None:
    await seed(database, now=NOW, count=700)
    before = await rows_of(database, *SEEDED)

    added = await seed(database, now=NOW + timedelta(days=40), count=700)

    assert added == 0
    assert await rows_of(database, *SEEDED) == before


async def test_a_larger_seed_adds_the_people_who_are_missing(database: Database) -> None:
    await seed(database, now=NOW, count=100)
    first = {one.id: one for one in await people(database)}

    added = await seed(database, now=NOW, count=160)

    found = {one.id: one for one in await people(database)}
    assert added == 60
    assert {key: found[key] for key in first} == first


async def test_a_directory_in_use_keeps_its_own_people(database: Database, tmp_path: Path) -> None:
    await import_roster(database, written(tmp_path / "roster.csv", [GOOD]), now=NOW)
    (own,) = await people(database)

    added = await seed(database, now=NOW, count=40)

    found = {one.id: one for one in await people(database)}
    assert added == 40
    assert len(found) == 41
    assert found[own.id] == own


async def test_a_roster_with_an_invented_number_or_siret_keeps_them(
    database: Database, tmp_path: Path
) -> None:
    rows = [
        GOOD | {"external_id": "demo-000001"},
        GOOD | {"external_id": "A-2", "siret": invented_siret(structure_of(2))},
    ]
    await import_roster(database, written(tmp_path / "roster.csv", rows), now=NOW)
    own = {one.id: one for one in await people(database)}

    added = await seed(database, now=NOW, count=10)
    again = await seed(database, now=NOW, count=10)

    found = {one.id: one for one in await people(database)}
    assert (added, again, len(found)) == (9, 0, 11)
    assert {key: found[key] for key in own} == own
    assert len([one for one in found.values() if one.siret == rows[1]["siret"]]) > 1


async def test_how_surely_a_commune_is_located_changes_nothing_but_positions(
    whole_database: Database,
) -> None:
    placed = {"latitude", "longitude", "precision"}
    table = tables.territory
    async with whole_database.read() as session:
        sure = await load_reference(session)
    async with whole_database.write() as session:
        shared = PositionPrecision.INTERCOMMUNALITY
        located = table.c.precision == PositionPrecision.COMMUNE
        await session.execute(update(table).where(located).values(precision=shared))
    async with whole_database.read() as session:
        unsure = await load_reference(session)
    words = tomllib.loads((DATA / "seed.toml").read_text("utf-8"))

    inventing = [(Structures(some, words), People(some, words, NOW)) for some in (sure, unsure)]

    for number in range(200):
        one, other = (
            people.invent(number, structures.invent(structure_of(number)))
            for structures, people in inventing
        )
        differing = {name for name, value in one.row.items() if other.row[name] != value}
        assert (differing - placed, one.codes) == (set(), other.codes)


async def test_without_reference_data_it_is_told_what_to_do(database: Database) -> None:
    async with database.write() as session:
        for table in (tables.territory_postal_code, tables.territory):
            await session.execute(delete(table))

    with pytest.raises(Conflict) as refused:
        await seed(database, now=NOW)
    assert refused.value.message == "The reference data is missing: run `server.py migrate`."


async def test_there_is_an_account_of_each_role_about_what_it_should_be(
    database: Database,
) -> None:
    await seed(database, now=NOW, count=10)

    account, role = tables.account, tables.account_role
    async with database.read() as session:
        rows = (await session.execute(select(account.c.email, role).join(account))).all()
    found = {row.email.removesuffix("@example.org"): row for row in rows}
    assert {name: row.role.value for name, row in found.items()} == {
        "institution-ara": "institution",
        **{one.value: one.value for one in Role},
    }
    (person,) = [one for one in await people(database) if one.id == found["activator"].activator_id]
    assert person.structure_id == found["structure-manager"].structure_id
    assert (person.city, person.kind) == ("Oyonnax", ActivatorKind.ADVISER)
    assert found["network-manager"].network_code == "cci"
    assert found["institution"].region_code is None
    assert found["institution-ara"].region_code == "REG-84"


async def test_all_but_those_who_wait_have_accepted_the_charter_that_ships(
    database: Database,
) -> None:
    await seed(database, now=NOW, count=120)

    table = tables.charter_acceptance
    async with database.read() as session:
        accepted = {row.activator_id: row for row in await session.execute(select(table))}
    found = await people(database)
    members = {one.id for one in found if one.state is not ActivatorState.PENDING}
    midnight = NOW.replace(hour=0, minute=0)
    assert accepted.keys() == members != {one.id for one in found}
    assert {(row.version, row.accepted_at) for row in accepted.values()} == {("2026-1", midnight)}


async def test_an_empty_seed_adds_nothing(database: Database) -> None:
    assert await seed(database, now=NOW, count=0) == 0
    assert await count(database, tables.account) == 0


async def test_the_same_people_are_on_every_database(
    whole_sqlite_template: Path,
    postgres: PostgresServer,
    whole_postgresql_template: str,
    tmp_path: Path,
) -> None:
    async with (
        sqlite_copy(whole_sqlite_template, tmp_path) as one,
        postgres_copy(postgres, whole_postgresql_template) as other,
    ):
        await seed(one, now=NOW, count=200)
        await seed(other, now=NOW, count=200)

        assert await people(one) == await people(other)
