"""The orders of published reviews, and where one stands in them.

A cursor tells of its order's key and no more: stars are in those of the orders by stars alone,
which nobody gets who may not see them (charter, article 4).
"""

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, Row, and_, or_

from models import tables
from models.reviews import FEWEST_STARS, MOST_STARS
from resolvers.refusal import InvalidInput

review = tables.review

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MOST_DIGITS = 18
"""Digits of a number in a cursor: what the databases hold."""


class ReviewOrder(Enum):
    """In which order published reviews stand; by stars, the newest of as many come first."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    HIGHEST = "HIGHEST"
    LOWEST = "LOWEST"


DEFAULT_ORDER = ReviewOrder.NEWEST
BY_STARS = frozenset({ReviewOrder.HIGHEST, ReviewOrder.LOWEST})


def order_for(wanted: ReviewOrder, *, sees_stars: bool) -> ReviewOrder:
    """Give the order that is wanted; the newest first to who may not see by what it would be."""
    return wanted if sees_stars or wanted not in BY_STARS else DEFAULT_ORDER


def keys_of(order: ReviewOrder) -> list[ColumnElement[Any]]:
    """Say in SQL by what an order sorts."""
    at, number, stars = review.c.published_at, review.c.id, review.c.stars
    if order is ReviewOrder.OLDEST:
        return [at.asc(), number.asc()]
    first = {ReviewOrder.HIGHEST: [stars.desc()], ReviewOrder.LOWEST: [stars.asc()]}
    return [*first.get(order, []), at.desc(), number.desc()]


class Place(NamedTuple):
    """Where a review stands in an order: its stars if they count, its publication, its number."""

    order: ReviewOrder
    stars: int
    at: datetime
    number: int

    @classmethod
    def of(cls, order: ReviewOrder, row: Row[Any]) -> Self:
        """Say where a review stands."""
        return cls(order, row.stars if order in BY_STARS else 0, row.published_at, row.id)

    @classmethod
    def read(cls, cursor: str, order: ReviewOrder) -> Self:
        """Read a cursor; raises InvalidInput for what is none, or is one of another order."""
        name, *numbers = cursor.split(".")
        try:
            if not all(map(_is_number, numbers)):
                raise ValueError("not numbers")
            made_by = ReviewOrder(name)
            stars, time, number = map(int, numbers)
            lowest, highest = (FEWEST_STARS, MOST_STARS) if made_by in BY_STARS else (0, 0)
            if not lowest <= stars <= highest:
                raise ValueError("no stars")
            place = cls(made_by, stars, EPOCH + time * MICROSECOND, number)
        except (ValueError, OverflowError):
            expected = "a cursor that an earlier page gave"
            raise InvalidInput("after", cursor, expected) from None
        if made_by is not order:
            raise InvalidInput("after", cursor, f"a cursor of the order {order.value}")
        return place

    @property
    def cursor(self) -> str:
        """Write it for a client."""
        time = (self.at - EPOCH) // MICROSECOND
        return f"{self.order.value}.{self.stars}.{time}.{self.number}"

    def behind(self) -> ColumnElement[bool]:
        """Keep what stands behind it."""
        at, number, stars = review.c.published_at, review.c.id, review.c.stars
        if self.order is ReviewOrder.OLDEST:
            return or_(at > self.at, and_(at == self.at, number > self.number))
        older = or_(at < self.at, and_(at == self.at, number < self.number))
        if self.order not in BY_STARS:
            return older
        worse = stars < self.stars if self.order is ReviewOrder.HIGHEST else stars > self.stars
        return or_(worse, and_(stars == self.stars, older))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
