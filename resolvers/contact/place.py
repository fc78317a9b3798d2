"""Where a contact request stands in a list, the newest first."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, Row, and_, or_

from models import tables
from resolvers.refusal import InvalidInput

request = tables.contact_request

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MOST_DIGITS = 18
"""Digits of a number in a cursor: what the databases hold."""


class Place(NamedTuple):
    """When the company asked, then the request's number."""

    at: datetime
    number: int

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """Say where a request stands."""
        return cls(row.created_at, row.id)

    @classmethod
    def read(cls, cursor: str) -> Self:
        """Read a cursor; raises InvalidInput for what is none."""
        time, _, number = cursor.partition(".")
        try:
            if not all(map(_is_number, (time, number))):
                raise ValueError("not two numbers")
            return cls(EPOCH + int(time) * MICROSECOND, int(number))
        except (ValueError, OverflowError):
            expected = "a cursor that an earlier page gave"
            raise InvalidInput("after", cursor, expected) from None

    @property
    def cursor(self) -> str:
        """Write it for a client."""
        return f"{(self.at - EPOCH) // MICROSECOND}.{self.number}"

    def behind(self) -> ColumnElement[bool]:
        """Keep what stands behind it."""
        at, number = request.c.created_at, request.c.id
        return or_(at < self.at, and_(at == self.at, number < self.number))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
