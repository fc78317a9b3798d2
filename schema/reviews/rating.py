"""Ratings, as the wire shows them: stars, averaged and counted."""

import strawberry

from permissions.guard import each, of_row
from resolvers.directory import rating


@strawberry.type(description="How many reviews give so many stars.")
class StarCount:
    """A count by stars."""

    row: strawberry.Private[rating.StarCountRow]
    stars: int = of_row("Stars, from 1 to 5.")
    count: int = of_row("Published reviews that give them.")


@strawberry.type(
    description="What published reviews say of an activator in stars (charter, article 4). One "
    "under doubt counts while it is examined."
)
class Rating:
    """A rating."""

    row: strawberry.Private[rating.Rating]
    average: float = of_row("The mean of their stars, to two decimals, half rounded up.")
    count: int = of_row("How many reviews there are.")
    distribution: list[StarCount] = of_row(
        "How many give one star, two, …: five entries, from 1 star to 5.", wrap=each(StarCount)
    )
