"""The published reviews of an activator, and who sees their stars (charter, article 4)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind, ActivatorState
from models.review_steps import ReviewState
from models.revisions import Subject, record_changes
from schema.nodes import global_id
from tests.contact_viewers import (
    ADMINISTRATOR,
    ASKED,
    COMPANY_ACCOUNT,
    MODERATOR,
    NETWORK,
    REGION,
    STATE,
    STRUCTURE,
    VISITOR,
    add_everybody,
)
from tests.people import add_account, add_activator
from tests.reviews import COMMENT, Reviewed, add_review, put_review
from tests.service import NOW, Service
from tests.statements import statements

REVIEWS = """query ($id: ID!, $orderBy: ReviewOrder, $first: Int, $after: String) {
  activator(id: $id) { reviews(orderBy: $orderBy, first: $first, after: $after) {
    sortedBy totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id stars comment publishedAt } } nodes { id } } } }"""
SEE_ALWAYS = {ASKED, STRUCTURE, NETWORK, STATE, REGION, MODERATOR, ADMINISTRATOR} | {
    "the institution of another region"
}
ORDERS = ("NEWEST", "OLDEST", "HIGHEST", "LOWEST")


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One application for all of these, each with people of its own."""
    shared_service.clock.now = NOW
    return shared_service


async def new_activator(service: Service, **values: Any) -> int:
    async with service.write() as session:
        return await add_activator(session, networks=["cci"], **values)


async def owner_of(service: Service, activator: int) -> str:
    async with service.write() as session:
        return service.token(await add_account(session, Role.ACTIVATOR, activator_id=activator))


async def add_some(service: Service, activator: int, *stars: int) -> list[Reviewed]:
    """Add published reviews, each a minute after the one before."""
    added = []
    for one in stars:
        added.append(await add_review(service, activator, stars=one, comment=COMMENT))
        service.clock.advance(minutes=1)
    return added


async def page(
    service: Service, activator: int, token: str | None = None, **asked: Any
) -> dict[str, Any]:
    """Read a page of reviews."""
    variables = {"id": global_id("Activator", activator), **asked}
    data = await service.data(REVIEWS, variables, token=token)
    found: dict[str, Any] = data["activator"]["reviews"]
    assert [one["node"]["id"] for one in found["edges"]] == [one["id"] for one in found["nodes"]]
    return found


def stars_of(found: dict[str, Any]) -> list[int | None]:
    return [one["node"]["stars"] for one in found["edges"]]


async def end(service: Service, review: Reviewed, activator: int, state: ReviewState) -> None:
    """Have a review leave the list."""
    async with service.write() as session:
        own = update(tables.review).where(tables.review.c.id == review.id)
        await session.execute(own.values(state=state, closed_at=service.clock()))
        await record_changes(session, Subject.ACTIVATOR, [activator])


async def test_everyone_sees_the_stars_of_each_review_from_the_fifth_one_on(
    service: Service,
) -> None:
    everybody = await add_everybody(service)
    who = {name: token for name, token in everybody.tokens.items() if "portal" not in name}

    async def seen() -> dict[str, list[int | None]]:
        asked = (page(service, everybody.activator, token) for token in who.values())
        return dict(zip(who, map(stars_of, await asyncio.gather(*asked)), strict=True))

    await add_some(service, everybody.activator, 5, 1, 4)
    own = {"account_id": everybody.company}
    await add_review(service, everybody.activator, stars=2, request_values=own)
    service.clock.advance(minutes=1)
    below = await seen()
    await add_some(service, everybody.activator, 3)
    fifth = await seen()

    hidden, own_alone = [None] * 4, [2, None, None, None]
    for name, stars in below.items():
        by_name = own_alone if name == COMPANY_ACCOUNT else hidden
        assert stars == ([2, 4, 1, 5] if name in SEE_ALWAYS else by_name), name
    assert fifth == {name: [3, 2, 4, 1, 5] for name in who}


async def test_who_may_not_see_stars_gets_no_order_by_them_and_the_answer_says_so(
    service: Service,
) -> None:
    activator = await new_activator(service)
    owner = await owner_of(service, activator)
    a, b, c, d = [one.node for one in await add_some(service, activator, 2, 5, 2, 4)]

    async def sorted_by(order: str, token: str | None) -> tuple[str, list[str]]:
        found = await page(service, activator, token, orderBy=order)
        return found["sortedBy"], [one["id"] for one in found["nodes"]]

    newest, oldest = [d, c, b, a], [a, b, c, d]
    highest, lowest = [b, d, c, a], [c, a, d, b]
    for order, ids in zip(ORDERS, (newest, oldest, highest, lowest), strict=True):
        assert await sorted_by(order, owner) == (order, ids)
    for order in ("NEWEST", "HIGHEST", "LOWEST"):
        assert await sorted_by(order, None) == ("NEWEST", newest)
    assert await sorted_by("OLDEST", None) == ("OLDEST", oldest)
    assert (await page(service, activator))["sortedBy"] == "NEWEST"


@pytest.mark.parametrize("order", ORDERS)
async def test_a_walk_meets_each_review_once_while_others_come_and_go(
    service: Service, order: str
) -> None:
    activator = await new_activator(service)
    owner = await owner_of(service, activator)
    reviews = await add_some(service, activator, 3, 1, 3, 5, 3, 2)
    asked: dict[str, Any] = {"orderBy": order, "first": 2}

    met, found = [], await page(service, activator, owner, **asked)
    while True:
        met += [one["id"] for one in found["nodes"]]
        if not found["pageInfo"]["hasNextPage"]:
            break
        if len(met) == 2:
            await end(service, reviews[0], activator, ReviewState.WITHDRAWN)
            behind = met[-1]
            service.clock.advance(minutes=1)
        await add_review(service, activator, stars=3)
        asked["after"] = found["pageInfo"]["endCursor"]
        found = await page(service, activator, owner, **asked)
        assert found["pageInfo"]["hasPreviousPage"] is True
        if len(met) > 10:
            break

    assert behind in met
    assert len(met) == len(set(met))
    assert {one.node for one in reviews[1:]} <= set(met)


async def test_reviews_of_one_moment_stand_in_one_order(service: Service) -> None:
    activator = await new_activator(service)
    async with service.write() as session:
        for _ in range(4):
            await put_review(service, session, activator, stars=4)
        await record_changes(session, Subject.ACTIVATOR, [activator])
    token = await owner_of(service, activator)

    for order in ORDERS:
        whole = [
            one["id"] for one in (await page(service, activator, token, orderBy=order))["nodes"]
        ]
        walked, after = [], None
        for _ in range(4):
            one = await page(service, activator, token, orderBy=order, first=1, after=after)
            walked += [node["id"] for node in one["nodes"]]
            after = one["pageInfo"]["endCursor"]
        assert walked == whole


async def test_only_published_reviews_are_listed_to_anybody(service: Service) -> None:
    everybody = await add_everybody(service)
    by_state = {
        state: await add_review(service, everybody.activator, comment=COMMENT, state=state)
        for state in ReviewState
    }

    for name in (VISITOR, ASKED, MODERATOR):
        found = await page(service, everybody.activator, everybody.tokens[name])
        shown = {by_state[ReviewState.PUBLISHED].node, by_state[ReviewState.UNDER_DOUBT].node}
        assert {one["id"] for one in found["nodes"]} == shown, name
        assert found["totalCount"] == 2


async def test_a_cursor_serves_the_order_that_made_it_alone(service: Service) -> None:
    activator = await new_activator(service)
    owner = await owner_of(service, activator)
    await add_some(service, activator, 1, 2)
    variables = {"id": global_id("Activator", activator), "first": 1}

    async def cursor_of(order: str, token: str | None) -> str:
        return str((await page(service, activator, token, orderBy=order))["edges"][0]["cursor"])

    for made_by in ORDERS:
        cursor = await cursor_of(made_by, owner)
        for order in ORDERS:
            asked = {**variables, "orderBy": order, "after": cursor}
            answer = await service.ask(REVIEWS, asked, token=owner)
            assert ("errors" not in answer) is (order == made_by), (made_by, order)
    stars = await cursor_of("HIGHEST", owner)
    for order in ORDERS:
        answer = await service.ask(REVIEWS, {**variables, "orderBy": order, "after": stars})
        assert answer["errors"][0]["extensions"]["field"] == "after"
    assert await cursor_of("HIGHEST", None) == await cursor_of("NEWEST", None)


WRONG_CURSORS = (
    *("", "x", "\0", "NEWEST", "NEWEST.0.1", "NEWEST.1.1.1", "HIGHEST.0.1.1", "é.0.1.1"),
    *("NEWEST.0.٣.1", f"NEWEST.0.{10**17}999.1", f"NEWEST.0.{10**18}.1", f"NEWEST.0.1.{10**18}"),
    *(f"HIGHEST.{2**40}.1.1", "HIGHEST.6.1.1", "NEWEST.0.-1.1", "9" * 5_000, "NEWEST.0.1.1.1"),
)


async def test_what_is_no_page_and_no_cursor_is_told_by_its_name(service: Service) -> None:
    activator = await new_activator(service)
    owner, id = await owner_of(service, activator), global_id("Activator", activator)

    for after in WRONG_CURSORS:
        for order in ("NEWEST", "HIGHEST"):
            variables = {"id": id, "after": after, "orderBy": order}
            answer = await service.ask(REVIEWS, variables, token=owner)
            told = answer["errors"][0]["extensions"]
            assert (told["code"], told["field"]) == ("BAD_USER_INPUT", "after"), after
    for first in (0, -1, 101):
        answer = await service.ask(REVIEWS, {"id": id, "first": first})
        assert answer["errors"][0]["extensions"]["field"] == "first"


async def test_the_reviews_of_many_take_as_many_statements_as_those_of_one(
    service: Service,
) -> None:
    many = [await new_activator(service) for _ in range(4)]
    for activator, stars in zip(many, ([], [1], [2, 3], [5, 5, 5, 5, 5, 5]), strict=True):
        await add_some(service, activator, *stars)
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Activator {
      reviews(first: 3) { totalCount nodes { stars comment reply { text } } } } } }"""
    ids = [global_id("Activator", one) for one in many]
    await service.data(query, {"ids": ids})

    with statements(service) as sent:
        found = await service.data(query, {"ids": ids})

    assert [len(one["reviews"]["nodes"]) for one in found["nodes"]] == [0, 1, 2, 3]
    assert [one["reviews"]["totalCount"] for one in found["nodes"]] == [0, 1, 2, 6]
    assert len(sent) == 2
    assert {"review_history", "account"}.isdisjoint(" ".join(one.text for one in sent).split())


@pytest.mark.parametrize("kind", [ActivatorKind.CHAMPION, ActivatorKind.INSTITUTIONAL])
async def test_kinds_that_are_not_reviewed_have_no_reviews_whatever_they_were_before(
    service: Service, kind: ActivatorKind
) -> None:
    activator = await new_activator(service, kind=kind)
    member = await owner_of(service, activator)
    left = await add_review(service, activator, comment=COMMENT, may_quote=True)

    found = await service.data(
        """query ($id: ID!, $review: ID!) { node(id: $review) { id }
          activator(id: $id) { reviews { totalCount } recommendations { totalCount } } }""",
        {"id": global_id("Activator", activator), "review": left.node},
        token=member,
    )

    assert found == {"node": None, "activator": {"reviews": None, "recommendations": None}}


@pytest.mark.parametrize("state", [ActivatorState.SUSPENDED, ActivatorState.WITHDRAWN])
async def test_the_reviews_of_a_hidden_activator_do_not_exist(
    service: Service, state: ActivatorState
) -> None:
    activator = await new_activator(service, state=state)
    owner = await owner_of(service, activator)
    hidden = await add_review(service, activator, comment=COMMENT)
    node = "query ($id: ID!) { node(id: $id) { id } }"
    reviews = "query ($id: ID!) { activator(id: $id) { reviews { totalCount } } }"
    own = {"id": global_id("Activator", activator)}

    assert await service.data(node, {"id": hidden.node}) == {"node": None}
    assert await service.data(reviews, own) == {"activator": None}
    seen = await service.data(reviews, own, token=owner)
    assert seen == {"activator": {"reviews": {"totalCount": 1}}}


async def test_a_change_does_not_lift_a_review(service: Service) -> None:
    activator = await new_activator(service)
    first, second = await add_some(service, activator, 1, 2)
    async with service.write() as session:
        own = update(tables.review).where(tables.review.c.id == first.id)
        await session.execute(own.values(changed_at=service.clock() + timedelta(days=9)))

    found = await page(service, activator)

    assert [one["id"] for one in found["nodes"]] == [second.node, first.node]
