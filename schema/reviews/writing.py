"""What the author does with its review (mutations; charter, article 4)."""

from datetime import date
from typing import Annotated

import strawberry

from models.review_law import CONTROL, DISPLAY, FAIR_INFORMATION, cited
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from resolvers.reviews.changing import change_review
from resolvers.reviews.given_text import OLDEST_EXPERIENCE, GivenText
from resolvers.reviews.occasions import WhichOccasion
from resolvers.reviews.withdrawing import withdraw_review
from resolvers.reviews.writing import write_review
from schema.context import Info
from schema.nodes import find_number, read_id
from schema.reviews.payload import ReviewPayload
from schema.reviews.which import WhichReviewInput


@strawberry.input
class ReviewTextInput:
    """What an author says: the base of the inputs that write."""

    stars: int = strawberry.field(description="1 to 5.")
    experienced_on: date = strawberry.field(
        description="The day of the experience, not after today where the activator is: since it "
        f"was asked or engaged, and at most {OLDEST_EXPERIENCE} months ago ({cited(DISPLAY)})."
    )
    comment: str | None = strawberry.field(
        default=None,
        description="1 to 2,000 characters of plain text, in one or several lines; a moderator "
        "reads it before it is published. Without one, the stars are published at once.",
    )
    may_be_quoted: bool = strawberry.field(
        default=False,
        description="Whether the activator may quote it as a recommendation (charter, article 5).",
    )

    def text(self) -> GivenText:
        """Give it in plain words."""
        return GivenText(self.stars, self.comment, self.experienced_on, self.may_be_quoted)


@strawberry.input(description="How it went, of what the company was helped with.")
class WriteReviewInput(ReviewTextInput):
    """What is asked."""

    id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The contact request or the declared engagement that it is about, for who is "
        "signed in; or else give a token.",
    )
    token: str | None = strawberry.field(
        default=None,
        description="The secret of the company's private link: what stands behind `write-review=`, "
        "`request=` or `engagement=`.",
    )

    async def counted(self, info: Info) -> WhichOccasion:
        """Name it, once the secret that is tried was counted; raises NotFound, RateLimited."""
        if self.token is not None:
            await info.context.check_rate(Limit.SECRETS)
        if self.id is None:
            return WhichOccasion(token=self.token)
        type_name, _ = read_id("id", self.id)
        if type_name == "DeclaredEngagement":
            number = find_number("id", self.id, type_name)
            return WhichOccasion(engagement_id=number, token=self.token)
        number = find_number("id", self.id, "ContactRequest")
        return WhichOccasion(request_id=number, token=self.token)


@strawberry.input(description="Another text of a review, in the place of the one before.")
class ChangeReviewInput(WhichReviewInput, ReviewTextInput):
    """What is asked."""


@strawberry.input(description="A review that its author withdraws.")
class WithdrawReviewInput(WhichReviewInput):
    """What is asked."""


@strawberry.type
class ReviewWritingMutations:
    """The mutations of authors."""

    @strawberry.mutation(
        description="Say how it went: the company that was helped, once for each contact request "
        "that its activator answered and each declared engagement that was confirmed, by its "
        "private link or signed in (charter, article 4). A comment waits for a moderator, within 7 "
        "days unless the operator chose otherwise: after them its stars are published alone. "
        "Without a comment it is published at once. Nothing is given in return. The same again "
        "changes nothing; another review of the same is a `CONFLICT`. `FORBIDDEN` before the "
        "answer or the confirmation, for champions and institutional activators, and for who "
        "works for the activator's structure. At most 60 an hour for a client, unless the operator "
        "chose otherwise; then it is `RATE_LIMITED`."
    )
    async def write_review(
        self,
        info: Info,
        input: Annotated[WriteReviewInput, strawberry.argument(description="What, and how.")],
    ) -> ReviewPayload:
        """Write it."""
        context = info.context
        try:
            await context.check_rate(Limit.LETTERS)
            which = await input.counted(info)
            seen = await write_review(context.platform, context.viewer, which, input.text())
        except Refusal as refusal:
            return ReviewPayload.refused(refusal)
        return ReviewPayload.of(seen)

    @strawberry.mutation(
        description="Put another text in the place of a review's: its author alone "
        f"({cited(FAIR_INFORMATION, CONTROL)}). A comment waits for a moderator, and what is "
        "published stays until then; without one it is shown at once. The date of the change is "
        "shown. What was refused may be rewritten so, once: after a second refusal it is a "
        "`CONFLICT`, as while a doubt is examined. The same again changes nothing. Limited as "
        "`writeReview`."
    )
    async def change_review(
        self,
        info: Info,
        input: Annotated[ChangeReviewInput, strawberry.argument(description="Which, and what.")],
    ) -> ReviewPayload:
        """Change it."""
        context = info.context
        try:
            await context.check_rate(Limit.LETTERS)
            which = await input.counted(info)
            seen = await change_review(context.platform, context.viewer, which, input.text())
        except Refusal as refusal:
            return ReviewPayload.refused(refusal)
        return ReviewPayload.of(seen)

    @strawberry.mutation(
        description="Withdraw a review, whatever its state: its author alone. It is published and "
        "counted no more, and what it was about cannot be reviewed again. Withdrawn twice, nothing "
        "changes; one that is closed otherwise is a `CONFLICT`."
    )
    async def withdraw_review(
        self,
        info: Info,
        input: Annotated[WithdrawReviewInput, strawberry.argument(description="Which one.")],
    ) -> ReviewPayload:
        """Withdraw it."""
        context = info.context
        try:
            which = await input.counted(info)
            seen = await withdraw_review(context.platform, context.viewer, which)
        except Refusal as refusal:
            return ReviewPayload.refused(refusal)
        return ReviewPayload.of(seen)
