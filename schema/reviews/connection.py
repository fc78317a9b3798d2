"""Lists of an activator's published reviews (Relay's cursor connections)."""

import strawberry

from models.review_law import DISPLAY, FAIR_INFORMATION, cited
from permissions.rulebook import is_reviewed
from resolvers.directory.cards import Card
from resolvers.paging import Stretch, window
from resolvers.reviews.listing import ListedReview, ReviewList, page_of
from schema.context import Info
from schema.pages import PageInfo
from schema.reviews.orders import DEFAULT_ORDER, ReviewOrder
from schema.reviews.policy import ReviewPolicy
from schema.reviews.review import Review


@strawberry.type(description="A review in a list.")
class ReviewEdge:
    """An edge."""

    cursor: str = strawberry.field(
        description="Its place in the list; opaque, and good for the order that made it alone."
    )
    node: Review = strawberry.field(description="The review.")


@strawberry.type(
    description="A page of the published reviews of an activator. One whose authenticity is "
    f"doubted stays among them while that is examined ({cited(FAIR_INFORMATION)})."
)
class ReviewConnection:
    """A page."""

    page: strawberry.Private[Stretch[ListedReview]]
    activator_id: strawberry.Private[int]
    sorted_by: ReviewOrder = strawberry.field(
        description=f"The order in which they stand ({cited(DISPLAY)}): the one that was asked "
        "for, if the viewer may see what it would tell."
    )

    @strawberry.field(description="The page, with places.")
    def edges(self) -> list[ReviewEdge]:
        """List the edges."""
        return [ReviewEdge(cursor=one.cursor, node=Review.of(one.seen)) for one in self.page.rows]

    @strawberry.field(description="The page, without them.")
    def nodes(self) -> list[Review]:
        """List the nodes."""
        return [Review.of(one.seen) for one in self.page.rows]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        return PageInfo.of(self.page)

    @strawberry.field(
        description="How reviews are handled: that they are controlled, and by what they are "
        f"ordered, is to be shown beside them ({cited(DISPLAY)}, 1°)."
    )
    def policy(self, info: Info) -> ReviewPolicy:
        """Tell it."""
        return ReviewPolicy.of(info)

    @strawberry.field(description="How many are published.")
    async def total_count(self, info: Info) -> int:
        """Count them."""
        return await info.context.review_counts.load(ReviewList(self.activator_id)) or 0


async def find_reviews(
    info: Info, card: Card, order: ReviewOrder | None, first: int | None, after: str | None
) -> ReviewConnection | None:
    """Find a page of an activator's reviews; None for a kind that is not reviewed."""
    if not is_reviewed(card.kind):
        return None
    wanted = order or DEFAULT_ORDER
    page, sorted_by = await find_page(info, ReviewList(card.id), wanted, first, after)
    return ReviewConnection(page=page, activator_id=card.id, sorted_by=sorted_by)


async def find_page(
    info: Info, of: ReviewList, wanted: ReviewOrder, first: int | None, after: str | None
) -> tuple[Stretch[ListedReview], ReviewOrder]:
    """Find a page of a list of reviews; give the order in which it stands, too."""
    context, asked = info.context, window(first, after)
    stretch = page_of(context.platform, context.viewer, of, wanted, asked)
    found = await context.review_pages.load((of.activator_id, stretch))
    return Stretch.of(found or [], asked), stretch.order
