"""The orders of reviews, as the wire names them."""

import strawberry

from permissions.guard import describe_values
from resolvers.reviews.orders import DEFAULT_ORDER, ReviewOrder

__all__ = ["DEFAULT_ORDER", "ReviewOrder"]

strawberry.enum(
    ReviewOrder,
    description="In which order published reviews stand. It goes by the day on which each was "
    "first published: a change does not lift it.",
)
describe_values(
    {
        ReviewOrder.NEWEST: "The newest first: the default.",
        ReviewOrder.OLDEST: "The oldest first.",
        ReviewOrder.HIGHEST: "The most stars first, the newest of as many before older ones. Who "
        "may not see the activator's stars gets NEWEST, and `sortedBy` says so.",
        ReviewOrder.LOWEST: "The fewest stars first, the newest of as many before older ones. Who "
        "may not see the activator's stars gets NEWEST, and `sortedBy` says so.",
    }
)
