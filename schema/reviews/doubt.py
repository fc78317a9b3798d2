"""A doubt about the authenticity of a review, as the wire shows it."""

from datetime import datetime
from typing import Self

import strawberry

from models.review_law import FAIR_INFORMATION, cited
from models.reviews import DoubtGround
from permissions.guard import describe_values
from permissions.reviews import ReviewPermission
from resolvers.reviews.doubts import Doubt
from resolvers.reviews.finding import ReviewGrants

strawberry.enum(
    DoubtGround,
    name="ReviewDoubtGround",
    description="Why an activator doubts that a review is authentic.",
)
describe_values(
    {
        DoubtGround.NOT_A_CLIENT: "It never helped who wrote this.",
        DoubtGround.NOT_OUR_SERVICE: "What is told is not about its services.",
        DoubtGround.CONFLICT_OF_INTEREST: "Who wrote this competes with it, or has another "
        "interest in what is thought of it.",
        DoubtGround.INDUCED: "It was bought, or coerced.",
        DoubtGround.OTHER: "Another ground, which the words tell.",
    }
)


@strawberry.type(
    description="A doubt that the activator reported about the authenticity of a review: free, and "
    f"with a reason ({cited(FAIR_INFORMATION)}). A moderator examines it; meanwhile the review "
    "stays published."
)
class ReviewDoubt:
    """A doubt."""

    reported_at: datetime = strawberry.field(description="When it was reported.")
    ground: DoubtGround | None = strawberry.field(
        description="Why, as a code; for the activator, and moderators and administrators without "
        "an interest in it: null else."
    )
    words: str | None = strawberry.field(
        description="Why, in the activator's words; for itself, and moderators and administrators "
        "without an interest in it: null for others, and once they were erased."
    )
    decided_at: datetime | None = strawberry.field(
        description="When a moderator decided; null until then."
    )
    kept: bool | None = strawberry.field(
        description="Whether the review was kept, rather than removed; null until it is decided."
    )
    answer: str | None = strawberry.field(
        description="What the moderator answered; null until it is decided, and once it was erased."
    )

    @classmethod
    def of(cls, doubt: Doubt, grants: ReviewGrants) -> Self:
        """Show it to who may learn of it, and why it was reported to who may read that."""
        reads = ReviewPermission.READ_DOUBT in grants
        return cls(
            reported_at=doubt.reported_at,
            ground=doubt.ground if reads else None,
            words=doubt.words if reads else None,
            decided_at=doubt.decided_at,
            kept=doubt.kept,
            answer=doubt.answer,
        )
