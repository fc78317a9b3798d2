"""Deciding on contact requests that are held (mutations), and why they are."""

from typing import Annotated, Self

import strawberry

from resolvers.contact.finding import SeenRequest, Which
from resolvers.contact.held import dismiss_request, release_request
from resolvers.refusal import Refusal
from schema.contact.request import ContactRequest
from schema.contact.states import DismissalReason
from schema.context import Info
from schema.nodes import find_number
from schema.user_error import UserError


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


@strawberry.type(description="The request, as it is now.")
class HeldContactRequestPayload:
    """The answer."""

    contact_request: ContactRequest | None = strawberry.field(
        description="The request, without what the company wrote; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description="Why it was refused; else empty.")

    @classmethod
    def of(cls, info: Info, seen: SeenRequest) -> Self:
        """Give the request."""
        return cls(contact_request=ContactRequest.of(info, seen), user_errors=[])

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        return cls(contact_request=None, user_errors=UserError.each(refusal))


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
    ) -> HeldContactRequestPayload:
        """Release."""
        context = info.context
        try:
            which = Which(find_number("id", input.id, "ContactRequest"))
            seen = await release_request(context.platform, context.viewer, which)
        except Refusal as refusal:
            return HeldContactRequestPayload.refused(refusal)
        return HeldContactRequestPayload.of(info, seen)

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
    ) -> HeldContactRequestPayload:
        """Dismiss."""
        context = info.context
        try:
            which = Which(find_number("id", input.id, "ContactRequest"))
            seen = await dismiss_request(context.platform, context.viewer, which, input.reason)
        except Refusal as refusal:
            return HeldContactRequestPayload.refused(refusal)
        return HeldContactRequestPayload.of(info, seen)
