"""Asking an activator for help (mutation)."""

from typing import Annotated

import strawberry

from resolvers.activators import get_activators
from resolvers.contact.asking import SeeOffers, request_contact
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from schema.activators import Activator
from schema.contact.asked_input import RequestContactInput
from schema.contact.request import ContactRequest
from schema.context import Info
from schema.user_error import UserError


@strawberry.type(
    description="The request. The private link is in none of it: it is mailed to the company."
)
class RequestContactPayload:
    """The answer."""

    contact_request: ContactRequest | None = strawberry.field(
        description="Its reference, its state and when an answer is due; null where it was refused."
    )
    activator_away: bool = strawberry.field(
        description="Whether the activator has said that it is away today: the request was taken "
        "all the same, and the answer may be late."
    )
    suggestions: list[Activator] = strawberry.field(
        description="Others who may help sooner, the likeliest first, where the activator is away; "
        "each may be asked by a request of its own. Else empty."
    )
    offers_url: str | None = strawberry.field(
        description="The website of a solution provider, which is not asked for contact: there its "
        "offers are (« découvrir les offres », charter, article 3). Else null."
    )
    user_errors: list[UserError] = strawberry.field(
        description="Why it was refused, one for each field that is wrong; else empty."
    )


@strawberry.type
class AskingMutations:
    """The mutation of who asks."""

    @strawberry.mutation(
        description="Ask an activator for help: anybody, signed in or not, and portals whose key "
        "has `contact:write`, on a visitor's behalf (the portal's network is recorded). The "
        "company is acknowledged by mail at once, with a private link (charter, article 4). An "
        "address that asks an activator again while its request is open gets that one, and is "
        "mailed its link again; who may not see it, as no visitor does, is answered as if it were "
        "new. What looks like an abuse is `HELD` for a moderator: nobody is "
        "mailed. Refused: `NOT_FOUND` for an activator that the viewer does not see, and for "
        "institutional ones; `FORBIDDEN` for solution providers (see `offersUrl`); "
        "`BAD_USER_INPUT`; `CONFLICT` on `idempotencyKey`; `RATE_LIMITED`, by client, by e-mail "
        "address and by activator."
    )
    async def request_contact(
        self,
        info: Info,
        input: Annotated[RequestContactInput, strawberry.argument(description="What is asked.")],
    ) -> RequestContactPayload:
        """Ask."""
        context = info.context
        try:
            await context.check_rate(Limit.CONTACTS, email=input.person.email)
            asked = await request_contact(context.platform, context.viewer, input.plain())
        except Refusal as refusal:
            return RequestContactPayload(
                contact_request=None,
                activator_away=False,
                suggestions=[],
                offers_url=refusal.offers_url if isinstance(refusal, SeeOffers) else None,
                user_errors=UserError.each(refusal),
            )
        directory = context.platform.directory
        others = await get_activators(directory, context.viewer, asked.others)
        return RequestContactPayload(
            contact_request=ContactRequest.of(info, asked.seen),
            activator_away=asked.away,
            suggestions=[Activator.of(one) for one in others if one is not None],
            offers_url=None,
            user_errors=[],
        )
