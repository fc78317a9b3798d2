"""What is not shown of a review: each of its texts, each step, and what was controlled."""

from enum import Enum
from typing import Any

from sqlalchemy import Column, Row, select

from models.database import Database
from models.review_steps import ReviewStep
from permissions.reviews import ReviewPermission
from resolvers.loader import BatchLoader
from resolvers.reviews.finding import ReviewGrants, reviews_with_text


class ReviewControl(Enum):
    """What was controlled before a review was published (`review_law.CONTROL`)."""

    ADDRESS_VERIFIED = "ADDRESS_VERIFIED"
    REQUEST_ANSWERED = "REQUEST_ANSWERED"
    ENGAGEMENT_CONFIRMED = "ENGAGEMENT_CONFIRMED"
    COMMENT_MODERATED = "COMMENT_MODERATED"


def controls_of(row: Row[Any]) -> list[ReviewControl]:
    """List what was: nobody writes but by a mailed link or signed in, nor before being helped.

    A comment is shown once a moderator has read it, and never before.
    """
    asked = row.request_id is not None
    occasion = ReviewControl.REQUEST_ANSWERED if asked else ReviewControl.ENGAGEMENT_CONFIRMED
    commented = [] if row.text_sealed is None else [ReviewControl.COMMENT_MODERATED]
    return [ReviewControl.ADDRESS_VERIFIED, occasion, *commented]


def may_read_why(grants: ReviewGrants, step: ReviewStep) -> bool:
    """Say whether the ground and the words of a step in its history are for such a viewer."""
    needed = ReviewPermission.READ_DOUBT if step is ReviewStep.DOUBT else ReviewPermission.FOLLOW
    return needed in grants


class PartsOfReviews(BatchLoader[int, list[Row[Any]]]):
    """Loads the texts or the steps of reviews by the review's number, the first one first."""

    def __init__(self, database: Database, of: Column[int]) -> None:
        """Read there, the rows of the table that names reviews in this column."""
        super().__init__()
        self._database = database
        self._of = of

    async def read(self, keys: list[int]) -> dict[int, list[Row[Any]]]:
        """Read a batch."""
        table, found = self._of.table, dict[int, list[Row[Any]]]()
        query = select(table).where(self._of.in_(keys)).order_by(table.c.number)
        async with self._database.read() as session:
            for row in await session.execute(query):
                found.setdefault(row.review_id, []).append(row)
        return found


class ReviewsOf(BatchLoader[int, Row[Any]]):
    """Loads reviews by the number of what they are about: requests, or declared engagements."""

    def __init__(self, database: Database, of: Column[int]) -> None:
        """Read there, by this column of the review."""
        super().__init__()
        self._database = database
        self._of = of

    async def read(self, keys: list[int]) -> dict[int, Row[Any]]:
        """Read a batch."""
        query = reviews_with_text().where(self._of.in_(keys))
        async with self._database.read() as session:
            rows = (await session.execute(query)).all()
        return {getattr(row, self._of.key): row for row in rows}
