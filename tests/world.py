"""The application over a crowd that no test changes, and how searches are drawn and asked there."""

from base64 import b64decode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.database import Database
from models.revisions import Subject, record_changes
from tests.brute_force import Asker, Tables, read_tables
from tests.crowd import FIELDS, NETWORKS, SECTORS, TERRITORIES, Crowd
from tests.people import add_account
from tests.service import Service, running

ASKERS = {
    "visitor": Asker(),
    "institution": Asker(member=True, institution=True),
    "manager": Asker(member=True, networks=frozenset({"cci"})),
    "moderator": Asker(member=True, staff=True),
}

PAGE = """
query ($filter: ActivatorFilter, $near: Near, $orderBy: ActivatorOrder,
       $first: Int, $after: String, $last: Int, $before: String) {
  activators(filter: $filter, near: $near, orderBy: $orderBy,
             first: $first, after: $after, last: $last, before: $before) {
    edges { cursor distanceKm node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""


def number_of(id: str) -> int:
    """Read the number in a global id."""
    return int(b64decode(id).decode().partition(":")[2])


@dataclass(frozen=True)
class World:
    """A running application, what its tables held at first, and tokens of some who ask."""

    service: Service
    holds: Tables
    tokens: Mapping[str, str | None]

    async def page(self, asker: str = "visitor", **variables: Any) -> Any:
        """Ask one page."""
        found = await self.service.data(PAGE, variables, token=self.tokens[asker])
        return found["activators"]

    async def all(self, asker: str = "visitor", **variables: Any) -> tuple[list[Any], int]:
        """Ask page after page of 100; give all edges, and the count."""
        edges: list[Any] = []
        after: str | None = None
        while True:
            page = await self.page(asker, **variables, first=100, after=after)
            edges += page["edges"]
            if not page["pageInfo"]["hasNextPage"]:
                return edges, page["totalCount"]
            after = page["pageInfo"]["endCursor"]

    async def ids(self, asker: str = "visitor", **variables: Any) -> list[int]:
        """Ask all pages; give the numbers of who is found, in order."""
        edges, _ = await self.all(asker, **variables)
        return [number_of(edge["node"]["id"]) for edge in edges]


@asynccontextmanager
async def crowded_world(database: Database, *, size: int) -> AsyncIterator[World]:
    """Put a crowd in the database and run the application over it."""
    await Crowd(size=size).put(database)
    async with running(database) as service:
        async with service.write() as session:
            accounts = {
                "institution": await add_account(session, Role.INSTITUTION),
                "manager": await add_account(session, Role.NETWORK_MANAGER, network_code="cci"),
                "moderator": await add_account(session, Role.MODERATOR),
            }
        tokens: dict[str, str | None] = {name: service.token(id) for name, id in accounts.items()}
        yield World(service, await read_tables(database), {"visitor": None, **tokens})


async def change(service: Service, activator_id: int, **values: Any) -> None:
    """Change an activator as another client would."""
    table = tables.activator
    async with service.write() as session:
        values["version"] = table.c.version + 1
        await session.execute(update(table).where(table.c.id == activator_id).values(values))
        await record_changes(session, Subject.ACTIVATOR, [activator_id])


def _some(codes: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(codes), max_size=3, unique=True)


ANY_FILTER = st.fixed_dictionaries(
    {},
    optional={
        "kinds": _some(tuple(kind.value for kind in ActivatorKind)),
        "states": _some(tuple(state.value for state in ActivatorState)),
        "expertise": _some(FIELDS),
        "sectors": _some(SECTORS),
        "networks": _some(NETWORKS),
        "serves": st.sampled_from((None, *TERRITORIES)),
        "remote": st.sampled_from((None, True, False)),
    },
)
FILTERS: st.SearchStrategy[dict[str, Any]] = st.just({}) | ANY_FILTER
ASKER_NAMES = st.sampled_from(sorted(ASKERS))
