"""An administrator reads a contact request for a reason, which is told and audited."""

from typing import Annotated

import strawberry

from resolvers.contact.revealing import reveal_request
from resolvers.refusal import Refusal
from schema.contact.payload import ContactRequestPayload
from schema.context import Info
from schema.nodes import find_number


@strawberry.input(description="Why an administrator has to read a contact request.")
class RevealContactRequestInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The request.")
    reason: str = strawberry.field(
        description="Why, 10 to 500 characters: both parties are told it, word for word, and it "
        "stays in the audit; so name nobody and quote nothing."
    )


@strawberry.type
class ContactRevealMutations:
    """The mutation."""

    @strawberry.mutation(
        description="Read what a company wrote in a contact request and what was written since, as "
        "an administrator and this once: the answer has what the parties read, and the next query "
        "has it no more. It is recorded in the audit and in the history (`REVEAL`) with each "
        "reading, and the company and the activator that was asked are told the reason by mail "
        "(charter, article 4: confidentiality; RGPD, article 5). `FORBIDDEN` for all others who "
        "see the request, `NOT_FOUND` for who does not, `CONFLICT` once it was erased, "
        "`BAD_USER_INPUT` for a reason of another length."
    )
    async def reveal_contact_request(
        self,
        info: Info,
        input: Annotated[
            RevealContactRequestInput, strawberry.argument(description="Which, and why.")
        ],
    ) -> ContactRequestPayload:
        """Reveal it."""
        context = info.context
        try:
            number = find_number("id", input.id, "ContactRequest")
            seen = await reveal_request(
                context.platform, context.viewer, number, reason=input.reason
            )
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)
