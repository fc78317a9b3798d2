"""People for tests: invented activators, structures and accounts, put straight in the database."""

import itertools
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from stdnum import luhn

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.base import new_id
from models.database import Database
from models.networks import AdmissionPolicy
from models.revisions import Subject, record_changes
from models.territories import PositionPrecision
from resolvers.charter_standing import version_in_force

OYONNAX = {"latitude": 46.2561, "longitude": 5.6556, "commune_code": "COM-01283"} | {
    "postal_code": "01100",
    "city": "Oyonnax",
}

_numbers = itertools.count(1)


def siret(number: int | None = None) -> str:
    """Make a valid SIRET: its SIREN and itself pass Luhn's check."""
    siren = str(10_000_000 + (next(_numbers) if number is None else number))
    siren += luhn.calc_check_digit(siren)
    return siren + "0001" + luhn.calc_check_digit(siren + "0001")


async def add_structure(session: AsyncSession, **values: Any) -> int:
    """Add a structure at Oyonnax, but for the values given; `networks` are its memberships."""
    networks = values.pop("networks", ())
    place = {key: OYONNAX[key] for key in ("commune_code", "postal_code", "city")}
    number = next(_numbers)
    row = {"id": new_id(), "siret": siret(), "name": f"Structure {number}", **place, **values}
    await session.execute(insert(tables.structure).values(row))
    for code in networks:
        await session.execute(
            insert(tables.membership).values(structure_id=row["id"], network_code=code)
        )
    return int(row["id"])


async def add_activator(session: AsyncSession, **values: Any) -> int:
    """Add an active adviser at Oyonnax, but for the values given.

    `expertise`, `sectors` and `serves` are codes, `networks` the codes of those that enrol it.
    """
    sets: list[tuple[Table, str, str]] = [
        (tables.activator_expertise, "field_code", "expertise"),
        (tables.activator_sector, "sector_code", "sectors"),
        (tables.activator_territory, "territory_code", "serves"),
        (tables.enrolment, "network_code", "networks"),
    ]
    members = {name: values.pop(name, ()) for _, _, name in sets}
    number = next(_numbers)
    row: dict[str, Any] = {
        "id": new_id(),
        "version": 1,
        "kind": ActivatorKind.ADVISER,
        "state": ActivatorState.ACTIVE,
        "given_name": "Camille",
        "family_name": f"Martin{number}",
        "email": f"camille.{number}@example.org",
        "phone": "+33199001234",
        "publishes_coordinates": False,
        "address_line": f"{number} rue Anatole France",
        "website_url": f"https://www.example.org/{number}",
        "precision": PositionPrecision.ADDRESS,
        "remote": False,
        "languages": ["fr"],
        "profile_references": [],
        "videos": [],
        "confirmed_at": datetime(2026, 6, 1, tzinfo=UTC),
        **OYONNAX,
        **values,
    }
    if "structure_id" not in row:
        row["structure_id"] = await add_structure(session, networks=members["networks"])
    await session.execute(insert(tables.activator).values(row))
    for table, column, name in sets:
        for code in members[name]:
            more = {"external_id": f"T-{number}"} if table is tables.enrolment else {}
            await session.execute(
                insert(table).values({"activator_id": row["id"], column: code, **more})
            )
    await record_changes(session, Subject.ACTIVATOR, [row["id"]])
    return int(row["id"])


async def add_account(session: AsyncSession, *roles: Role, **about: Any) -> int:
    """Add an account with roles, which are about the same thing."""
    account_id = new_id()
    await session.execute(
        insert(tables.account).values(
            id=account_id,
            email=f"account.{next(_numbers)}@example.org",
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )
    for role in roles:
        await session.execute(
            insert(tables.account_role).values(
                id=new_id(), account_id=account_id, role=role, **about
            )
        )
    return account_id


async def accept_charter(session: AsyncSession, activator_id: int) -> None:
    """Have an activator accept the charter in force, if one is."""
    version = await version_in_force(session)
    if version is not None:
        values = {"id": new_id(), "version": version, "activator_id": activator_id}
        values |= {"account_id": new_id(), "accepted_at": datetime(2026, 6, 1, tzinfo=UTC)}
        await session.execute(insert(tables.charter_acceptance).values(values))


async def set_admission(session: AsyncSession, code: str, admission: AdmissionPolicy) -> None:
    """Say who admits the activators of a network."""
    network = tables.network
    changed = update(network).where(network.c.code == code).values(admission=admission)
    await session.execute(changed)
    await record_changes(session, Subject.REFERENCE, None)


async def count(database: Database, table: Table) -> int:
    """Count the rows of a table."""
    async with database.read() as session:
        return len((await session.execute(select(table))).all())
