"""What a mutation about one review answers."""

from typing import Self

import strawberry

from resolvers.refusal import Refusal
from resolvers.reviews.finding import SeenReview
from schema.reviews.review import Review
from schema.user_error import UserError


@strawberry.type(description="A review after a step, or why the step was not taken.")
class ReviewPayload:
    """The answer."""

    review: Review | None = strawberry.field(
        description="The review after it, as the viewer sees it; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(
        description="Why it was refused, one for each field that is wrong; else empty."
    )

    @classmethod
    def of(cls, seen: SeenReview) -> Self:
        """Show it."""
        return cls(review=Review.of(seen), user_errors=[])

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        return cls(review=None, user_errors=UserError.each(refusal))
