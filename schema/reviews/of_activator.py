"""What companies say of an activator: a part of `Activator`."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.directory.cards import Card
from schema.context import Info
from schema.pages import After, First
from schema.reviews.orders import ReviewOrder

if TYPE_CHECKING:
    from schema.reviews.connection import ReviewConnection
    from schema.reviews.recommendations import RecommendationConnection


@strawberry.type
class ReviewsOfActivator:
    """Its reviews and recommendations."""

    row: strawberry.Private[Card]

    @strawberry.field(
        description="What companies say of the help that they got from it (charter, article 4): "
        "its published reviews, the newest first unless another order is asked for. Null for the "
        "kinds that are not reviewed: champions and institutional activators."
    )
    async def reviews(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        order_by: Annotated[
            ReviewOrder | None,
            strawberry.argument(description="The order; NEWEST by default."),
        ] = None,
    ) -> Annotated["ReviewConnection", strawberry.lazy("schema.reviews.connection")] | None:
        """Page through them."""
        from schema.reviews.connection import find_reviews  # noqa: PLC0415  it ranks above

        return await find_reviews(info, self.row, order_by, first, after)

    @strawberry.field(
        description="The recommendations that it may quote, those published last first (charter, "
        "article 5): its published reviews with a comment, whose authors let it quote them and "
        "whose authenticity is not doubted. Null for the kinds that are not reviewed."
    )
    async def recommendations(
        self, info: Info, first: First = None, after: After = None
    ) -> (
        Annotated["RecommendationConnection", strawberry.lazy("schema.reviews.recommendations")]
        | None
    ):
        """Page through them."""
        from schema.reviews.recommendations import find_recommendations  # noqa: PLC0415

        return await find_recommendations(info, self.row, first, after)
