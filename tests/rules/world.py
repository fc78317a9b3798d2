"""A small directory with an activator for each cell of the law, and an account for each viewer."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.base import new_id
from models.database import Database
from models.networks import AdmissionPolicy
from resolvers.directory.slugs import slug_of
from schema.nodes import global_id
from tests.people import (
    accept_charter,
    add_account,
    add_activator,
    add_structure,
    set_admission,
    siret,
)
from tests.rules.charter import CELLS, Cell
from tests.rules.helping import add_help
from tests.service import NOW, Service

NETWORK, OTHER_NETWORK = "cci", "cma"
REGION, OTHER_REGION = "REG-84", "REG-11"
DEPARTMENTS = [f"DEP-{number:02}" for number in (*range(1, 20), *range(21, 27))]
STARS, ENOUGH_STARS = [0, 0, 0, 1, 3], [0, 0, 0, 1, 4]
"""Of four reviews and of five; all have some, as those of some kinds could not have."""


@dataclass(frozen=True)
class Person:
    """The activator of a cell; alone in its structure, five kilometres from any other."""

    cell: Cell
    number: int
    siret: str
    name: str
    latitude: float
    longitude: float
    expertise: str
    department: str
    structure_number: int

    @property
    def id(self) -> str:
        """Its id on the wire."""
        return global_id("Activator", self.number)

    @property
    def variables(self) -> dict[str, Any]:
        """What a query names it with."""
        half = 0.01
        return {
            "id": self.id,
            "slug": slug_of(self.name, self.number),
            "siret": self.siret,
            "structure": global_id("Structure", self.structure_number),
            "name": self.name,
            "at": {"latitude": self.latitude, "longitude": self.longitude},
            "bounds": {
                "south": self.latitude - half,
                "north": self.latitude + half,
                "west": self.longitude - half,
                "east": self.longitude + half,
            },
            "entities": [
                {"__typename": "Activator", "id": self.id},
                {"__typename": "Structure", "siret": self.siret},
                {"__typename": "Structure", "id": global_id("Structure", self.structure_number)},
            ],
        }


@dataclass
class World:
    """The application with all of them in it, and what it answered so far."""

    service: Service
    people: dict[Cell, Person]
    tokens: dict[str, str | None]
    asked: dict[tuple[str, str, Cell | None], Any] = field(default_factory=dict)

    async def data(self, viewer: str, query: str, cell: Cell | None = None) -> Any:
        """Ask as a viewer, about a cell or about all of them; each question once."""
        key = viewer, query, cell
        if key not in self.asked:
            variables = None if cell is None else self.people[cell].variables
            self.asked[key] = await self.service.data(query, variables, token=self.tokens[viewer])
        return self.asked[key]


async def make_world(service: Service) -> World:
    """Fill an empty directory, whose network is allowed to admit, with people who accepted."""
    async with service.write() as session:
        await set_admission(session, NETWORK, AdmissionPolicy.BY_NETWORK)
    fields = [one.code for one in service.directory.snapshot.reference.fields.items]
    async with service.write() as session:
        people = [
            await _add_person(session, cell, place, fields[place // 2 % len(fields)])
            for place, cell in enumerate(CELLS)
        ]
        accounts = await _add_viewers(session, people)
        await add_help(session, accounts["a company that it helped"], people)
    tokens: dict[str, str | None] = {name: service.token(key) for name, key in accounts.items()}
    tokens["a visitor"] = None
    return World(service, {one.cell: one for one in people}, tokens)


async def _add_person(session: AsyncSession, cell: Cell, place: int, expertise: str) -> Person:
    words = [cell.kind.value, cell.state.value, "published" if cell.published else "kept"]
    words = words if cell.listed else ["unlisted", *words]
    words = ["rated", *words] if cell.rated else words
    family_name = "".join(words).replace("_", "").capitalize()
    latitude, longitude = 45 + 0.1 * (place // 8), 4 + 0.1 * (place % 8)
    number, department = siret(), DEPARTMENTS[place // 2]
    structure_id = await add_structure(session, siret=number, networks=[NETWORK])
    activator_id = await add_activator(
        session,
        kind=cell.kind,
        state=cell.state,
        publishes_coordinates=cell.published,
        lapsed_at=None if cell.listed else NOW,
        state_reason="Parce que.",
        state_changed_at=NOW,
        stars=ENOUGH_STARS if cell.rated else STARS,
        family_name=family_name,
        structure_id=structure_id,
        networks=[NETWORK],
        expertise=[expertise],
        serves=[department],
        latitude=latitude,
        longitude=longitude,
    )
    await accept_charter(session, activator_id)
    name = f"Camille {family_name}"
    return Person(
        cell,
        activator_id,
        number,
        name,
        latitude,
        longitude,
        expertise,
        department,
        structure_id,
    )


async def _add_viewers(session: AsyncSession, people: list[Person]) -> dict[str, int]:
    """Add an account for each viewer; one account is all the activators that a row speaks of."""
    elsewhere = await add_structure(session, networks=["adie"])
    away = {"structure_id": elsewhere, "networks": ["adie"], "latitude": 48.0, "longitude": 2.0}
    active = await add_activator(session, **away)
    pending = await add_activator(session, **away, state=ActivatorState.PENDING)
    among = [one for one in people if one.cell.state is ActivatorState.ACTIVE]
    others = [one for one in people if one.cell.state is not ActivatorState.ACTIVE]
    structures = [{"structure_id": one.structure_number} for one in people]
    is_active, is_other = ([{"activator_id": p.number} for p in some] for some in (among, others))
    activator, manager = Role.ACTIVATOR, Role.STRUCTURE_MANAGER
    roles: dict[str, tuple[Role | None, list[dict[str, Any]]]] = {
        "an account without a role": (None, [{}]),
        "a company that it helped": (None, [{}]),
        "a pending activator elsewhere": (activator, [{"activator_id": pending}]),
        "an active activator elsewhere": (activator, [{"activator_id": active}]),
        "the active ones themselves": (activator, is_active),
        "the others themselves": (activator, is_other),
        "manager of its structure": (manager, structures),
        "manager of another structure": (manager, [{"structure_id": elsewhere}]),
        "manager of its network": (Role.NETWORK_MANAGER, [{"network_code": NETWORK}]),
        "manager of another network": (Role.NETWORK_MANAGER, [{"network_code": OTHER_NETWORK}]),
        "national institution": (Role.INSTITUTION, [{}]),
        "institution of its region": (Role.INSTITUTION, [{"region_code": REGION}]),
        "institution of another region": (Role.INSTITUTION, [{"region_code": OTHER_REGION}]),
        "moderator": (Role.MODERATOR, [{}]),
        "administrator": (Role.ADMINISTRATOR, [{}]),
    }
    return {
        name: await add_account_with(session, role, about) for name, (role, about) in roles.items()
    }


async def add_account_with(
    session: AsyncSession, role: Role | None, abouts: list[dict[str, Any]]
) -> int:
    """Add an account that has one role about several things; none without a role."""
    account_id = await add_account(session)
    if role is not None:
        rows = [
            {"id": new_id(), "account_id": account_id, "role": role, **about} for about in abouts
        ]
        await session.execute(insert(tables.account_role), rows)
    return account_id


async def rows_of(database: Database, *some: Table) -> list[tuple[Any, ...]]:
    """Read tables whole, to tell whether anything changed."""
    async with database.read() as session:
        found = [
            (await session.execute(select(table).order_by(*table.primary_key))).all()
            for table in some
        ]
    return [tuple(row) for rows in found for row in rows]
