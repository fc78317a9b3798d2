"""What the viewer may do with a contact request as it stands, as the wire says it."""

from typing import Any

import strawberry

from models.request_steps import Step
from resolvers.contact.finding import SeenRequest


def _may(step: Step, description: str) -> Any:
    """Declare whether a step may be taken."""

    def may(self: "ContactRequestActions") -> bool:
        """Say whether."""
        return self.seen.may(step)

    return strawberry.field(resolver=may, description=description)


@strawberry.type(
    description="What the viewer may do with a contact request as it stands: what buttons to show. "
    "Who is no party to it, and no moderator or administrator, may do nothing."
)
class ContactRequestActions:
    """The answers of the rule book, where the state allows it."""

    seen: strawberry.Private[SeenRequest]
    answer: bool = _may(Step.ANSWER, "Answer it for the first time: the activator.")
    reply: bool = _may(Step.REPLY, "Write to the other party, once it was answered: both parties.")
    decline: bool = _may(Step.DECLINE, "Say that it cannot help: the activator.")
    diagnose: bool = _may(Step.DIAGNOSE, "Record its first, free diagnosis: the activator.")
    start_engagement: bool = _may(Step.START, "Begin an engagement: the activator.")
    complete_engagement: bool = _may(Step.COMPLETE, "End the engagement: the activator.")
    propose: bool = _may(Step.PROPOSE, "Propose others to the company: the activator.")
    redirect: bool = _may(
        Step.REDIRECT,
        "Have it go on to another: the company; and the activator, if the company agreed before.",
    )
    cancel: bool = _may(Step.CANCEL, "Withdraw it: the company.")
    release: bool = _may(Step.RELEASE, "Have it sent, though held: moderators, administrators.")
    dismiss: bool = _may(Step.DISMISS, "Dismiss it, held: moderators and administrators.")
    reveal: bool = _may(Step.REVEAL, "Read it, for a reason: administrators.")
