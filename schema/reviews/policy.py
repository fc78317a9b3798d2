"""How reviews are handled, as the wire tells it: what the law wants beside them."""

from typing import Self

import strawberry

from models.accounts import Language
from models.review_law import CONTROL, DECREE, DISPLAY, FAIR_INFORMATION, cited
from models.review_policy import PolicyTopic
from permissions.guard import describe_values, of_row
from resolvers.reviews.policy import ReviewPolicyRow, TopicRow, review_policy
from schema.context import Info
from schema.expertise import LanguageArgument
from schema.moderation.grounds import ModerationGround, worded
from schema.reviews.orders import ReviewOrder

strawberry.enum(
    PolicyTopic, name="ReviewPolicyTopic", description="What is to be told about reviews."
)
describe_values(
    {
        PolicyTopic.DEFINITION: "What a review is.",
        PolicyTopic.CONTROL_AT_COLLECTION: "Whether and how reviews are controlled as they come.",
        PolicyTopic.CONTROL_AT_MODERATION: "How they are moderated, and by whom.",
        PolicyTopic.CONTROL_AT_PUBLICATION: "How they are controlled once they are published.",
        PolicyTopic.REWARD: "Whether something is given in return.",
        PolicyTopic.ORDER: "By what they are ordered.",
        PolicyTopic.DATES: "Which dates each of them bears.",
        PolicyTopic.DELAYS: "How soon they are published, how long they are published and kept.",
        PolicyTopic.CONTACT: "Whether the author can be contacted.",
        PolicyTopic.CHANGE: "Whether and how a review can be changed.",
        PolicyTopic.REFUSAL: "How a refusal is told, and what may follow.",
        PolicyTopic.DOUBT: "How a doubt about authenticity is reported, for free.",
        PolicyTopic.REPLY: "How the activator replies.",
        PolicyTopic.STARS: "From when on stars are visible, and to whom.",
        PolicyTopic.PERSONAL_DATA: "What is kept of persons, how long, and their rights.",
    }
)


@strawberry.type(description="What is told about reviews, on one topic.")
class ReviewPolicyItem:
    """An item."""

    row: strawberry.Private[TopicRow]
    topic: PolicyTopic = of_row("The topic.")
    source: str = of_row("What asks for it: articles of the law, or of the charter.")

    @strawberry.field(description="What we do: sentences for people.")
    def text(self, language: LanguageArgument = Language.FR) -> str:
        """Say it in a language."""
        return worded(language, self.row.text)


@strawberry.type(
    description="How reviews are handled: all that is to be told beside them and in a section of "
    f"its own ({cited(FAIR_INFORMATION)}; {DECREE})."
)
class ReviewPolicy:
    """The policy."""

    row: strawberry.Private[ReviewPolicyRow]
    is_controlled: bool = of_row(
        f"Whether reviews are controlled before they are published ({cited(DISPLAY)}, 1°)."
    )
    can_be_changed: bool = of_row(f"Whether their authors may change them ({cited(CONTROL)}).")
    stars_shown_from: int = of_row(
        "Published reviews from which on everyone sees stars (charter, article 4)."
    )
    orders: list[ReviewOrder] = of_row(
        f"The orders in which reviews may be listed ({cited(DISPLAY)}, 1°)."
    )
    default_order: ReviewOrder = of_row("The one in which they stand unless another is asked for.")
    rewrites: int = of_row("How often a refused review may be rewritten.")

    @strawberry.field(
        description="Whether something is given in return for a review: nothing is "
        f"({cited(DISPLAY)}, 2°)."
    )
    def is_rewarded(self) -> bool:
        """Say no: no action of the service gives anything to an author."""
        return False

    @strawberry.field(
        description="Days within which a comment is examined, at most: after them its stars are "
        f"published alone ({cited(DISPLAY)}, 2°)."
    )
    def moderation_days(self) -> int:
        """Say how many."""
        return self.row.policy.review_moderation_days

    @strawberry.field(
        description="Days within which a doubt about authenticity is examined, at most "
        f"({cited(FAIR_INFORMATION)})."
    )
    def doubt_days(self) -> int:
        """Say how many."""
        return self.row.policy.review_doubt_days

    @strawberry.field(
        description=f"Months for which a review is published, at most ({cited(DISPLAY)}, 2°)."
    )
    def published_months(self) -> int:
        """Say how many."""
        return self.row.policy.review_published_months

    @strawberry.field(
        description="Months for which its texts are kept once it is published no more, at most "
        f"({cited(DISPLAY)}, 2°)."
    )
    def kept_months(self) -> int:
        """Say how many."""
        return self.row.policy.review_kept_months

    @strawberry.field(
        description="The grounds on which a comment may be refused: on no others "
        f"({cited(CONTROL)})."
    )
    def refusal_grounds(self) -> list[ModerationGround]:
        """List them."""
        return [ModerationGround.of(ground) for ground in self.row.grounds]

    @strawberry.field(description="All of it in words, each with its source.")
    def items(self) -> list[ReviewPolicyItem]:
        """List them."""
        return [ReviewPolicyItem(row=row) for row in self.row.topics]

    @classmethod
    def of(cls, info: Info) -> Self:
        """Tell what holds here."""
        return cls(row=review_policy(info.context.platform.policy))


@strawberry.type
class ReviewPolicyQueries:
    """The query of the policy."""

    @strawberry.field(
        description="How reviews are handled, for everyone to read: to be shown beside reviews and "
        f"in a section of its own ({cited(FAIR_INFORMATION, DISPLAY, CONTROL)})."
    )
    def review_policy(self, info: Info) -> ReviewPolicy:
        """Tell it."""
        return ReviewPolicy.of(info)
