"""What is no page and what is no cursor is refused by name, and never breaks anything."""

import json
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenarios.test_paging import ASKED, ORDERS
from tests.world import PAGE, World


async def refusal(world: World, **variables: Any) -> dict[str, Any] | None:
    """The extensions of the error that a page is answered with; none where it is a page."""
    answer = await world.service.ask(PAGE, variables)
    return answer["errors"][0]["extensions"] if "errors" in answer else None


def wrong(field: str) -> dict[str, Any]:
    return {"code": "BAD_USER_INPUT", "field": field}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"first": 0}, "first"),
        ({"first": -1}, "first"),
        ({"first": 101}, "first"),
        ({"first": 2**31 - 1}, "first"),
        ({"last": 0}, "last"),
        ({"last": 101}, "last"),
        ({"first": 1, "last": 1}, "last"),
    ],
)
async def test_a_page_holds_one_to_a_hundred_from_one_end(
    world: World, asked: dict[str, int], field: str
) -> None:
    assert await refusal(world, **asked) == wrong(field)


async def test_a_page_holds_twenty_unless_said_otherwise(world: World) -> None:
    assert len((await world.page())["edges"]) == 20
    assert len((await world.page(first=100))["edges"]) == 100


@pytest.mark.parametrize("end", ["after", "before"])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("made_by", ORDERS)
async def test_a_cursor_serves_the_order_that_made_it_alone(
    world: World, made_by: str, order: str, end: str
) -> None:
    page = await world.page(**ASKED[made_by], orderBy=made_by, first=1)
    cursor = page["pageInfo"]["endCursor"]

    refused = await refusal(world, **ASKED[order], orderBy=order, **{end: cursor})

    assert refused == (None if order == made_by else wrong(end))


@pytest.mark.parametrize("end", ["after", "before"])
@pytest.mark.parametrize("order", ORDERS)
async def test_a_cursor_cut_short_is_refused(world: World, order: str, end: str) -> None:
    page = await world.page(**ASKED[order], orderBy=order, first=1)
    cursor = page["pageInfo"]["endCursor"]

    for length in range(len(cursor) - 4):
        refused = await refusal(world, **ASKED[order], orderBy=order, **{end: cursor[:length]})
        assert refused == wrong(end)


@pytest.mark.parametrize("end", ["after", "before"])
@pytest.mark.parametrize(
    "cursor",
    [
        *("", " ", "null", "!", "é", "\0", "\U0001f600", "A" * 401, "A" * 15_000, "===="),
        b64encode(b"arrayconnection:5").decode(),
        b64encode(b"Activator:5").decode(),
        b64encode(b"[" * 300).decode(),
        b64encode(b'["NAME"]').decode(),
        b64encode(b'{"NAME":1,"b":2,"c":3,"d":4}').decode(),
    ],
)
async def test_what_no_page_gave_is_no_cursor(world: World, cursor: str, end: str) -> None:
    assert await refusal(world, orderBy="NAME", **{end: cursor}) == wrong(end)


@pytest.mark.parametrize(
    ("order", "key", "id", "day"),
    [
        ("NAME", 5, 1, None),
        ("NAME", None, 1, None),
        ("NAME", "\u0416", 1, None),
        ("DISTANCE", "x", 1, None),
        ("DISTANCE", float("nan"), 1, None),
        ("DISTANCE", float("inf"), 1, None),
        ("DISTANCE", [1.0], 1, None),
        ("RELEVANCE", True, 1, None),
        ("RATING", "x", 1, None),
        ("RATING", float("nan"), 1, None),
        ("ROTATION", 1.5, 1, 700_000),
        ("ROTATION", 2**63, 1, 700_000),
        ("ROTATION", 5, 1, -1),
        ("ROTATION", 5, 1, 10**9),
        ("ROTATION", 5, 1, 10**30),
        ("ROTATION", 5, 1, "today"),
        ("ROTATION", 5, 1, [1]),
        ("RECENTLY_CONFIRMED", -(10**30), 1, None),
        ("RECENTLY_CONFIRMED", 5, True, None),
        ("RECENTLY_CONFIRMED", 5, 1.0, None),
        ("RECENTLY_CONFIRMED", 5, 2**63, None),
        ("RECENTLY_CONFIRMED", 5, None, None),
    ],
)
async def test_a_cursor_of_the_right_shape_with_wrong_values_is_refused(
    world: World, order: str, key: Any, id: Any, day: Any
) -> None:
    cursor = urlsafe_b64encode(json.dumps([order, key, id, day]).encode()).decode()

    assert await refusal(world, **ASKED[order], orderBy=order, after=cursor) == wrong("after")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from((2**53, 2**63 - 1, -(2**63), 2**64, 739_000))
    | st.floats()
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
CRAFTED = st.tuples(st.sampled_from(ORDERS) | VALUES, VALUES, VALUES, VALUES).map(
    lambda parts: urlsafe_b64encode(json.dumps(parts).encode()).decode()
)
CURSORS = (
    CRAFTED | st.text(max_size=60) | st.binary(max_size=60).map(lambda b: b64encode(b).decode())
)


@given(
    order=st.sampled_from(ORDERS),
    end=st.sampled_from(("after", "before")),
    size=st.sampled_from(("first", "last")),
    cursor=CURSORS,
)
@settings(max_examples=300, deadline=None)
async def test_no_cursor_however_made_breaks_anything(
    world: World, order: str, end: str, size: str, cursor: str
) -> None:
    asked = {**ASKED[order], "orderBy": order, size: 3, end: cursor}

    assert await refusal(world, **asked) in (None, wrong(end))
