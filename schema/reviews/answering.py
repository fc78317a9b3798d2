"""Replying to a review, and doubting it (mutations; charter, article 4)."""

from typing import Annotated

import strawberry

from models.review_law import FAIR_INFORMATION, cited
from models.reviews import DoubtGround
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from resolvers.reviews.doubting import MOST_DOUBTS, doubt_review
from resolvers.reviews.finding import WhichReview
from resolvers.reviews.replying import reply_to_review
from schema.context import Info
from schema.nodes import find_number
from schema.reviews.payload import ReviewPayload

LETTERS = "`RATE_LIMITED` above 60 letters an hour, unless the operator chose otherwise."


@strawberry.input(description="The activator's reply to a review.")
class ReplyToReviewInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The review.")
    text: str = strawberry.field(
        description="What everyone reads who reads the review: 1 to 2,000 characters of plain "
        "text, in one or several lines."
    )


@strawberry.input(description="A doubt about the authenticity of a review.")
class DoubtReviewInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The review.")
    ground: DoubtGround = strawberry.field(description="Why, as a code.")
    words: str = strawberry.field(
        description="Why, for the moderator that examines it: 10 to 2,000 characters of plain "
        "text. Neither the author nor the public reads them."
    )


@strawberry.type
class ReviewAnsweringMutations:
    """What an activator does with a review about it."""

    @strawberry.mutation(
        description="Reply to a published review: the activator that it is about, while it is a "
        "member. There is one reply, shown beside the review at once; its author is told by mail. "
        "The same reply again changes nothing; another is a `CONFLICT`, and so is a second one "
        f"where a moderator took the first away. {LETTERS}"
    )
    async def reply_to_review(
        self,
        info: Info,
        input: Annotated[
            ReplyToReviewInput, strawberry.argument(description="Which, and the reply.")
        ],
    ) -> ReviewPayload:
        """Reply to one."""
        context = info.context
        try:
            await context.check_rate(Limit.LETTERS)
            which = WhichReview(find_number("id", input.id, "Review"))
            seen = await reply_to_review(context.platform, context.viewer, which, input.text)
        except Refusal as refusal:
            return ReviewPayload.refused(refusal)
        return ReviewPayload.of(seen)

    @strawberry.mutation(
        description="Report a doubt about the authenticity of a published review: the activator "
        "that it is about, while it is a member. It is free, and needs a reason "
        f"({cited(FAIR_INFORMATION)}). A moderator examines it within 15 days, unless the operator "
        "chose otherwise, and both parties are told what is decided; meanwhile the review stays "
        "published, and its author is told that there is a doubt. The same doubt again changes "
        "nothing while it is examined. `CONFLICT` for another one meanwhile, for one that was "
        f"examined already, and after {MOST_DOUBTS} about one review. {LETTERS}"
    )
    async def doubt_review(
        self,
        info: Info,
        input: Annotated[DoubtReviewInput, strawberry.argument(description="Which, and why.")],
    ) -> ReviewPayload:
        """Doubt one."""
        context = info.context
        try:
            await context.check_rate(Limit.LETTERS)
            seen = await doubt_review(
                context.platform,
                context.viewer,
                WhichReview(find_number("id", input.id, "Review")),
                ground=input.ground,
                words=input.words,
            )
        except Refusal as refusal:
            return ReviewPayload.refused(refusal)
        return ReviewPayload.of(seen)
