"""What a card keeps of earlier answers never shows to the wrong viewer, nor for too long."""

import gc
from typing import Any

import pytest
from cachetools import LRUCache
from sqlalchemy import update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind
from models.revisions import Subject, record_changes
from schema.rendering import CardExecution, Selection
from tests.people import add_account, add_activator, add_structure
from tests.service import Service

PAGE = """{ activators(first: 100, orderBy: NAME) { nodes {
  id __typename displayName kind email phone state websiteUrl
  position { latitude } address { line city }
  structure { name address { city } }
  expertise { code label(language: EN) } viewerMay { contact edit readCoordinates }
  ... on Activator { enrolments { externalId network { code } } }
} } }"""

PAGE_OF_COLLEAGUES = PAGE.replace("{ name address", "{ networks { code } name address")
"""One that shows what depends on other people, and so is never kept."""


def respelled(query: str, number: int) -> str:
    """Ask the same in a document that was never asked before."""
    return f"# {number}\n{query}"


async def people(service: Service) -> dict[str, str | None]:
    """Put one activator of each kind in one network; give a token for each kind of viewer."""
    async with service.write() as session:
        for kind in ActivatorKind:
            await add_activator(session, kind=kind, networks=["cci"], expertise=["caisse"])
        own = await add_activator(session, family_name="Propre")
        accounts = {
            "activator": await add_account(session, Role.ACTIVATOR, activator_id=own),
            "manager": await add_account(session, Role.NETWORK_MANAGER, network_code="cci"),
            "moderator": await add_account(session, Role.MODERATOR),
        }
    return {"visitor": None} | {name: service.token(key) for name, key in accounts.items()}


@pytest.mark.parametrize("page", [PAGE, PAGE_OF_COLLEAGUES])
async def test_each_viewer_reads_the_same_cold_and_warm_whoever_read_before(
    service: Service, page: str
) -> None:
    tokens = await people(service)
    cold = {
        name: await service.data(respelled(page, number), token=token)
        for number, (name, token) in enumerate(tokens.items())
    }

    warm = {}
    for _ in range(2):
        for name, token in tokens.items():
            warm[name] = await service.data(page, token=token)

    assert warm == cold
    assert len({str(answer) for answer in warm.values()}) == len(warm)


async def test_a_change_shows_in_the_next_answer(service: Service) -> None:
    async with service.write() as session:
        key = await add_activator(session, headline="avant")
    query = "{ activators { nodes { headline } } }"
    assert await headlines(service, query) == ["avant"]

    async with service.write() as session:
        table = tables.activator
        values = {"headline": "après", "version": table.c.version + 1}
        await session.execute(update(table).where(table.c.id == key).values(values))
        await record_changes(session, Subject.ACTIVATOR, [key])

    assert await headlines(service, query) == ["après"]


async def headlines(service: Service, query: str) -> list[str]:
    """Ask for a page of headlines."""
    nodes = (await service.data(query))["activators"]["nodes"]
    return [node["headline"] for node in nodes]


async def test_a_variable_within_the_fields_is_heeded_each_time(service: Service) -> None:
    async with service.write() as session:
        await add_activator(session, expertise=["caisse"])
    query = """query ($language: Language!, $more: Boolean!) { activators { nodes {
      kind @include(if: $more) expertise { label(language: $language) } } } }"""

    async def node(**variables: Any) -> Any:
        return (await service.data(query, variables))["activators"]["nodes"][0]

    assert await node(language="FR", more=False) == {"expertise": [{"label": "Logiciel de caisse"}]}
    assert await node(language="EN", more=True) == {
        "kind": "ADVISER",
        "expertise": [{"label": "Point of sale"}],
    }


async def test_a_provider_s_structure_shows_its_place_only_while_somebody_else_does(
    service: Service,
) -> None:
    async with service.write() as session:
        structure = await add_structure(session)
        provider = ActivatorKind.SOLUTION_PROVIDER
        await add_activator(session, kind=provider, structure_id=structure)
    query = """{ activators(filter: {kinds: [SOLUTION_PROVIDER]}) {
      nodes { address { city } structure { address { city } } } } }"""
    alone = (await service.data(query))["activators"]["nodes"]

    async with service.write() as session:
        await add_activator(session, structure_id=structure)
    with_colleague = (await service.data(query))["activators"]["nodes"]

    assert alone == [{"address": None, "structure": {"address": None}}]
    assert with_colleague == [{"address": None, "structure": {"address": {"city": "Oyonnax"}}}]


async def test_cards_keep_no_document_alive(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people(service)
    monkeypatch.setattr(CardExecution, "selections", LRUCache(2))
    before = selections_alive()

    for number in range(6):
        await service.data(respelled(PAGE, number))

    assert selections_alive() - before == 2


def selections_alive() -> int:
    """Count those that something still holds."""
    gc.collect()
    return sum(isinstance(one, Selection) for one in gc.get_objects())
