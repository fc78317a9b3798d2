"""What becomes of a review, for its author and staff; what was controlled, for everyone."""

from datetime import datetime
from typing import Any, Self

import strawberry

from models.review_law import CONTROL, cited
from permissions.guard import describe_values, of_row
from permissions.reviews import ReviewPermission
from resolvers.reviews.finding import SeenReview
from resolvers.reviews.life import ReviewControl, controls_of, may_read_why
from resolvers.reviews.texts import words_of
from schema.context import Info
from schema.reviews.actions import ReviewActions
from schema.reviews.states import ReviewAuthor, ReviewState, ReviewStep
from schema.reviews.text import ReviewText

strawberry.enum(
    ReviewControl,
    description=f"What is controlled before a review is published ({cited(CONTROL)}).",
)
describe_values(
    {
        ReviewControl.ADDRESS_VERIFIED: "Its author came by the link that was sent to the address "
        "of the company, or signed in to the account of it.",
        ReviewControl.REQUEST_ANSWERED: "It is about a contact request that the activator "
        "answered.",
        ReviewControl.ENGAGEMENT_CONFIRMED: "It is about an engagement that the company declared "
        "and that the activator confirmed, or else a moderator.",
        ReviewControl.COMMENT_MODERATED: "A moderator read its comment before it was published.",
    }
)


@strawberry.type(description="A step in the life of a review.")
class ReviewEvent:
    """A step."""

    row: strawberry.Private[Any]
    at: datetime = of_row("When.")
    step: ReviewStep = of_row("What was done.")
    state: ReviewState = of_row("The state in which the review was from then on.")
    actor: ReviewAuthor = of_row("Who did it.", attribute="author")
    text_number: int | None = of_row("The text that it was about, where it was about one.")
    ground: str | None = strawberry.field(
        description="Why, as a code: see `moderationGrounds`. Null where there is none, and for "
        "the author where it is the activator's doubt."
    )
    words: str | None = strawberry.field(
        description="Why, in words; null where there are none, where they were erased, and where "
        "the ground is."
    )

    @classmethod
    def of(cls, info: Info, seen: SeenReview, row: Any) -> Self:
        """Open one, as far as it is for the viewer."""
        if not may_read_why(seen.grants, row.step):
            return cls(row=row, ground=None, words=None)
        words = words_of(info.context.platform.sealer, row.sealed)
        return cls(row=row, ground=row.ground, words=words)


@strawberry.type
class ReviewLife:
    """The base of a review."""

    seen: strawberry.Private[SeenReview]

    @strawberry.field(
        description=f"What was controlled before it was published ({cited(CONTROL)})."
    )
    def controls(self) -> list[ReviewControl]:
        """List it."""
        return controls_of(self.seen.row)

    @strawberry.field(
        description="Each text of its author, the first one first; for its author, moderators and "
        "administrators without an interest in it."
    )
    async def texts(self, info: Info) -> list[ReviewText] | None:
        """Load them."""
        if ReviewPermission.FOLLOW not in self.seen.grants:
            return None
        found = await info.context.review_texts.load(self.seen.row.id) or []
        return [ReviewText(row=one) for one in found]

    @strawberry.field(
        description="Each step, the first one first; for its author, moderators and administrators "
        "without an interest in it."
    )
    async def history(self, info: Info) -> list[ReviewEvent] | None:
        """Load it."""
        if ReviewPermission.FOLLOW not in self.seen.grants:
            return None
        found = await info.context.review_histories.load(self.seen.row.id) or []
        return [ReviewEvent.of(info, self.seen, one) for one in found]

    @strawberry.field(description="What the viewer may do with it as it stands.")
    def viewer_may(self) -> ReviewActions:
        """Give the answers of the rule book and of its state."""
        return ReviewActions(seen=self.seen)
