"""Counting consultations (issue 5, section 6): what is counted, whose, and what is not."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.consultations import ConsultationKind, ViewerKind
from models.revisions import Subject, record_changes
from resolvers.consultations import writing
from resolvers.consultations.counting import INTERVAL
from resolvers.erasing import erase_activator
from schema.nodes import global_id
from tests.consultations import (
    BROWSER,
    CLICK,
    GOOGLE,
    TODAY,
    another_browser,
    click,
    look,
    rows_of,
    views_of,
)
from tests.people import add_account, add_activator, add_structure
from tests.portals import PORTAL, forget_keys, make_key
from tests.service import NOW, Service
from tests.statements import statements

VIEW_OF_VISITOR = ("VIEW", "", "VISITOR")


@pytest.fixture
async def service(shared_service: Service) -> AsyncIterator[Service]:
    """One application for all of these, each with a page of its own."""
    shared_service.clock.now = NOW
    yield shared_service
    await forget_keys(shared_service)


@pytest.fixture
async def page(service: Service) -> int:
    """An adviser of the network `cci`."""
    async with service.write() as session:
        return await add_activator(session, networks=["cci"])


async def test_a_view_counts_by_day_portal_and_kind_of_viewer(service: Service, page: int) -> None:
    async with service.write() as session:
        accounts = [
            await add_account(session),
            await add_account(session, Role.NETWORK_MANAGER, network_code="adie"),
            await add_account(session, Role.INSTITUTION),
            await add_account(session, Role.MODERATOR),
            await add_account(session, Role.ADMINISTRATOR),
        ]
    key = await make_key(service, network="adie")

    for token in (None, key.text, *map(service.token, accounts)):
        await look(service, page, token=token)

    assert await rows_of(service, page) == {
        TODAY: {
            VIEW_OF_VISITOR: 2,
            ("VIEW", "adie", "VISITOR"): 1,
            ("VIEW", "", "MEMBER"): 1,
            ("VIEW", "", "INSTITUTION"): 1,
            ("VIEW", "", "STAFF"): 2,
        }
    }


async def test_clicks_count_beside_views(service: Service, page: int) -> None:
    refused = [
        *await click(service, page, "CONTACT"),
        *await click(service, page, "WEBSITE"),
        *await click(service, page, "WEBSITE", agent=another_browser()),
    ]

    assert refused == []
    assert await rows_of(service, page) == {
        TODAY: {("CONTACT_CLICK", "", "VISITOR"): 1, ("WEBSITE_CLICK", "", "VISITOR"): 2}
    }


async def test_by_slug_it_is_a_view_and_by_node_in_a_list_or_by_a_gateway_it_is_none(
    service: Service, page: int
) -> None:
    found = await look(
        service,
        page,
        query="""query ($id: ID!, $entities: [_Any!]!) {
          node(id: $id) { ... on Activator { slug } } nodes(ids: [$id]) { id }
          activators(first: 100) { nodes { id } }
          _entities(representations: $entities) { ... on Activator { id } } }""",
        variables={
            "id": global_id("Activator", page),
            "entities": [{"__typename": "Activator", "id": global_id("Activator", page)}],
        },
    )
    before = await views_of(service, page)

    slug = "query ($slug: String!) { activator(slug: $slug) { id } }"
    await look(service, page, query=slug, variables=found["node"])

    assert (before, await views_of(service, page)) == (0, 1)


async def test_the_same_viewer_counts_once_within_half_an_hour(service: Service, page: int) -> None:
    several = "query ($id: ID!) { activator(id: $id) { id } again: activator(id: $id) { id } }"
    await look(service, page, query=several)
    await asyncio.gather(*(look(service, page) for _ in range(10)))
    service.clock.advance(minutes=29, seconds=59)
    await look(service, page)
    before = await views_of(service, page)

    service.clock.advance(seconds=1)
    await look(service, page)

    assert (before, await views_of(service, page)) == (1, 2)


async def test_another_page_another_thing_and_another_viewer_count_apart(
    service: Service, page: int
) -> None:
    async with service.write() as session:
        other, account = await add_activator(session), await add_account(session)

    await look(service, page)
    await look(service, other)
    await click(service, page, "WEBSITE")
    await look(service, page, agent=another_browser())
    await look(service, page, token=service.token(account))

    assert (await views_of(service, page), await views_of(service, other)) == (3, 1)


async def test_an_account_is_the_same_viewer_with_every_browser(
    service: Service, page: int
) -> None:
    async with service.write() as session:
        token = service.token(await add_account(session))

    for agent in (BROWSER, another_browser(), "python-httpx/0.28", ""):
        await look(service, page, token=token, agent=agent)

    assert await views_of(service, page) == 1


@pytest.mark.parametrize("agent", [GOOGLE, "python-httpx/0.28.1", "curl/8.10", "", " "])
async def test_robots_and_what_names_no_browser_are_not_counted(
    service: Service, page: int, agent: str
) -> None:
    await look(service, page, agent=agent)
    refused = await click(service, page, "WEBSITE", agent=agent)

    assert refused == []
    assert await rows_of(service, page) == {}


async def test_the_owner_is_not_counted_whoever_of_them_looks(service: Service, page: int) -> None:
    async with service.write() as session:
        structure = await add_structure(session)
        own = await add_activator(session, structure_id=structure, networks=["cma"])
        owners = [
            await add_account(session, Role.ACTIVATOR, activator_id=own),
            await add_account(session, Role.STRUCTURE_MANAGER, structure_id=structure),
            await add_account(session, Role.NETWORK_MANAGER, network_code="cma"),
        ]

    for token in map(service.token, owners):
        assert (await look(service, own, token=token))["activator"] is not None
        assert await click(service, own, "CONTACT", token=token) == []
        await look(service, page, token=token)

    assert await rows_of(service, own) == {}
    assert await views_of(service, page) == 3


async def test_a_page_that_is_not_seen_is_not_counted(service: Service) -> None:
    async with service.write() as session:
        hidden = await add_activator(session, kind=ActivatorKind.INSTITUTIONAL)
        pending = await add_activator(session, state=ActivatorState.PENDING)

    for one in (hidden, pending):
        assert await look(service, one) == {"activator": None}

    assert await rows_of(service, hidden) == await rows_of(service, pending) == {}


async def test_a_click_is_refused_where_nothing_is_to_click_and_changes_nothing(
    service: Service, page: int
) -> None:
    async with service.write() as session:
        hidden = await add_activator(session, kind=ActivatorKind.INSTITUTIONAL)
        provider = await add_activator(session, kind=ActivatorKind.SOLUTION_PROVIDER)
        without_site = await add_activator(session, website_url=None)

    def told(errors: Any) -> Any:
        return [(one["code"], one["field"]) for one in errors]

    for one in (hidden, 4):
        assert told(await click(service, one, "WEBSITE")) == [("NOT_FOUND", "activator")]
    assert told(await click(service, provider, "CONTACT")) == [("FORBIDDEN", "kind")]
    assert await click(service, provider, "WEBSITE") == []
    assert told(await click(service, without_site, "WEBSITE")) == [("FORBIDDEN", "kind")]

    for odd in ("", "\0", "é", "x" * 10_000):
        variables = {"input": {"activator": odd, "kind": "CONTACT"}}
        data = await look(service, page, query=CLICK, variables=variables)
        assert told(data["recordClick"]["userErrors"]) == [("BAD_USER_INPUT", "activator")]

    for one in (hidden, page, without_site):
        assert await rows_of(service, one) == {}
    assert await rows_of(service, provider) == {TODAY: {("WEBSITE_CLICK", "", "VISITOR"): 1}}


async def test_a_portal_names_its_visitors_who_count_each(service: Service, page: int) -> None:
    key = (await make_key(service)).text
    server: dict[str, Any] = {"token": key, "agent": "node"}

    for visitor in ("a", "a", "b", "~" * 128):
        await look(service, page, **server, Maillage_Visitor=visitor)
    await look(service, page, **server, Maillage_Visitor="c", Maillage_Visitor_Agent=GOOGLE)
    await look(service, page, **server, Maillage_Visitor="d", Maillage_Visitor_Agent=BROWSER)

    assert await rows_of(service, page) == {TODAY: {("VIEW", "cci", "VISITOR"): 4}}


async def test_a_portal_that_names_nobody_is_one_viewer_and_its_pages_are_their_browsers(
    service: Service, page: int
) -> None:
    key = (await make_key(service, origins=[PORTAL])).text

    for _ in range(3):
        await look(service, page, token=key, agent="node")
    for agent in (BROWSER, another_browser(), GOOGLE):
        await look(service, page, token=key, agent=agent, Origin=PORTAL)

    assert await views_of(service, page) == 3


@pytest.mark.parametrize("name", ["", "two words", "é", "x" * 129])
async def test_what_is_no_name_of_a_visitor_is_refused_from_a_portal_and_ignored_else(
    service: Service, page: int, name: str
) -> None:
    key = (await make_key(service)).text
    body = {"query": "query ($id: ID!) { activator(id: $id) { id } }"}
    asked = {**body, "variables": {"id": global_id("Activator", page)}}
    headers = {b"Maillage-Visitor": name.encode(), b"User-Agent": BROWSER.encode()}

    of_portal = await service.client.post(
        "/graphql", json=asked, headers={**headers, b"Authorization": f"Bearer {key}".encode()}
    )
    of_visitor = await service.client.post("/graphql", json=asked, headers=headers)

    assert (of_portal.status_code, of_visitor.status_code) == (400, 200)
    (error,) = of_portal.json()["errors"]
    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert "Maillage-Visitor" in error["message"]
    assert await rows_of(service, page) == {TODAY: {VIEW_OF_VISITOR: 1}}


async def test_days_are_those_of_paris_and_each_begins_with_nobody_counted(
    service: Service, page: int
) -> None:
    service.clock.now = datetime(2026, 11, 27, 22, 50, tzinfo=UTC)
    await look(service, page)
    await look(service, page)

    service.clock.now = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
    await look(service, page)
    await look(service, page)

    assert await rows_of(service, page) == {
        date(2026, 11, 27): {VIEW_OF_VISITOR: 1},
        date(2026, 11, 28): {VIEW_OF_VISITOR: 1},
    }


@contextmanager
def batches(service: Service) -> Iterator[list[str]]:
    """Collect the statements that write counts."""
    sent: list[str] = []
    engine = service.database.engine.sync_engine

    def note(_c: Any, _cursor: Any, text: str, _parameters: Any, _x: Any, _many: bool) -> None:
        if "consultation" in text:
            sent.append(text)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_page_in_memory_takes_no_sql_and_many_views_are_one_statement_a_batch(
    service: Service, page: int
) -> None:
    async with service.write() as session:
        pages = [page, *[await add_activator(session) for _ in range(5)]]
    for one in pages:
        await look(service, one, agent=GOOGLE)
    begun = time.monotonic()

    with batches(service) as written, statements(service) as sent:
        for one in pages * 5:
            await look(service, one, agent=another_browser())
        seconds = time.monotonic() - begun
        await service.platform.consultations.write()

    assert sent == []
    assert len(written) <= seconds / INTERVAL + 2
    assert [await views_of(service, one) for one in pages] == [5] * 6


async def test_what_the_database_does_not_take_is_kept_and_tried_again(
    service: Service, page: int
) -> None:
    async def rename(before: str, after: str) -> None:
        async with service.write() as session:
            await session.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))

    await rename("consultation", "consultation_away")
    await look(service, page)
    while_away = await service.platform.consultations.write()
    await look(service, page, agent=another_browser())
    await rename("consultation_away", "consultation")

    assert not while_away
    assert await views_of(service, page) == 2


async def test_workers_that_write_many_counts_take_them_in_one_order(
    service: Service, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "AT_ONCE", 1)
    days = [TODAY - timedelta(days=number) for number in range(200)]
    view = ConsultationKind.VIEW, "", ViewerKind.VISITOR
    counts = {writing.Counted(page, day, *view): 1 for day in days}
    await writing.write_counts(service.database, counts)

    await asyncio.gather(
        writing.write_counts(service.database, counts),
        writing.write_counts(service.database, dict(reversed(counts.items()))),
    )

    assert await views_of(service, page) == 600


async def test_an_activator_erased_meanwhile_takes_its_counts_and_no_others_with_it(
    service: Service, page: int
) -> None:
    async with service.write() as session:
        leaving = await add_activator(session)
    await look(service, leaving)
    before = await views_of(service, leaving)
    service.clock.advance(minutes=31)
    await look(service, leaving)
    await look(service, page)

    async with service.write() as session:
        await erase_activator(session, leaving, NOW)
        await record_changes(session, Subject.ACTIVATOR, [leaving])

    assert before == 1
    assert (await views_of(service, leaving), await views_of(service, page)) == (0, 1)
