"""What a mutation about one contact request answers."""

from typing import Self

import strawberry

from resolvers.contact.finding import SeenRequest
from resolvers.refusal import Refusal
from schema.contact.request import ContactRequest
from schema.context import Info
from schema.user_error import UserError


@strawberry.type(description="A contact request after a step, or why the step was not taken.")
class ContactRequestPayload:
    """The answer."""

    contact_request: ContactRequest | None = strawberry.field(
        description="The request after it, as the viewer sees it; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(
        description="Why it was refused, one for each field that is wrong; else empty."
    )

    @classmethod
    def of(cls, info: Info, seen: SeenRequest) -> Self:
        """Show it."""
        return cls(contact_request=ContactRequest.of(info, seen), user_errors=[])

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        return cls(contact_request=None, user_errors=UserError.each(refusal))
