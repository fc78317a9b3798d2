"""Answering a contact request, writing to each other, declining (mutations; charter, article 4)."""

from typing import Annotated

import strawberry

from models.request_reasons import DeclineReason
from permissions.guard import describe_values
from resolvers.contact.answering import write_message
from resolvers.contact.declining import decline
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from schema.contact.payload import ContactRequestPayload
from schema.contact.which import WhichContactRequest, which_request
from schema.context import Info

strawberry.enum(
    DeclineReason,
    name="ContactRequestDeclineReason",
    description="Why an activator cannot help: what is counted.",
)
describe_values(
    {
        DeclineReason.OUTSIDE_EXPERTISE: "The need is not in its fields.",
        DeclineReason.OUTSIDE_TERRITORY: "The company is not where it works.",
        DeclineReason.NO_TIME: "It has no time for it.",
        DeclineReason.NOT_ELIGIBLE: "The company is none of those that it may help.",
        DeclineReason.OTHER: "Another reason, which the message says.",
    }
)

MESSAGE = "1 to 5,000 characters of plain text, in one or several lines."


@strawberry.input(description="An answer of the activator.")
class AnswerContactRequestInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The request.")
    message: str = strawberry.field(description=f"What the company reads: {MESSAGE}")


@strawberry.input(description="A message of one party to the other, once the request was answered.")
class ReplyToContactRequestInput(WhichContactRequest):
    """What is asked."""

    message: str = strawberry.field(description=f"What the other party reads: {MESSAGE}")


@strawberry.input(description="Why the activator cannot help.")
class DeclineContactRequestInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The request.")
    reason: DeclineReason = strawberry.field(
        description="Why; whoever sees the history of the request sees it."
    )
    message: str = strawberry.field(
        description=f"A word to the company, which the two parties alone read: {MESSAGE}"
    )


@strawberry.type
class AnsweringMutations:
    """The mutations of the thread."""

    @strawberry.mutation(
        description="Answer a contact request: the activator that was asked (charter, article 4). "
        "Its first message makes the request `ANSWERED`, and ends the delay; later ones go on with "
        "the thread, as `replyToContactRequest`. The company is told by mail, without the text. "
        "The same text twice in a row is written once. `CONFLICT` in a state that allows no "
        "answer; `RATE_LIMITED` above 60 letters an hour, unless the operator chose otherwise."
    )
    async def answer_contact_request(
        self,
        info: Info,
        input: Annotated[
            AnswerContactRequestInput, strawberry.argument(description="Which, and the answer.")
        ],
    ) -> ContactRequestPayload:
        """Answer one."""
        context = info.context
        try:
            await context.check_rate(Limit.LETTERS)
            seen = await write_message(
                context.platform,
                context.viewer,
                which_request(input.id),
                input.message,
                answer=True,
            )
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)

    @strawberry.mutation(
        description="Write to the other party of a contact request: the company, by its private "
        "link or signed in, once the activator has answered and until the request is closed; and "
        "the activator. The other party is told by mail, without the text. The same text twice in "
        "a row is written once. `CONFLICT` before the first answer, and once it is closed; "
        "`RATE_LIMITED` above 60 letters an hour, unless the operator chose otherwise."
    )
    async def reply_to_contact_request(
        self,
        info: Info,
        input: Annotated[
            ReplyToContactRequestInput, strawberry.argument(description="Which, and the message.")
        ],
    ) -> ContactRequestPayload:
        """Reply to one."""
        context = info.context
        try:
            which = await input.counted(info)
            await context.check_rate(Limit.LETTERS)
            seen = await write_message(
                context.platform, context.viewer, which, input.message, answer=False
            )
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)

    @strawberry.mutation(
        description="Say that one cannot help: the activator that was asked, before an engagement "
        "begins. The company is told by mail, and offered others; it reads the message by its "
        "private link; managers and institutions see the reason alone. A first diagnosis remains "
        "possible, and free. To decline again alike changes nothing; otherwise `CONFLICT`."
    )
    async def decline_contact_request(
        self,
        info: Info,
        input: Annotated[
            DeclineContactRequestInput, strawberry.argument(description="Which, and why.")
        ],
    ) -> ContactRequestPayload:
        """Decline one."""
        context = info.context
        try:
            seen = await decline(
                context.platform,
                context.viewer,
                which_request(input.id),
                reason=input.reason,
                message=input.message,
            )
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)
