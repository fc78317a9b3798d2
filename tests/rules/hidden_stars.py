"""A town whose reviews stay and whose stars change, and all that may be asked there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from models.activators import ActivatorKind
from models.base import new_id
from models.review_steps import SHOWN, ReviewState
from models.reviews import TextState
from models.revisions import Subject, record_changes
from resolvers.reviews.stars import recount_stars
from schema.nodes import global_id
from tests.people import add_account, add_activator
from tests.reviews import COMMENT, Reviewed, put_review
from tests.rules.asking import answer_to
from tests.service import Service

SLOTS = 5
"""Reviews of each activator; what they are worth, and whether they are published, changes."""

OYONNAX = {"place": {"communeCode": "01283"}, "radiusKm": 60}
BY_STARS: list[dict[str, Any]] = [
    {"order": "RATING"},
    {"order": "RATING", "near": OYONNAX},
    {"order": "RATING", "filter": {"text": "camille"}},
    {"order": "RATING", "filter": {"kinds": ["ADVISER", "SOLUTION_PROVIDER"], "serves": "DEP-01"}},
]
OTHERWISE: list[dict[str, Any]] = [
    *({"order": order} for order in ("NAME", "ROTATION", "RECENTLY_CONFIRMED")),
    {"order": "DISTANCE", "near": OYONNAX},
    {"order": "RELEVANCE", "filter": {"text": "camille"}},
    {"filter": {"networks": ["cci"]}},
]

STARRED = """
fragment Starred on Activator {
  id
  rating { average count distribution { stars count } }
  viewerMay { review contact edit }
  structure { name activators { totalCount } }
}
"""
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
    edges { cursor distanceKm node { ...Starred } }
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
SEARCH += STARRED
ONE = """
query One($id: ID!, $ids: [ID!]!, $reviews: [ID!]!, $entities: [_Any!]!) {
  activator(id: $id) { ...Starred }
  node(id: $id) { ...Starred }
  nodes(ids: $ids) { ...Starred }
  reviews: nodes(ids: $reviews) { id ... on Review { comment state activator { ...Starred } } }
  _entities(representations: $entities) { ...Starred }
  activatorClusters(bounds: {south: 45, west: 4, north: 48, east: 7}, zoom: 22) {
    count activator { id version rating { average count distribution { count } } }
  }
}
"""
ONE += STARRED
LISTS = """
query Lists($id: ID!) {
  activator(id: $id) {
    newest: reviews(first: 6) { ...Listed }
    oldest: reviews(first: 6, orderBy: OLDEST) { ...Listed }
    highest: reviews(first: 6, orderBy: HIGHEST) { ...Listed }
    lowest: reviews(first: 6, orderBy: LOWEST) { ...Listed }
    page: reviews(first: 1, orderBy: HIGHEST) { ...Listed }
    recommendations(first: 6) {
      totalCount edges { cursor node { permalink review { id stars comment } } }
    }
  }
}
fragment Listed on ReviewConnection {
  sortedBy totalCount pageInfo { hasNextPage startCursor endCursor }
  edges { cursor node { id stars comment mayBeQuoted publishedAt changedAt doubt { kept } } }
}
"""


class Worth(NamedTuple):
    """What a review is at one time."""

    state: ReviewState
    stars: int


@dataclass(frozen=True)
class Town:
    """Activators with their reviews, and who asks without being the owner of any."""

    service: Service
    reviews: dict[int, list[Reviewed]]
    askers: dict[str, str | None]

    async def give(self, worths: Sequence[Sequence[Worth]]) -> None:
        """Have the reviews of each activator be of this worth from now on."""
        pairs = [
            (review.id, worth)
            for mine, wanted in zip(self.reviews.values(), worths, strict=True)
            for review, worth in zip(mine, wanted, strict=True)
        ]
        async with self.service.write() as session:
            await session.execute(REWORTH, [self._row(*pair) for pair in pairs])
            await session.execute(RETEXT, [_text(*pair) for pair in pairs])
            await session.execute(CHANGES, [_change(*pair) for pair in pairs])
            for activator_id in self.reviews:
                await recount_stars(session, activator_id)
            await record_changes(session, Subject.ACTIVATOR, [*self.reviews])

    def _row(self, review_id: int, worth: Worth) -> dict[str, Any]:
        never = worth.state in (ReviewState.PENDING, ReviewState.REJECTED)
        at = self.service.clock()
        return {
            "one": review_id,
            "state": worth.state,
            "stars": None if never else worth.stars,
            "published_at": None if never else at,
        }

    async def answers(self, asker: str) -> list[bytes]:
        """Ask all that somebody can, in every order and from both ends."""
        token = self.askers[asker]
        walks = await asyncio.gather(*(self._walk(search, token) for search in BY_STARS))
        asked = [(SEARCH, search) for search in OTHERWISE]
        asked += [(ONE, self._named(number)) for number in self.reviews]
        asked += [(LISTS, {"id": id}) for id in self.ids]
        others = await asyncio.gather(*(answer_to(self.service, *one, token) for one in asked))
        answers = [*(page for walk in walks for page in walk), *others]
        wrong = [answer for answer in answers if b'"errors"' in answer]
        assert wrong == []
        return answers

    async def _walk(self, search: dict[str, Any], token: str | None) -> list[bytes]:
        first, last = await asyncio.gather(
            answer_to(self.service, SEARCH, {**search, "first": 3}, token),
            answer_to(self.service, SEARCH, {**search, "last": 2}, token),
        )
        end, start = _info(first)["endCursor"], _info(last)["startCursor"]
        more = await asyncio.gather(
            answer_to(self.service, SEARCH, {**search, "first": 3, "after": end}, token),
            answer_to(self.service, SEARCH, {**search, "last": 2, "before": start}, token),
        )
        return [first, last, *more]

    @property
    def ids(self) -> list[str]:
        """Their ids on the wire."""
        return [global_id("Activator", number) for number in self.reviews]

    def _named(self, number: int) -> dict[str, Any]:
        id = global_id("Activator", number)
        return {
            "id": id,
            "ids": self.ids,
            "reviews": [one.node for one in self.reviews[number]],
            "entities": [{"__typename": "Activator", "id": id}],
        }


review, text = tables.review, tables.review_text
NEW: dict[str, Any] = {name: bindparam(name) for name in ("state", "stars")}
REWORTH = update(review).where(review.c.id == bindparam("one"))
REWORTH = REWORTH.values(published_at=bindparam("published_at"), **NEW)
OF_REVIEW = text.c.review_id == bindparam("one")
RETEXT = update(text).where(OF_REVIEW, text.c.number == 1).values(**NEW)
CHANGES = update(text).where(OF_REVIEW, text.c.number == 2).values(stars=bindparam("stars"))


def _text(review_id: int, worth: Worth) -> dict[str, Any]:
    shown, waits = worth.state in SHOWN, worth.state is ReviewState.PENDING
    state = TextState.SHOWN if shown else TextState.WAITING if waits else TextState.REPLACED
    return {"one": review_id, "state": state, "stars": worth.stars}


def _change(review_id: int, worth: Worth) -> dict[str, Any]:
    """Turn the stars of what waits to take its place."""
    return {"one": review_id, "stars": 6 - worth.stars}


def _info(page: bytes) -> Any:
    """Read where a page stands; fails for a page that is an error."""
    return orjson.loads(page)["data"]["activators"]["pageInfo"]


async def make_town(service: Service) -> Town:
    """Add activators with reviews that may be seen by nobody yet, between some that all see."""
    adviser, provider = ActivatorKind.ADVISER, ActivatorKind.SOLUTION_PROVIDER
    common = {"networks": ["cci"], "serves": ["DEP-01"]}
    async with service.write() as session:
        for stars in ([0, 0, 0, 1, 9], [9, 1, 0, 0, 0], []):
            await add_activator(session, stars=stars, **common)
        numbers = [
            await add_activator(session, kind=kind, **common)
            for kind in (adviser, ActivatorKind.FUNDING_ADVISER, provider)
        ]
        own = await add_activator(session, **common)
        reviews = {
            number: [
                await put_review(
                    service, session, number, comment=COMMENT if slot < 3 else None, may_quote=True
                )
                for slot in range(SLOTS)
            ]
            for number in numbers
        }
        await _add_changes(service, session, [mine[0].id for mine in reviews.values()])
        member = await add_account(session, Role.ACTIVATOR, activator_id=own)
        await record_changes(session, Subject.ACTIVATOR, numbers)
    return Town(service, reviews, {"a visitor": None, "a member": service.token(member)})


async def _add_changes(service: Service, session: AsyncSession, review_ids: list[int]) -> None:
    """Have another text wait, with other stars."""
    waiting = {"number": 2, "state": TextState.WAITING, "stars": 1, "may_quote": True}
    when = {"written_at": service.clock(), "experienced_on": service.clock().date()}
    rows = [{"id": new_id(), "review_id": one, **waiting, **when} for one in review_ids]
    await session.execute(insert(text), rows)
