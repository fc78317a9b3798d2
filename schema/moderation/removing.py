"""Taking away a published review, or a reply to one (mutations)."""

from typing import Annotated

import strawberry

from resolvers.moderation.removing import remove_reply, remove_review
from resolvers.refusal import Refusal
from schema.context import Info
from schema.moderation.grounds import ReviewGround
from schema.nodes import find_number
from schema.reviews.payload import ReviewPayload


@strawberry.input(description="A published review to remove.")
class RemoveReviewInput:
    """Which, and why."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    ground: ReviewGround = strawberry.field(
        description="Why: one of `moderationGrounds` for `REMOVE`; both parties are told."
    )
    words: str = strawberry.field(
        description="What is told them besides, in plain text: 1 to 2,000 characters."
    )


@strawberry.input(description="An activator's reply to take away.")
class RemoveReviewReplyInput:
    """Which, and why."""

    id: strawberry.ID = strawberry.field(description="The id of the review.")
    ground: ReviewGround = strawberry.field(
        description="Why: one of `moderationGrounds` for `REMOVE_REPLY`; the activator is told."
    )
    words: str = strawberry.field(
        description="What is told it besides, in plain text: 1 to 2,000 characters."
    )


@strawberry.type
class RemovingMutations:
    """The mutations of who takes away what is published."""

    @strawberry.mutation(
        description="Remove a published review, doubted or not: it is read and counted no more, "
        "and what waited of it is void. By moderators and administrators without an interest in "
        "it. Refused: `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND`, `BAD_USER_INPUT`, `CONFLICT` "
        "where it is not published (any more). The same again changes nothing."
    )
    async def remove_review(
        self,
        info: Info,
        input: Annotated[RemoveReviewInput, strawberry.argument(description="Which, and why.")],
    ) -> ReviewPayload:
        """Remove it."""
        platform, viewer, why = info.context.platform, info.context.viewer, input.words
        try:
            number = find_number("id", input.id, "Review")
            seen = await remove_review(platform, viewer, number, ground=input.ground, words=why)
        except Refusal as refusal:
            return ReviewPayload.refused(refusal)
        return ReviewPayload.of(seen)

    @strawberry.mutation(
        description="Take away the activator's reply to a published review; it writes no second "
        "one. By moderators and administrators without an interest in it. Refused: as "
        "`removeReview`, and `CONFLICT` where there is no reply (any more)."
    )
    async def remove_review_reply(
        self,
        info: Info,
        input: Annotated[
            RemoveReviewReplyInput, strawberry.argument(description="Which, and why.")
        ],
    ) -> ReviewPayload:
        """Take it away."""
        platform, viewer, why = info.context.platform, info.context.viewer, input.words
        try:
            number = find_number("id", input.id, "Review")
            seen = await remove_reply(platform, viewer, number, ground=input.ground, words=why)
        except Refusal as refusal:
            return ReviewPayload.refused(refusal)
        return ReviewPayload.of(seen)
