"""How a mutation names a review: by its id, or by its author's private link."""

import strawberry

from resolvers.rate_limits import Limit
from resolvers.reviews.finding import WhichReview
from schema.context import Info
from schema.nodes import find_number


@strawberry.input
class WhichReviewInput:
    """The base of inputs about one review of the author's."""

    id: strawberry.ID | None = strawberry.field(
        default=None, description="Its id, for who is signed in; or else give a token."
    )
    token: str | None = strawberry.field(
        default=None,
        description="The secret of the author's private link: what stands behind `review=`, "
        "`request=` or `engagement=`.",
    )

    async def counted(self, info: Info) -> WhichReview:
        """Give it, once the secret that is tried was counted; raises NotFound, RateLimited."""
        if self.token is not None:
            await info.context.check_rate(Limit.SECRETS)
        number = None if self.id is None else find_number("id", self.id, "Review")
        return WhichReview(number, self.token)
