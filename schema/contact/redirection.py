"""Redirecting a contact request to another activator (mutations; charter, article 4)."""

from typing import Annotated

import strawberry

from resolvers.contact.proposing import propose_redirection
from resolvers.contact.redirecting import agree_to_redirection
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from schema.contact.payload import ContactRequestPayload
from schema.contact.which import WhichContactRequest, which_request
from schema.context import Info
from schema.nodes import find_number


@strawberry.input(description="Others whom the company may ask instead.")
class ProposeRedirectionInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The request.")
    activators: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="At most 3 activators, in the order in which they are offered; none: the "
        "service proposes.",
    )
    message: str | None = strawberry.field(
        default=None,
        description="A word to the company, which the two parties alone read: up to 5,000 "
        "characters of plain text, in one or several lines.",
    )


@strawberry.input(description="The activator to whom a request is to go on.")
class AgreeToRedirectionInput(WhichContactRequest):
    """What is asked."""

    activator: strawberry.ID = strawberry.field(description="One of the `offers` of the request.")


@strawberry.type
class RedirectionMutations:
    """The mutations of redirections."""

    @strawberry.mutation(
        description="Propose others to the company, if one cannot help: the activator that was "
        "asked (charter, article 4), until an engagement begins, and once it has declined or the "
        "request expired. It ends the delay. The company is told by mail, and chooses "
        "(`agreeToRedirection`). If it agreed beforehand, and one is proposed, or the service is "
        "to propose, the request goes on at once: to that one, or to the service's best. What was "
        "proposed before is replaced; the same again changes nothing. `NOT_FOUND`, by place, for "
        "whoever cannot be asked instead: one that is not shown or is of a kind that nobody asks, "
        "is away, or was asked by this company already; which of these is not said. `CONFLICT` "
        "where the service finds nobody, or the state does not allow it. `RATE_LIMITED` where a "
        "client has more than 60 letters an hour written to others, unless the operator chose "
        "otherwise."
    )
    async def propose_redirection(
        self,
        info: Info,
        input: Annotated[
            ProposeRedirectionInput, strawberry.argument(description="Which, and who else.")
        ],
    ) -> ContactRequestPayload:
        """Propose others."""
        context = info.context
        try:
            await context.check_rate(Limit.LETTERS)
            seen = await propose_redirection(
                context.platform,
                context.viewer,
                which_request(input.id),
                activator_ids=[
                    find_number(f"activators.{number}", one, "Activator")
                    for number, one in enumerate(input.activators)
                ],
                message=input.message,
            )
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)

    @strawberry.mutation(
        description="Have a request go on to one of its `offers`: the company, by its private link "
        "or signed in; and the activator that was asked, to one that it proposed itself, if the "
        "company agreed beforehand (charter, article 4). The request becomes `REDIRECTED`, and a "
        "new one follows in its `chain`, with a reference and a private link of its own, which are "
        "mailed to the company; the link of this one stays good. Only now does the other activator "
        "read what the company wrote, and nothing of the thread. After three redirections, unless "
        "the operator chose otherwise, the managers of the networks of the one that is asked then "
        "are told, without the company's data. To agree to the same again changes nothing. "
        "`NOT_FOUND` for one that was not offered; `CONFLICT` for one that cannot be asked any "
        "more, in whose place another is offered, and where the request went on to somebody else, "
        "or its state does not allow it."
    )
    async def agree_to_redirection(
        self,
        info: Info,
        input: Annotated[
            AgreeToRedirectionInput, strawberry.argument(description="Which, and to whom.")
        ],
    ) -> ContactRequestPayload:
        """Agree to one."""
        context = info.context
        try:
            which = await input.counted(info)
            seen = await agree_to_redirection(
                context.platform,
                context.viewer,
                which,
                activator_id=find_number("activator", input.activator, "Activator"),
            )
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)
