"""The words of reviews on the wire: states, steps, who takes them."""

import strawberry

from models.review_law import FAIR_INFORMATION, cited
from models.review_steps import ReviewState, ReviewStep
from models.reviews import ReviewAuthor, TextState
from permissions.guard import describe_values

__all__ = ["ReviewAuthor", "ReviewState", "ReviewStep", "TextState"]

strawberry.enum(ReviewState, description="Where a review stands.")
describe_values(
    {
        ReviewState.PENDING: "Its comment waits for a moderator.",
        ReviewState.PUBLISHED: "It is published.",
        ReviewState.UNDER_DOUBT: "It is published, and a moderator examines a doubt about its "
        f"authenticity ({cited(FAIR_INFORMATION)}).",
        ReviewState.REJECTED: "Its text was refused; its author may rewrite it once.",
        ReviewState.WITHDRAWN: "Its author withdrew it.",
        ReviewState.REMOVED: "A moderator removed it.",
        ReviewState.ENDED: "It was published for as long as reviews are, or its activator is gone.",
    }
)
strawberry.enum(ReviewStep, description="What was done with a review.")
describe_values(
    {
        ReviewStep.WRITE: "The company wrote it.",
        ReviewStep.REWRITE: "The company wrote another text, since one was refused.",
        ReviewStep.CHANGE: "The company changed it: what was shown stays until that is decided.",
        ReviewStep.WITHDRAW: "The company withdrew it.",
        ReviewStep.APPROVE: "A moderator approved its comment: it is published.",
        ReviewStep.REFUSE: "A moderator refused its comment, on a ground that the author was told.",
        ReviewStep.APPROVE_CHANGE: "A moderator approved its change.",
        ReviewStep.REFUSE_CHANGE: "A moderator refused its change, on a ground that was told.",
        ReviewStep.PUBLISH_STARS: "Its stars were published alone: nobody had decided in time.",
        ReviewStep.REPLY: "The activator replied.",
        ReviewStep.REMOVE_REPLY: "A moderator took the reply away.",
        ReviewStep.DOUBT: "The activator reported a doubt about its authenticity.",
        ReviewStep.KEEP: "A moderator examined the doubt: the review stays.",
        ReviewStep.REMOVE: "A moderator removed it.",
        ReviewStep.END: "It was published for as long as reviews are, or its activator is gone.",
    }
)
strawberry.enum(ReviewAuthor, name="ReviewActor", description="Who took a step with a review.")
describe_values(
    {
        ReviewAuthor.COMPANY: "The company that wrote it.",
        ReviewAuthor.ACTIVATOR: "The activator that it is about.",
        ReviewAuthor.MODERATOR: "A moderator or an administrator.",
        ReviewAuthor.SERVICE: "The service itself.",
    }
)
strawberry.enum(
    TextState, name="ReviewTextState", description="What became of one text of a review."
)
describe_values(
    {
        TextState.WAITING: "It waits for a moderator.",
        TextState.SHOWN: "It is what the review says, while that is published.",
        TextState.REFUSED: "A moderator refused it.",
        TextState.REPLACED: "Another took its place, or its author took it back.",
    }
)
