"""Pages: whoever stays is met exactly once, whatever comes and goes meanwhile."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count, cycle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import resolvers.directory.directory
from models.activators import ActivatorState
from resolvers.directory.reading import read_whole
from resolvers.directory.segment import Segment
from tests.people import add_activator
from tests.world import World, change, number_of

EVERYWHERE = {
    "place": {"coordinates": {"latitude": 46.0, "longitude": 2.0}},
    "radiusKm": 20_037,
}
ASKED: dict[str, dict[str, Any]] = {
    "DISTANCE": {"near": EVERYWHERE},
    "NAME": {},
    "RATING": {},
    "RELEVANCE": {"filter": {"text": "a"}},
    "ROTATION": {},
    "RECENTLY_CONFIRMED": {},
}
ORDERS = tuple(ASKED)


async def walk(world: World, order: str, *, backwards: bool) -> AsyncIterator[list[int]]:
    """Go from page to page, of sizes that change; give the numbers on each."""
    number, cursor = ("last", "before") if backwards else ("first", "after")
    at: str | None = None
    for size in cycle((1, 13, 2, 100, 5, 30, 1)):
        asked = {**ASKED[order], "orderBy": order, number: size, cursor: at}
        page = await world.page(**asked)
        assert len(page["edges"]) <= size
        yield [number_of(edge["node"]["id"]) for edge in page["edges"]]
        info = page["pageInfo"]
        if not info["hasPreviousPage" if backwards else "hasNextPage"]:
            return
        at = info["startCursor" if backwards else "endCursor"]


async def come_and_go(world: World, page: list[int], *, leaving: int) -> set[int]:
    """One arrives, one is edited, and two leave: the last of the page and another."""
    async with world.service.write() as session:
        await add_activator(session, given_name="Ana", family_name=f"Ñ{leaving}")
    await change(world.service, page[0], headline=f"N° {leaving}")
    gone = {page[-1], leaving}
    for activator_id in gone:
        await change(world.service, activator_id, state=ActivatorState.WITHDRAWN)
    return gone


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize("order", ORDERS)
async def test_a_walk_meets_everyone_who_stays_once_while_others_come_and_go(
    changing_world: World, order: str, backwards: bool
) -> None:
    world = changing_world
    at_first = await world.ids(**ASKED[order], orderBy=order)

    seen: Counter[int] = Counter()
    gone: set[int] = set()
    async for page in walk(world, order, backwards=backwards):
        seen.update(page)
        if len(gone) < 8:
            gone |= await come_and_go(world, page, leaving=at_first[7 * len(gone) % len(at_first)])

    stayed = set(at_first) - gone
    assert len(stayed) > 20
    assert {one for one in stayed if seen[one] == 0} == set()
    assert {one for one in seen if seen[one] > 1} == set()


async def test_walks_go_on_over_midnight_merges_and_a_full_reload(
    changing_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, directory = changing_world, changing_world.service.directory
    at_first = {order: await world.ids(**ASKED[order], orderBy=order) for order in ORDERS}
    monkeypatch.setattr(resolvers.directory.directory, "OVERLAY_FULL", 2)

    seen: dict[str, list[int]] = {order: [] for order in ORDERS}
    walks = {order: walk(world, order, backwards=False) for order in ORDERS}
    bases: dict[int, Segment] = {}
    for turn in count():
        for order, pages in list(walks.items()):
            page = await anext(pages, None)
            if page is None:
                del walks[order]
            else:
                seen[order] += page
                await change(world.service, page[-1], phone="+33199009999")
        bases[id(directory.snapshot.base.segment)] = directory.snapshot.base.segment
        clock = changing_world.service.clock
        monkeypatch.setattr(clock, "now", clock.now + timedelta(hours=9))
        if turn == 5:
            directory._show_whole(await read_whole(directory.database))
        if not walks:
            break

    assert seen == at_first
    assert len(bases) > 2


async def test_a_new_day_shuffles_a_new_walk_and_not_one_under_way(
    changing_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = changing_world
    today = await world.ids(orderBy="ROTATION")
    page = await world.page(orderBy="ROTATION", first=10)

    clock = changing_world.service.clock
    monkeypatch.setattr(clock, "now", clock.now + timedelta(days=1))
    rest = await world.page(orderBy="ROTATION", first=100, after=page["pageInfo"]["endCursor"])
    back = await world.page(orderBy="ROTATION", last=9, before=page["pageInfo"]["endCursor"])

    assert [number_of(edge["node"]["id"]) for edge in rest["edges"]] == today[10:110]
    assert [number_of(edge["node"]["id"]) for edge in back["edges"]] == today[:9]
    assert await world.ids(orderBy="ROTATION") != today


WINDOWS = st.tuples(
    st.booleans(),
    st.integers(1, 100),
    st.none() | st.integers(0, 10_000),
    st.none() | st.integers(0, 10_000),
)
"""Whether it is read backwards, its size, and the edges that it stands between."""


@given(order=st.sampled_from(ORDERS), windows=st.lists(WINDOWS, min_size=5, max_size=20))
@settings(max_examples=15, deadline=None)
async def test_any_window_is_the_stretch_of_the_list_that_relay_says(
    changing_world: World, order: str, windows: list[tuple[bool, int, int | None, int | None]]
) -> None:
    asked = {**ASKED[order], "orderBy": order}
    edges, total = await changing_world.all(**asked)

    for backwards, size, after, before in windows:
        start = None if after is None else after % total
        stop = None if before is None else before % total
        window: dict[str, Any] = {"last" if backwards else "first": size}
        window["after"] = None if start is None else edges[start]["cursor"]
        window["before"] = None if stop is None else edges[stop]["cursor"]
        page = await changing_world.page(**asked, **window)

        between = edges[0 if start is None else start + 1 : total if stop is None else stop]
        expected = between[-size:] if backwards else between[:size]
        info, more = page["pageInfo"], len(between) > size
        assert page["edges"] == expected
        assert page["totalCount"] == total
        assert info["hasNextPage"] == (stop is not None if backwards else more)
        assert info["hasPreviousPage"] == (more if backwards else start is not None)
        assert info["startCursor"] == (expected[0]["cursor"] if expected else None)
        assert info["endCursor"] == (expected[-1]["cursor"] if expected else None)
