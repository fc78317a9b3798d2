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
from resolvers.directory.slugs import digits_of
from resolvers.reviews.orders import ReviewOrder
from resolvers.reviews.stars import recount_stars
from schema.nodes import global_id
from tests.people import add_account, add_activator
from tests.reviews import COMMENT, Reviewed, put_review
from tests.rules.asking import answer_to
from tests.rules.star_questions import BY_STARS, EACH, ONE, OTHERWISE, REVIEWS, SEARCH
from tests.service import Service

SLOTS = 5
"""Reviews of each activator; what they are worth, and whether they are published, changes."""


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
        asked += [(ONE, self._named(id)) for id in self.ids]
        asked += [(EACH, {"reviews": [r.node for r in mine]}) for mine in self.reviews.values()]
        others = await asyncio.gather(*(answer_to(self.service, *one, token) for one in asked))
        told = [*(page for walk in walks for page in walk), *others]
        told += await self._of_reviews(token)
        assert not any(b'"errors"' in one for one in told)
        return told

    async def _of_reviews(self, token: str | None) -> list[bytes]:
        """Read the reviews of each in each order, and open the pages of all."""
        lists = await asyncio.gather(
            *(self._list(self.ids, order.value, token) for order in ReviewOrder)
        )
        found = zip(self.ids, orjson.loads(lists[0])["data"]["nodes"], strict=True)
        more = await asyncio.gather(
            *(self._list([id], "NEWEST", token, after=_end(one)) for id, one in found)
        )
        links = [f"/reviews/{digits_of(one.id)}" for mine in self.reviews.values() for one in mine]
        pages = await asyncio.gather(*map(self.service.client.get, links))
        return [*lists, *more, *(one.content for one in pages)]

    async def _list(
        self, ids: list[str], order: str, token: str | None, after: str | None = None
    ) -> bytes:
        return await answer_to(
            self.service, REVIEWS, {"ids": ids, "order": order, "after": after}, token
        )

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

    def _named(self, id: str) -> dict[str, Any]:
        entity = {"__typename": "Activator", "id": id}
        return {"id": id, "ids": self.ids, "entities": [entity]}


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


def _end(activator: Any) -> Any:
    """Read where the first page of its reviews ends."""
    return activator["reviews"]["pageInfo"]["endCursor"]


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
