"""Declaring an engagement, and taking it back (mutations; charter, articles 3 and 4)."""

from typing import Annotated, Self

import strawberry

from resolvers.contact.finding import Which
from resolvers.declarations.company_accounts import open_engagement_account
from resolvers.declarations.declaring import declare_engagement
from resolvers.declarations.withdrawing import withdraw_engagement
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from schema.context import Info
from schema.declarations.declared_input import DeclareEngagementInput
from schema.declarations.engagement import DeclaredEngagement
from schema.declarations.payload import DeclaredEngagementPayload, WhichDeclaredEngagement
from schema.user_error import UserError


@strawberry.input(description="A declared engagement that its company takes back.")
class WithdrawDeclaredEngagementInput(WhichDeclaredEngagement):
    """What is asked."""


@strawberry.input(description="A declared engagement that is to be in an account of the company.")
class OpenEngagementAccountInput:
    """What is asked."""

    token: str = strawberry.field(
        description="The secret of its private link: what stands behind `engagement=`."
    )


@strawberry.type(description="A declared engagement that is in an account, or why it is not.")
class OpenEngagementAccountPayload:
    """The answer."""

    declared_engagement: DeclaredEngagement | None = strawberry.field(
        description="It after that; null where it was refused."
    )
    link_sent: bool = strawberry.field(
        description="Whether a link to sign in goes to the address that declared; false for who is "
        "signed in with it, and where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description="Why it was refused; else empty.")

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        errors = UserError.each(refusal)
        return cls(declared_engagement=None, link_sent=False, user_errors=errors)


@strawberry.type
class DeclaringMutations:
    """The mutations of companies that declare."""

    @strawberry.mutation(
        description="Declare what a solution provider did for a company: anybody, signed in or "
        "not, and portals whose key has `contact:write`, on a visitor's behalf. Solution providers "
        "are not asked for contact (charter, article 3); once the provider, or a moderator, has "
        "confirmed it, the company may review the provider (article 4). The company is mailed its "
        "private link, which is in no answer. An address that declares the same proof again, "
        "unless that was withdrawn or refused, gets that one and its link again; who may not see "
        "it, as no visitor does, is answered as if it were new. Refused: `NOT_FOUND` for "
        "one that the viewer does not see; `FORBIDDEN` for other kinds, and for a provider of "
        "one's own; `BAD_USER_INPUT`; `CONFLICT` on `idempotencyKey`; `RATE_LIMITED`, by client, "
        "by e-mail address and by provider, as `requestContact`."
    )
    async def declare_engagement(
        self,
        info: Info,
        input: Annotated[
            DeclareEngagementInput, strawberry.argument(description="What is declared.")
        ],
    ) -> DeclaredEngagementPayload:
        """Declare it."""
        context = info.context
        try:
            await context.check_rate(Limit.CONTACTS, email=input.email)
            seen = await declare_engagement(context.platform, context.viewer, input.plain())
        except Refusal as refusal:
            return DeclaredEngagementPayload.refused(refusal)
        return DeclaredEngagementPayload.of(info, seen)

    @strawberry.mutation(
        description="Take back a declared engagement that is still open; its provider is told that "
        "it need not answer. The company alone: by its private link, or signed in. One that is "
        "withdrawn already stays so; one that is decided is a `CONFLICT`."
    )
    async def withdraw_declared_engagement(
        self,
        info: Info,
        input: Annotated[
            WithdrawDeclaredEngagementInput, strawberry.argument(description="Which one.")
        ],
    ) -> DeclaredEngagementPayload:
        """Withdraw it."""
        context = info.context
        try:
            which = await input.counted(info)
            await context.check_rate(Limit.LETTERS)
            seen = await withdraw_engagement(context.platform, context.viewer, which)
        except Refusal as refusal:
            return DeclaredEngagementPayload.refused(refusal)
        return DeclaredEngagementPayload.of(info, seen)

    @strawberry.mutation(
        description="Have a declared engagement, and all else that its address declared or asked "
        "and that is in no account, in the account of that address; it is made if there is none. A "
        "private link may be in other hands: it opens no session, but has a link to sign in mailed "
        "to that address. `CONFLICT` for one that is in another account."
    )
    async def open_engagement_account(
        self,
        info: Info,
        input: Annotated[OpenEngagementAccountInput, strawberry.argument(description="Whose.")],
    ) -> OpenEngagementAccountPayload:
        """Open it."""
        context = info.context
        try:
            await context.check_rate(Limit.SECRETS)
            await context.check_rate(Limit.LINKS)
            which = Which(token=input.token)
            opened = await open_engagement_account(context.platform, context.viewer, which)
        except Refusal as refusal:
            return OpenEngagementAccountPayload.refused(refusal)
        return OpenEngagementAccountPayload(
            declared_engagement=DeclaredEngagement.of(info, opened.seen),
            link_sent=opened.link_sent,
            user_errors=[],
        )
