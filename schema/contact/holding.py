"""Deciding on contact requests that are held (mutations)."""

from typing import Annotated

import strawberry

from resolvers.contact.held import dismiss_request, release_request
from resolvers.refusal import Refusal
from schema.contact.payload import ContactRequestPayload
from schema.contact.states import DismissalReason
from schema.contact.which import which_request
from schema.context import Info


@strawberry.input(description="A held contact request that is to be sent.")
class ReleaseContactRequestInput:
    """A request."""

    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.input(description="A held contact request that is not to be sent.")
class DismissContactRequestInput:
    """A request, and why."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    reason: DismissalReason = strawberry.field(
        description="Why: it stands in the request's history."
    )


@strawberry.type
class HoldingMutations:
    """The mutations of who decides."""

    @strawberry.mutation(
        description="Send a contact request that was held: to the activator, and the "
        "acknowledgement to the company; delays begin now. Moderators and administrators decide by "
        "`heldFor`, never by the text. Refused: `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` where it is "
        "not `HELD` (any more)."
    )
    async def release_contact_request(
        self,
        info: Info,
        input: Annotated[
            ReleaseContactRequestInput, strawberry.argument(description="Which request.")
        ],
    ) -> ContactRequestPayload:
        """Release."""
        context = info.context
        try:
            which = which_request(input.id)
            seen = await release_request(context.platform, context.viewer, which)
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)

    @strawberry.mutation(
        description="Dismiss a contact request that was held: it is `CANCELLED`, its activator "
        "never learns of it, and nobody is mailed, since the address may be another's. By "
        "moderators and administrators. Refused: `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` where it is "
        "not `HELD` (any more)."
    )
    async def dismiss_contact_request(
        self,
        info: Info,
        input: Annotated[
            DismissContactRequestInput, strawberry.argument(description="Which request, and why.")
        ],
    ) -> ContactRequestPayload:
        """Dismiss."""
        context = info.context
        try:
            which = which_request(input.id)
            seen = await dismiss_request(context.platform, context.viewer, which, input.reason)
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)
