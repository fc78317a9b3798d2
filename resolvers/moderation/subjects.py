"""What cases are about: the reviews, texts and reports of a page are each read at once."""

from typing import Any

from sqlalchemy import Row, select

from models import tables
from models.reviews import TextState
from permissions.viewer import Viewer
from resolvers.loader import BatchLoader
from resolvers.platform import Platform
from resolvers.reviews.finding import SeenReview, reviews_with_text, standing_of

review, text, report = tables.review, tables.review_text, tables.profile_report


class CaseReviews(BatchLoader[int, SeenReview]):
    """Loads reviews by their number, for who moderates."""

    def __init__(self, platform: Platform, viewer: Viewer) -> None:
        """Read there, for this viewer."""
        super().__init__()
        self._platform = platform
        self._viewer = viewer

    async def read(self, keys: list[int]) -> dict[int, SeenReview]:
        """Read a batch."""
        query = reviews_with_text().where(review.c.id.in_(keys))
        async with self._platform.database.read() as session:
            rows = (await session.execute(query)).all()
        seen = (SeenReview(row, standing_of(self._platform, self._viewer, row)) for row in rows)
        return {one.row.id: one for one in seen}


class WaitingTexts(BatchLoader[int, Row[Any]]):
    """Loads the texts that wait for a moderator, by the number of their review."""

    def __init__(self, platform: Platform) -> None:
        """Read there."""
        super().__init__()
        self._platform = platform

    async def read(self, keys: list[int]) -> dict[int, Row[Any]]:
        """Read a batch."""
        waits = text.c.state == TextState.WAITING
        query = select(text).where(text.c.review_id.in_(keys), waits)
        async with self._platform.database.read() as session:
            return {row.review_id: row for row in await session.execute(query)}


class Reports(BatchLoader[int, Row[Any]]):
    """Loads reports of profiles by their number."""

    def __init__(self, platform: Platform) -> None:
        """Read there."""
        super().__init__()
        self._platform = platform

    async def read(self, keys: list[int]) -> dict[int, Row[Any]]:
        """Read a batch."""
        query = select(report).where(report.c.id.in_(keys))
        async with self._platform.database.read() as session:
            return {row.id: row for row in await session.execute(query)}
