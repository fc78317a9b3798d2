"""Cards: what pages show is read in three statements at most, and once."""

from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import delete

from models import tables
from models.accounts import Role
from models.revisions import Subject, record_changes
from schema.nodes import global_id
from tests.people import add_account
from tests.service import Service, running
from tests.statements import Statement, statements
from tests.world import World, change, number_of

SHOWN = """
fragment shown on Activator {
  id slug displayName headline position { latitude longitude } address { city commune { name } }
  structure { siret name address { city } networks { code name } }
  expertise { code label theme } networks { code name } sectors { code } serves { code name }
}
"""
PAGE = """
query ($first: Int, $after: String) {
  activators(orderBy: NAME, first: $first, after: $after) {
    edges { node { ...shown } }
    totalCount facets { kinds { count } departments { territory { name } count } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
CLUSTERS = """
{ activatorClusters(bounds: {south: 40, west: -6, north: 52, east: 10}, zoom: 9) {
    count activator { id displayName structure { name } networks { name } expertise { code } } } }
"""
NODE = "query ($id: ID!) { node(id: $id) { ...shown } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { ...shown } }"

MOST = 3


def whole(query: str) -> str:
    """A query with the fragment that it spreads."""
    return query + SHOWN if "...shown" in query else query


async def sent_for(
    service: Service, query: str, token: str | None = None, **variables: Any
) -> list[Statement]:
    """The statements that a query takes."""
    with statements(service) as sent:
        assert await service.data(whole(query), variables, token=token)
    return sent


def metric(name: str) -> float:
    return REGISTRY.get_sample_value(f"maillage_card_cache_{name}_total") or 0.0


@pytest.mark.parametrize("first", [1, 20, 100])
async def test_a_cold_page_takes_three_statements_at_most_and_a_warm_one_none(
    changing_world: World, first: int
) -> None:
    service = changing_world.service
    service.directory.cards.forget()

    cold = await sent_for(service, PAGE, first=first)
    warm = await sent_for(service, PAGE, first=first)

    assert 0 < len(cold) <= MOST
    assert warm == []


async def test_a_page_reads_only_the_cards_that_are_missing(changing_world: World) -> None:
    service = changing_world.service
    service.directory.cards.forget()
    page = await changing_world.page(orderBy="NAME", first=100)
    ids = {number_of(edge["node"]["id"]) for edge in page["edges"]}
    service.directory.cards.forget()
    await sent_for(service, PAGE, first=40)
    known = {number_of(edge["node"]["id"]) for edge in page["edges"][:40]}

    sent = await sent_for(service, PAGE, first=100)

    assert len(sent) <= MOST
    assert set().union(*(one.numbers() for one in sent)) & ids == ids - known


async def test_a_change_of_one_activator_reloads_its_card_alone(changing_world: World) -> None:
    service = changing_world.service
    ids = await changing_world.ids(orderBy="NAME")
    await sent_for(service, PAGE, first=100)

    await change(service, ids[7], headline="Une ligne toute neuve")
    missed = metric("misses")
    sent = await sent_for(service, PAGE, first=100)

    assert 0 < len(sent) <= MOST
    assert set().union(*(one.numbers() for one in sent)) & set(ids) == {ids[7]}
    assert metric("misses") == missed + 1
    assert await sent_for(service, PAGE, first=100) == []


async def test_what_a_change_wrote_is_what_the_page_shows(changing_world: World) -> None:
    service = changing_world.service
    ids = await changing_world.ids(orderBy="NAME")
    await sent_for(service, PAGE, first=20)

    await change(service, ids[3], headline="Ce qui vient d'être écrit")

    found = await service.data(PAGE + SHOWN, {"first": 20})
    headlines = [edge["node"]["headline"] for edge in found["activators"]["edges"]]
    assert headlines[3] == "Ce qui vient d'être écrit"


async def test_clusters_read_all_their_activators_together(changing_world: World) -> None:
    service = changing_world.service
    service.directory.cards.forget()

    cold = await sent_for(service, CLUSTERS)
    warm = await sent_for(service, CLUSTERS)

    shown = (await service.data(CLUSTERS))["activatorClusters"]
    assert sum(one["activator"] is not None for one in shown) > 20
    assert 0 < len(cold) <= MOST
    assert warm == []


async def test_nodes_are_read_together_and_once(changing_world: World) -> None:
    service = changing_world.service
    ids = [global_id("Activator", id) for id in await changing_world.ids()][:50]
    service.directory.cards.forget()

    one = await sent_for(service, NODE, id=ids[0])
    again = await sent_for(service, NODE, id=ids[0])
    all_of_them = await sent_for(service, NODES, ids=ids)
    warm = await sent_for(service, NODES, ids=ids)

    assert 0 < len(one) <= MOST
    assert 0 < len(all_of_them) <= MOST
    assert again == warm == []


async def test_what_is_hidden_takes_no_statement_as_what_does_not_exist(
    changing_world: World,
) -> None:
    service = changing_world.service
    seen = set(await changing_world.ids())
    hidden = next(one.id for one in changing_world.holds.people if one.id not in seen)
    service.directory.cards.forget()

    with statements(service) as sent:
        for number in (hidden, 5):
            found = await service.data(NODE + SHOWN, {"id": global_id("Activator", number)})
            assert found == {"node": None}

    assert sent == []


async def test_an_account_is_looked_up_once_until_it_changes(changing_world: World) -> None:
    service = changing_world.service
    async with service.write() as session:
        account = await add_account(session, Role.MODERATOR)
    token = service.token(account)
    await sent_for(service, PAGE, first=20)
    await sent_for(service, PAGE, first=20, token=changing_world.tokens["moderator"])

    first = await sent_for(service, PAGE, first=20, token=token)
    then = await sent_for(service, PAGE, first=20, token=token)
    async with service.write() as session:
        role = tables.account_role
        await session.execute(delete(role).where(role.c.account_id == account))
        await record_changes(session, Subject.ACCOUNT, [account])
    changed = await sent_for(service, PAGE, first=20, token=token)

    assert len(first) == 1
    assert then == []
    assert len(changed) == 1
    assert changed[0].numbers() == {account}


async def test_the_cache_holds_as_many_cards_as_the_setting_says(changing_world: World) -> None:
    async with running(changing_world.service.database, card_cache_size=100) as service:
        bounded = World(service, changing_world.holds, changing_world.tokens)

        found = await bounded.ids("moderator")

        assert len(found) > 200
        assert service.directory.cards._held.currsize == 100
        assert await bounded.ids("moderator") == found


async def test_hits_and_misses_are_counted(changing_world: World) -> None:
    service = changing_world.service
    service.directory.cards.forget()
    hits, misses = metric("hits"), metric("misses")

    await sent_for(service, PAGE, first=30)
    await sent_for(service, PAGE, first=50)

    assert metric("misses") - misses == 50
    assert metric("hits") - hits == 30


async def test_the_gauge_says_how_many_are_held(changing_world: World) -> None:
    service = changing_world.service
    service.directory.cards.forget()
    assert REGISTRY.get_sample_value("maillage_card_cache_size") == 0

    await sent_for(service, PAGE, first=30)

    assert REGISTRY.get_sample_value("maillage_card_cache_size") == 30
