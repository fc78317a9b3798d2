"""Cursors: where a row stands in an order, opaque to clients.

A cursor holds its order, its key and its id, and the day of a rotation, so that a walk goes on
unharmed while rows come and go, or past midnight. It says nothing that its row did not show.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from typing import NamedTuple

import orjson

from resolvers.directory.orders import Order, PlainKey
from resolvers.refusal import InvalidInput

LONGEST = 400
REAL_KEYS = frozenset({Order.DISTANCE, Order.RELEVANCE, Order.RATING})


class Cursor(NamedTuple):
    """A place in an order."""

    order: Order
    key: PlainKey
    id: int
    day: date | None

    def encode(self) -> str:
        """Write it as a client holds it."""
        day = self.day and self.day.toordinal()
        return urlsafe_b64encode(orjson.dumps([self.order.value, self.key, self.id, day])).decode()


def decode(field: str, text: str, order: Order) -> Cursor:
    """Read a cursor back; raises InvalidInput for one that this order did not make."""
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        name, key, activator_id, day = orjson.loads(urlsafe_b64decode(text.encode("ascii")))
        cursor = Cursor(
            Order(name),
            _key(key, order),
            _integer(activator_id),
            date.fromordinal(day) if day else None,
        )
    except (ValueError, TypeError, OverflowError, UnicodeError, binascii.Error):
        raise InvalidInput(field, text, "a cursor that an earlier page gave") from None
    if cursor.order is not order:
        raise InvalidInput(field, text, f"a cursor of the order {order.value}")
    return cursor


def _key(value: object, order: Order) -> PlainKey:
    if order is Order.NAME and isinstance(value, str):
        value.encode("latin-1")
        return value
    if order in REAL_KEYS and isinstance(value, float):
        return value
    if order is Order.NAME:
        raise TypeError("a name")
    return _integer(value)


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) < value < 2**63:
        raise TypeError("not a 64-bit integer")
    return value
