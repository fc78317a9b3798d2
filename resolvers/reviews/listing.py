"""Lists of an activator's published reviews: all of them, or those that it may quote.

Lists of several activators are read together: a page of a directory that shows a few reviews of
each takes as many statements as that of one.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from models import tables
from models.review_steps import SHOWN, ReviewState
from models.reviews import TextState
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activators import is_granted
from resolvers.loader import BatchLoader
from resolvers.paging import Window
from resolvers.platform import Platform
from resolvers.reviews.finding import SeenReview, reviews_with_text, standing_of
from resolvers.reviews.orders import Place, ReviewOrder, keys_of, order_for

review, text = tables.review, tables.review_text

COUNTED = func.count().label("counted")


@dataclass(frozen=True, slots=True)
class ListedReview:
    """A review in a list, and its place there."""

    seen: SeenReview
    cursor: str


class ReviewList(NamedTuple):
    """Whose reviews: all that are published, or those by which it is recommended."""

    activator_id: int
    recommending: bool = False


class Stretched(NamedTuple):
    """A stretch of such a list: in an order, behind a place, one more than a page holds."""

    recommending: bool
    order: ReviewOrder
    after: Place | None
    size: int


PageKey = tuple[int, Stretched]
"""The number of the activator, and the stretch of its list."""


def page_of(
    platform: Platform, viewer: Viewer, of: ReviewList, wanted: ReviewOrder, window: Window
) -> Stretched:
    """Name the page that is asked for, in an order that the viewer may have.

    Raises InvalidInput for what is no cursor of that order.
    """
    stars = is_granted(platform.directory, viewer, of.activator_id, Permission.SEE_STARS)
    order = order_for(wanted, sees_stars=stars)
    after = None if window.after is None else Place.read(window.after, order)
    return Stretched(of.recommending, order, after, window.count + 1)


class ReviewPages(BatchLoader[PageKey, list[ListedReview]]):
    """Loads pages of reviews, as a viewer sees them: one statement for all that are alike."""

    def __init__(self, platform: Platform, viewer: Viewer) -> None:
        """Read there, for this viewer."""
        super().__init__()
        self._platform = platform
        self._viewer = viewer

    async def read(self, keys: list[PageKey]) -> dict[PageKey, list[ListedReview]]:
        """Read a batch."""
        alike: dict[Stretched, list[int]] = {}
        for activator_id, stretch in keys:
            alike.setdefault(stretch, []).append(activator_id)
        found: dict[PageKey, list[ListedReview]] = {key: [] for key in keys}
        async with self._platform.database.read() as session:
            for stretch, ids in alike.items():
                for row in await session.execute(_rows(stretch, ids)):
                    seen = SeenReview(row, standing_of(self._platform, self._viewer, row))
                    listed = ListedReview(seen, Place.of(stretch.order, row).cursor)
                    found[row.activator_id, stretch].append(listed)
        return found


class ReviewCounts(BatchLoader[ReviewList, int]):
    """Counts lists of reviews; none where there is no review."""

    def __init__(self, platform: Platform) -> None:
        """Read there."""
        super().__init__()
        self._platform = platform

    async def read(self, keys: list[ReviewList]) -> dict[ReviewList, int]:
        """Count a batch."""
        found: dict[ReviewList, int] = {}
        async with self._platform.database.read() as session:
            for recommending in {key.recommending for key in keys}:
                ids = [key.activator_id for key in keys if key.recommending is recommending]
                counted = _listed(ids, recommending, review.c.activator_id, COUNTED)
                for row in await session.execute(counted.group_by(review.c.activator_id)):
                    found[ReviewList(row.activator_id, recommending)] = row.counted
        return found


def _listed(ids: list[int], recommending: bool, *columns: Any) -> Select[Any]:
    """Select the reviews of some activators' lists.

    One under doubt is no recommendation while it is examined, nor one whose author does not let
    the activator quote it.
    """
    query = select(*columns).where(review.c.activator_id.in_(ids), review.c.state.in_(SHOWN))
    if not recommending:
        return query
    return query.join(text, text.c.review_id == review.c.id).where(
        review.c.state == ReviewState.PUBLISHED,
        text.c.state == TextState.SHOWN,
        text.c.may_quote,
        text.c.sealed.is_not(None),
    )


def _rows(stretch: Stretched, ids: list[int]) -> Select[Any]:
    """Select a stretch of each list, in its order."""
    keys = keys_of(stretch.order)
    place = func.row_number().over(partition_by=review.c.activator_id, order_by=keys)
    listed = _listed(ids, stretch.recommending, review.c.id, place.label("place"))
    if stretch.after is not None:
        listed = listed.where(stretch.after.behind())
    numbered = listed.subquery()
    query = reviews_with_text().join(numbered, numbered.c.id == review.c.id)
    return query.where(numbered.c.place <= stretch.size).order_by(*keys)
