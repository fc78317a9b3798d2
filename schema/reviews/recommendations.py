"""Recommendations: the reviews that an activator may quote (charter, article 5)."""

from typing import Self

import strawberry

from permissions.rulebook import is_reviewed
from resolvers.directory.cards import Card
from resolvers.paging import Stretch
from resolvers.reviews.finding import SeenReview
from resolvers.reviews.listing import ListedReview, ReviewList
from resolvers.reviews.orders import ReviewOrder
from resolvers.reviews.permalinks import permalink_of
from schema.context import Info
from schema.pages import PageInfo
from schema.reviews.connection import find_page
from schema.reviews.review import Review


@strawberry.type(
    description="A recommendation by a company (charter, article 5): a published review with a "
    "comment, which its author lets the activator quote. Its stars do not count."
)
class Recommendation:
    """A recommendation."""

    review: Review = strawberry.field(description="The review.")
    permalink: str = strawberry.field(
        description="The address of a page that shows the review, for as long as it is published."
    )

    @classmethod
    def of(cls, info: Info, seen: SeenReview) -> Self:
        """Wrap one that the viewer sees."""
        return cls(
            review=Review.of(seen), permalink=permalink_of(info.context.platform, seen.row.id)
        )


@strawberry.type(description="A recommendation in a list.")
class RecommendationEdge:
    """An edge."""

    cursor: str = strawberry.field(description="Its place in the list; opaque.")
    node: Recommendation = strawberry.field(description="The recommendation.")


@strawberry.type(
    description="A page of recommendations, those published last first. A review whose "
    "authenticity is doubted is none of them while that is examined."
)
class RecommendationConnection:
    """A page."""

    page: strawberry.Private[Stretch[ListedReview]]
    activator_id: strawberry.Private[int]

    @strawberry.field(description="The page, with places.")
    def edges(self, info: Info) -> list[RecommendationEdge]:
        """List the edges."""
        return [
            RecommendationEdge(cursor=one.cursor, node=Recommendation.of(info, one.seen))
            for one in self.page.rows
        ]

    @strawberry.field(description="The page, without them.")
    def nodes(self, info: Info) -> list[Recommendation]:
        """List the nodes."""
        return [Recommendation.of(info, one.seen) for one in self.page.rows]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        return PageInfo.of(self.page)

    @strawberry.field(description="How many there are.")
    async def total_count(self, info: Info) -> int:
        """Count them."""
        of = ReviewList(self.activator_id, recommending=True)
        return await info.context.review_counts.load(of) or 0


async def find_recommendations(
    info: Info, card: Card, first: int | None, after: str | None
) -> RecommendationConnection | None:
    """Find a page of an activator's recommendations; None for a kind that is not reviewed."""
    if not is_reviewed(card.kind):
        return None
    of = ReviewList(card.id, recommending=True)
    page, _ = await find_page(info, of, ReviewOrder.NEWEST, first, after)
    return RecommendationConnection(page=page, activator_id=card.id)
