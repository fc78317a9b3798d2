"""Whatever is hidden from visitors may come and go: not a byte of their answers changes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any

import orjson
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.database import Database
from models.revisions import Subject, record_changes
from tests.people import add_activator, add_structure
from tests.rules.asking import answer_to
from tests.service import Service, running

FAMILY_NAMES = ["Bertin", "Bertrand", "Bésson", "Charpentier", "Le Goff", "Ali", "O'Neil"]
NETWORKS, FIELDS = ["cci", "cma", "adie"], ["site-internet", "cybersecurite", "caisse"]
TERRITORIES = ["DEP-01", "DEP-69", "REG-84", "COM-01283"]
WORDS = [
    "Bertin",
    "Camille Bertin",
    "Camile Bretin",
    "camile",
    "cha",
    "caisse",
    "atelier numérique",
    "l'atelier de Camille",
    "Camille B",
    "atelier nuemriq",
    "le goff",
    "legoff",
]
CONFIRMED = [None, datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)]
OYONNAX = {"place": {"communeCode": "01283"}, "radiusKm": 60}

SEARCHES: list[dict[str, Any]] = [
    *({"order": order} for order in ("NAME", "RATING", "ROTATION", "RECENTLY_CONFIRMED")),
    *({"order": "RELEVANCE", "filter": {"text": words}} for words in WORDS),
    {"order": "NAME", "filter": {"networks": ["cci"], "expertise": FIELDS[:2]}},
    {"order": "NAME", "filter": {"kinds": ["INSTITUTIONAL", "ADVISER"], "serves": "DEP-01"}},
    {"order": "NAME", "filter": {"states": ["PENDING", "SUSPENDED"]}},
    {"order": "ROTATION", "filter": {"remote": True, "sectors": ["C"]}},
]
NEARBY: list[dict[str, Any]] = [
    {"order": "DISTANCE", "near": OYONNAX},
    {"order": "DISTANCE", "near": {**OYONNAX, "radiusKm": 3}, "filter": {"text": "bertin"}},
    {"order": "NAME", "near": {**OYONNAX, "radiusKm": 20_000}, "filter": {"kinds": ["ADVISER"]}},
    {"order": "RECENTLY_CONFIRMED", "near": OYONNAX},
]

SEARCH = """
query Search(
  $filter: ActivatorFilter, $near: Near, $order: ActivatorOrder
  $first: Int, $after: String, $last: Int, $before: String
) {
  activators(
    filter: $filter, near: $near, orderBy: $order
    first: $first, after: $after, last: $last, before: $before
  ) {
    totalCount
    edges { cursor distanceKm node { id displayName structure { name address { city } } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    facets {
      kinds { kind count }
      expertise { field { code } count }
      networks { network { code } count }
      departments { territory { code } count }
    }
  }
}
"""
MAP = """
query Map($zoom: Int!, $filter: ActivatorFilter) {
  activatorClusters(
    zoom: $zoom, filter: $filter, bounds: {south: 45, west: 4, north: 48, east: 7}
  ) { count position { latitude longitude precision } activator { id } }
}
"""
STRUCTURES = """
query Structures {
  activators(first: 3, orderBy: NAME) {
    nodes { structure { siret address { city } activators { totalCount nodes { id } } } }
  }
}
"""


@dataclass(frozen=True)
class Town:
    """An application where some people are visible, and what a visitor is answered there."""

    service: Service
    structures: list[int]
    everything: list[bytes]
    places: list[bytes]


@pytest.fixture(scope="module")
async def town(shared_database: Database) -> AsyncIterator[Town]:
    """Half of the people are there when the application starts, half come later."""
    async with shared_database.write() as session:
        structures = [await add_structure(session, name="Atelier numérique") for _ in range(4)]
        await add_people(session, structures, late=False)
    async with running(shared_database) as service:
        async with service.write() as session:
            await add_people(session, structures, late=True)
        answers = await everything(service)
        assert not any(b'"errors"' in one or b'"edges":[]' in one for one in answers[:12])
        yield Town(service, structures, answers, await places(service))


async def add_people(session: AsyncSession, structures: list[int], *, late: bool) -> None:
    """Add people whom visitors see, some of them at the same place and under the same name."""
    kinds = [kind for kind in ActivatorKind if kind is not ActivatorKind.INSTITUTIONAL]
    for number, (kind, name) in enumerate(product(kinds, FAMILY_NAMES[late::2] + FAMILY_NAMES[:1])):
        await add_activator(
            session,
            kind=kind,
            family_name=name,
            structure_id=structures[number % len(structures)],
            latitude=46.2 + number % 5 / 10,
            longitude=5.6,
            networks=[NETWORKS[number % 3]],
            expertise=FIELDS[: number % 3],
            serves=[TERRITORIES[number % 4]],
            confirmed_at=CONFIRMED[number % 3],
            remote=number % 2 == 0,
        )


FEW = settings(max_examples=5, deadline=None, phases=set(Phase) - {Phase.explain})
"""An example asks some 60 questions: no time to explain a failure after it is made small."""

HIDDEN_KINDS = [
    (kind, state)
    for kind, state in product(ActivatorKind, ActivatorState)
    if state is not ActivatorState.ACTIVE or kind is ActivatorKind.INSTITUTIONAL
]
PROFILES = {
    "given_name": st.sampled_from(["Camille", "Camile", "Bertin"]),
    "family_name": st.sampled_from([*FAMILY_NAMES, "Bretin", "Bertine", "Aa", "Zz"]),
    "headline": st.sampled_from([None, "Camille Bertin, atelier numérique"]),
    "latitude": st.sampled_from([46.2, 46.2561, 46.3, 46.30001]),
    "longitude": st.sampled_from([5.6, 5.6556]),
    "networks": st.lists(st.sampled_from([*NETWORKS, "bpifrance"]), unique=True),
    "expertise": st.lists(st.sampled_from([*FIELDS, "contenus"]), unique=True),
    "serves": st.lists(st.sampled_from([*TERRITORIES, "DEP-75"]), unique=True),
    "sectors": st.lists(st.sampled_from("CG"), unique=True),
    "confirmed_at": st.sampled_from([*CONFIRMED, datetime(2026, 11, 1, tzinfo=UTC)]),
    "remote": st.booleans(),
    "at": st.sampled_from([None, 0, 1]),
}


def profiles(cells: list[tuple[ActivatorKind, ActivatorState]]) -> st.SearchStrategy[Any]:
    """Draw some people of these kinds and states, much like those that visitors see."""
    return st.lists(
        st.fixed_dictionaries({"cell": st.sampled_from(cells), **PROFILES}),
        min_size=2,
        max_size=16,
    )


@FEW
@given(hidden=profiles(HIDDEN_KINDS))
async def test_hidden_rows_change_no_answer_to_a_visitor(
    town: Town, hidden: list[dict[str, Any]]
) -> None:
    async with present(town, hidden):
        assert await everything(town.service) == town.everything

    assert await everything(town.service) == town.everything


@FEW
@given(hidden=profiles([(ActivatorKind.SOLUTION_PROVIDER, ActivatorState.ACTIVE)]))
async def test_solution_providers_change_no_answer_about_places_to_a_visitor(
    town: Town, hidden: list[dict[str, Any]]
) -> None:
    async with present(town, hidden):
        assert await places(town.service) == town.places


@asynccontextmanager
async def present(town: Town, people: list[dict[str, Any]]) -> AsyncIterator[None]:
    """Add people, and take them away again."""
    ids = []
    async with town.service.write() as session:
        for one in people:
            kind, state = one["cell"]
            values = {key: value for key, value in one.items() if key not in ("cell", "at")}
            if one["at"] is not None:
                values["structure_id"] = town.structures[one["at"]]
            ids.append(await add_activator(session, kind=kind, state=state, **values))
    try:
        yield
    finally:
        async with town.service.write() as session:
            table = tables.activator
            await session.execute(delete(table).where(table.c.id.in_(ids)))
            await record_changes(session, Subject.ACTIVATOR, ids)


async def everything(service: Service) -> list[bytes]:
    """Ask all that a visitor can."""
    pages = [page for search in SEARCHES for page in await walk(service, search)]
    return [*pages, *await places(service), await answer_to(service, STRUCTURES)]


async def places(service: Service) -> list[bytes]:
    """Ask all that a visitor can about places."""
    pages = [page for search in NEARBY for page in await walk(service, search)]
    maps = [
        await answer_to(service, MAP, {"zoom": zoom, "filter": asked})
        for zoom in (0, 9, 22)
        for asked in (None, {"text": "bertin"})
    ]
    return pages + maps


async def walk(service: Service, search: dict[str, Any]) -> list[bytes]:
    """Turn pages from both ends."""
    first = await answer_to(service, SEARCH, {**search, "first": 5})
    last = await answer_to(service, SEARCH, {**search, "last": 3})
    end, start = cursor(first, "endCursor"), cursor(last, "startCursor")
    return [
        first,
        last,
        await answer_to(service, SEARCH, {**search, "first": 5, "after": end}),
        await answer_to(service, SEARCH, {**search, "last": 3, "before": start}),
    ]


def cursor(page: bytes, name: str) -> Any:
    """Read a page's cursor; fails for a page that is an error."""
    return orjson.loads(page)["data"]["activators"]["pageInfo"][name]
