"""What the viewer may do with a review as it stands, as the wire says it."""

import strawberry

from models.review_law import FAIR_INFORMATION, cited
from models.review_steps import ReviewStep
from resolvers.reviews.changing import may_change
from resolvers.reviews.finding import SeenReview

DECISIONS = (
    *(ReviewStep.APPROVE, ReviewStep.REFUSE, ReviewStep.APPROVE_CHANGE, ReviewStep.REFUSE_CHANGE),
    *(ReviewStep.KEEP, ReviewStep.REMOVE),
)


@strawberry.type(
    description="What the viewer may do with a review as it stands: what buttons to show."
)
class ReviewActions:
    """The answers of the rule book, where the state allows it."""

    seen: strawberry.Private[SeenReview]

    @strawberry.field(
        description="Put another text in its place, or rewrite what was refused: its author."
    )
    def change(self) -> bool:
        """Say whether."""
        return may_change(self.seen)

    @strawberry.field(description="Withdraw it: its author.")
    def withdraw(self) -> bool:
        """Say whether."""
        return self.seen.may(ReviewStep.WITHDRAW)

    @strawberry.field(description="Reply to it, once: the activator that it is about.")
    def reply(self) -> bool:
        """Say whether."""
        return self.seen.may(ReviewStep.REPLY) and self.seen.row.replied_at is None

    @strawberry.field(
        description="Report a doubt about its authenticity, free: the activator that it is about "
        f"({cited(FAIR_INFORMATION)})."
    )
    def doubt(self) -> bool:
        """Say whether."""
        return self.seen.may(ReviewStep.DOUBT)

    @strawberry.field(
        description="Decide on what waits of it, or remove it: moderators and administrators, but "
        "for those who have an interest in it."
    )
    def decide(self) -> bool:
        """Say whether."""
        return any(self.seen.may(one) for one in DECISIONS)
