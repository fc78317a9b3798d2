"""What the company does by its private link, or signed in (mutations; charter, article 4)."""

from typing import Annotated, Self

import strawberry

from models.request_reasons import CancellationReason
from permissions.guard import describe_values
from resolvers.contact.cancelling import cancel_request
from resolvers.contact.company_accounts import open_company_account
from resolvers.contact.finding import Which
from resolvers.contact.link_renewal import ask_for_link, revoke_request_links
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from schema.contact.payload import ContactRequestPayload
from schema.contact.request import ContactRequest
from schema.contact.which import WhichContactRequest
from schema.context import Info
from schema.user_error import UserError

WHY = "Why it was refused; else empty."

strawberry.enum(
    CancellationReason,
    name="ContactRequestCancellationReason",
    description="Why the company withdraws its contact request.",
)
describe_values(
    {
        CancellationReason.HELPED_ELSEWHERE: "Somebody else helps it.",
        CancellationReason.NO_LONGER_NEEDED: "It needs no help any more.",
        CancellationReason.NO_ANSWER: "It has waited for too long.",
        CancellationReason.MISTAKE: "It asked by mistake, or asked the wrong one.",
        CancellationReason.OTHER: "Another reason.",
    }
)


@strawberry.input(description="A contact request whose private link was lost.")
class RenewContactRequestLinkInput:
    """What is asked."""

    reference: str = strawberry.field(
        description="Its reference, as its acknowledgement said it; case does not matter."
    )
    email: str = strawberry.field(description="The e-mail address that asked.")


@strawberry.input(description="A contact request whose private link fell into other hands.")
class RevokeContactRequestLinkInput(WhichContactRequest):
    """What is asked."""


@strawberry.type(description="What became of it: look into the mailbox that asked.")
class ContactRequestLinkPayload:
    """The answer."""

    user_errors: list[UserError] = strawberry.field(description=WHY)


@strawberry.input(description="A contact request that the company withdraws.")
class CancelContactRequestInput(WhichContactRequest):
    """What is asked."""

    reason: CancellationReason = strawberry.field(
        description="Why: it stands in the history of the request, and is counted."
    )


@strawberry.input(description="A contact request that is to be in an account of the company.")
class OpenCompanyAccountInput:
    """What is asked."""

    token: str = strawberry.field(
        description="The secret of its private link: what stands behind `request=`."
    )


@strawberry.type(description="A contact request that is in an account, or why it is not.")
class OpenCompanyAccountPayload:
    """The answer."""

    contact_request: ContactRequest | None = strawberry.field(
        description="The contact request after it; null where it was refused."
    )
    link_sent: bool = strawberry.field(
        description="Whether a link to sign in goes to the address that asked; false for who is "
        "signed in with it, and where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description=WHY)

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        errors = UserError.each(refusal)
        return cls(contact_request=None, link_sent=False, user_errors=errors)


@strawberry.type
class CompanyMutations:
    """The mutations of companies that asked."""

    @strawberry.mutation(
        description="Have a new private link mailed to who asked under a reference; the links "
        "before open nothing from then on. The answer and its time are the same where reference "
        "and address do not belong together. At most one in a minute is sent, and at most 10 an "
        "hour for an address and 60 for a client are asked for, unless the operator chose "
        "otherwise; then it is `RATE_LIMITED`."
    )
    async def renew_contact_request_link(
        self,
        info: Info,
        input: Annotated[
            RenewContactRequestLinkInput, strawberry.argument(description="Which, and whose.")
        ],
    ) -> ContactRequestLinkPayload:
        """Renew it."""
        context = info.context
        try:
            await context.check_rate(Limit.LINKS, email=input.email)
            await ask_for_link(
                context.platform, context.viewer, reference=input.reference, email=input.email
            )
        except Refusal as refusal:
            return ContactRequestLinkPayload(user_errors=UserError.each(refusal))
        return ContactRequestLinkPayload(user_errors=[])

    @strawberry.mutation(
        description="Revoke all private links of a contact request, this one too, because somebody "
        "else may have them; a new one is mailed to the address that asked. The company alone: by "
        "such a link, or signed in. By its id, asked again within a minute, it is done once."
    )
    async def revoke_contact_request_link(
        self,
        info: Info,
        input: Annotated[
            RevokeContactRequestLinkInput, strawberry.argument(description="Which one.")
        ],
    ) -> ContactRequestLinkPayload:
        """Revoke them."""
        context = info.context
        try:
            which = await input.counted(info)
            await context.check_rate(Limit.LINKS)
            await revoke_request_links(context.platform, context.viewer, which)
        except Refusal as refusal:
            return ContactRequestLinkPayload(user_errors=UserError.each(refusal))
        return ContactRequestLinkPayload(user_errors=[])

    @strawberry.mutation(
        description="Withdraw a contact request that is still open; the activator is told that it "
        "need not answer. The company alone: by its private link, or signed in. One that is "
        "withdrawn already stays so; one that is closed otherwise is a `CONFLICT`."
    )
    async def cancel_contact_request(
        self,
        info: Info,
        input: Annotated[
            CancelContactRequestInput, strawberry.argument(description="Which one, and why.")
        ],
    ) -> ContactRequestPayload:
        """Cancel it."""
        context = info.context
        try:
            which = await input.counted(info)
            seen = await cancel_request(context.platform, context.viewer, which, input.reason)
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)

    @strawberry.mutation(
        description="Have a contact request, and all others of its address that are in no account, "
        "in the account of that address; it is made if there is none. A private link may be in "
        "several hands, so it opens no session: a link to sign in is mailed to the address, at "
        "most one in a minute, unless the viewer is signed in with it. `CONFLICT` where the one "
        "who asked was signed in with another account."
    )
    async def open_company_account(
        self,
        info: Info,
        input: Annotated[OpenCompanyAccountInput, strawberry.argument(description="Which one.")],
    ) -> OpenCompanyAccountPayload:
        """Open it."""
        context = info.context
        try:
            await context.check_rate(Limit.SECRETS)
            await context.check_rate(Limit.LINKS)
            which = Which(token=input.token)
            opened = await open_company_account(context.platform, context.viewer, which)
        except Refusal as refusal:
            return OpenCompanyAccountPayload.refused(refusal)
        return OpenCompanyAccountPayload(
            contact_request=ContactRequest.of(info, opened.seen),
            link_sent=opened.link_sent,
            user_errors=[],
        )
