"""Signing in by e-mailed link, staying signed in, signing out (mutations)."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from models.accounts import Language
from resolvers import sign_in_actions as actions
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from schema.context import Info
from schema.nodes import find_number
from schema.user_error import UserError

WHY = "Why it was refused; else empty."


@strawberry.input(description="Where to send a sign-in link.")
class RequestSignInLinkInput:
    """An address."""

    email: str = strawberry.field(description="The e-mail address of the account.")
    language: Language = strawberry.field(
        default=Language.FR, description="The language of the mail."
    )


@strawberry.type(
    description="The same whether or not there is such an account: look into the mailbox."
)
class RequestSignInLinkPayload:
    """The answer."""

    user_errors: list[UserError] = strawberry.field(description=WHY)


@strawberry.input(description="A link that was sent by e-mail.")
class SignInInput:
    """A link's secret."""

    token: str = strawberry.field(description="What stands in the link behind `token=`.")
    client: str | None = strawberry.field(
        default=None,
        description="What the session is listed as, such as `Portail CCI, Firefox`; at most 100 "
        "characters.",
    )


@strawberry.input(description="The token that continues a session.")
class RefreshSessionInput:
    """A token."""

    refresh_token: str = strawberry.field(description="The last one given. It serves once.")


@strawberry.type(description="What a client keeps of a session.")
class SignInPayload:
    """Tokens, or why there are none."""

    access_token: str | None = strawberry.field(
        description="For `Authorization: Bearer`, until `expiresAt`; null where it was refused."
    )
    refresh_token: str | None = strawberry.field(
        description="For `refreshSession`, once: used a second time, it ends the session."
    )
    expires_at: datetime | None = strawberry.field(description="When the access token ends.")
    user_errors: list[UserError] = strawberry.field(description=WHY)

    @classmethod
    def of(cls, signed_in: actions.SignedIn) -> Self:
        """Hand out tokens."""
        return cls(
            access_token=signed_in.access_token,
            refresh_token=signed_in.refresh_token,
            expires_at=signed_in.expires_at,
            user_errors=[],
        )

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        errors = UserError.each(refusal)
        return cls(access_token=None, refresh_token=None, expires_at=None, user_errors=errors)


@strawberry.input(description="A session to end.")
class SignOutInput:
    """A session."""

    session_id: strawberry.ID | None = strawberry.field(
        default=None, description="One of `viewer.sessions`; this one by default."
    )


@strawberry.type(description="What became of it.")
class SignOutPayload:
    """The answer."""

    user_errors: list[UserError] = strawberry.field(description=WHY)


@strawberry.type(description="What became of it.")
class SignOutEverywherePayload:
    """The answer."""

    ended: int = strawberry.field(description="How many sessions were ended.")
    user_errors: list[UserError] = strawberry.field(description=WHY)


@strawberry.type
class SignInMutations:
    """The mutations of signing in and out."""

    @strawberry.mutation(
        description="Send a sign-in link to an account's address, at most one in a minute. The "
        "answer and its time are the same where there is no such account. At most 10 an hour for "
        "an address and 60 for a client are asked for, unless the operator chose otherwise; then "
        "it is `RATE_LIMITED`."
    )
    async def request_sign_in_link(
        self,
        info: Info,
        input: Annotated[RequestSignInLinkInput, strawberry.argument(description="To whom.")],
    ) -> RequestSignInLinkPayload:
        """Send a link."""
        try:
            await info.context.check_rate(Limit.LINKS, email=input.email)
            await actions.request_sign_in_link(
                info.context.platform, email=input.email, language=input.language
            )
        except Refusal as refusal:
            return RequestSignInLinkPayload(user_errors=UserError.each(refusal))
        return RequestSignInLinkPayload(user_errors=[])

    @strawberry.mutation(
        description="Open a session with a link that was sent by e-mail. A link serves once, for "
        "a short while. A client tries at most 300 an hour, unless the operator chose otherwise; "
        "then it is `RATE_LIMITED`."
    )
    async def sign_in(
        self,
        info: Info,
        input: Annotated[SignInInput, strawberry.argument(description="The link.")],
    ) -> SignInPayload:
        """Open a session."""
        try:
            await info.context.check_rate(Limit.SECRETS)
            return SignInPayload.of(
                await actions.sign_in(info.context.platform, token=input.token, client=input.client)
            )
        except Refusal as refusal:
            return SignInPayload.refused(refusal)

    @strawberry.mutation(
        description="Exchange the token that continues a session for the next ones. One that was "
        "exchanged before is in two hands: the session ends."
    )
    async def refresh_session(
        self,
        info: Info,
        input: Annotated[RefreshSessionInput, strawberry.argument(description="The token.")],
    ) -> SignInPayload:
        """Continue a session."""
        try:
            return SignInPayload.of(
                await actions.refresh_session(
                    info.context.platform, refresh_token=input.refresh_token
                )
            )
        except Refusal as refusal:
            return SignInPayload.refused(refusal)

    @strawberry.mutation(
        description="End one of one's own sessions. Its tokens are refused at once here, and "
        "within 250 ms by every other worker."
    )
    async def sign_out(
        self,
        info: Info,
        input: Annotated[SignOutInput, strawberry.argument(description="Which session.")],
    ) -> SignOutPayload:
        """End a session."""
        try:
            named = input.session_id
            number = None if named is None else find_number("sessionId", named, "Session")
            context = info.context
            await actions.sign_out(context.platform, context.viewer, session_id=number)
        except Refusal as refusal:
            return SignOutPayload(user_errors=UserError.each(refusal))
        return SignOutPayload(user_errors=[])

    @strawberry.mutation(
        description="End all of one's own sessions, and refuse every token written so far."
    )
    async def sign_out_everywhere(self, info: Info) -> SignOutEverywherePayload:
        """End all sessions."""
        context = info.context
        try:
            ended = await actions.sign_out_everywhere(context.platform, context.viewer)
        except Refusal as refusal:
            return SignOutEverywherePayload(ended=0, user_errors=UserError.each(refusal))
        return SignOutEverywherePayload(ended=ended, user_errors=[])
