"""Joining the programme: registering, and proving one's e-mail address (mutations)."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from models.accounts import Language
from models.activators import ActivatorKind
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from resolvers.registering import GivenRegistration, register_activator
from resolvers.verifying import Joined, verify_registration
from schema.activators import Activator
from schema.context import Info
from schema.profile_input import ProfileFields
from schema.structure_input import StructureInput
from schema.user_error import UserError

WHY = "Why it was refused, one for each field that is wrong; else empty."


@strawberry.input(
    description="Somebody who wants to join (charter, articles 2 and 3): a natural person, "
    "attached to a structure. What is left out is empty; its address is its structure's."
)
class RegisterActivatorInput(ProfileFields):
    """What is filled in."""

    kind: ActivatorKind = strawberry.field(description="Which of the five kinds.")
    given_name: str = strawberry.field(description="Its given name: 1 to 100 characters.")
    family_name: str = strawberry.field(description="Its family name: 1 to 100 characters.")
    email: str = strawberry.field(
        description="Its e-mail address: of its page, and of the account by which it signs in."
    )
    expertise: list[str] = strawberry.field(
        description="Where it advises: 1 to 30 codes of `expertiseFields`."
    )
    structure: StructureInput | None = strawberry.field(
        default=None,
        description="The legal person that it is attached to. One that the directory does not know "
        "waits until its manager or a moderator confirms it. May be left out with an `invitation`.",
    )
    network: str | None = strawberry.field(
        default=None, description="The code of the network that is asked to enrol it."
    )
    invitation: str | None = strawberry.field(
        default=None,
        description="The secret of the invitation of a structure, which then is its structure. It "
        "must be for this address, as an activator, and still open.",
    )
    language: Language = strawberry.field(
        default=Language.FR, description="The language of the mails."
    )

    def plain(self) -> GivenRegistration:
        """Give it in plain words."""
        return GivenRegistration(
            kind=self.kind,
            profile=self.given(),
            language=self.language,
            structure=None if self.structure is None else self.structure.plain(),
            network=self.network,
            invitation=self.invitation,
        )


@strawberry.type(description="The same whether or not the address is known: look into the mailbox.")
class RegisterActivatorPayload:
    """The answer."""

    user_errors: list[UserError] = strawberry.field(description=WHY)


@strawberry.input(description="A link that was sent by e-mail to who registered.")
class VerifyRegistrationInput:
    """A link's secret."""

    token: str = strawberry.field(
        description="What stands in the link behind `registration=`. It serves once, for 48 hours "
        "unless the operator chose otherwise, and no more once the same address registers anew."
    )
    client: str | None = strawberry.field(
        default=None,
        description="What the session is listed as, such as `Portail CCI, Firefox`; at most 100 "
        "characters.",
    )


@strawberry.type(description="The page of who registered, and what a client keeps of a session.")
class VerifyRegistrationPayload:
    """The answer."""

    activator: Activator | None = strawberry.field(
        description="Its page, which waits to be admitted; null where it was refused."
    )
    access_token: str | None = strawberry.field(
        description="For `Authorization: Bearer`, until `expiresAt`; null where it was refused."
    )
    refresh_token: str | None = strawberry.field(
        description="For `refreshSession`, once: used a second time, it ends the session."
    )
    expires_at: datetime | None = strawberry.field(description="When the access token ends.")
    user_errors: list[UserError] = strawberry.field(description="Why it was refused; else empty.")

    @classmethod
    def of(cls, joined: Joined) -> Self:
        """Hand out the page and the tokens."""
        return cls(
            activator=Activator.of(joined.seen),
            access_token=joined.signed_in.access_token,
            refresh_token=joined.signed_in.refresh_token,
            expires_at=joined.signed_in.expires_at,
            user_errors=[],
        )

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        return cls(
            activator=None,
            access_token=None,
            refresh_token=None,
            expires_at=None,
            user_errors=UserError.each(refusal),
        )


@strawberry.type
class RegistrationMutations:
    """The mutations of joining."""

    @strawberry.mutation(
        description="Ask to join the programme: anybody, and portals whose key has "
        "`directory:read`. A link is sent to the address, or word that it has a page already; the "
        "answer and its time are the same. Nothing is in the directory before "
        "`verifyRegistration`. Of several registrations of an address, the newest counts."
    )
    async def register_activator(
        self,
        info: Info,
        input: Annotated[RegisterActivatorInput, strawberry.argument(description="Who joins.")],
    ) -> RegisterActivatorPayload:
        """Register."""
        context = info.context
        try:
            await context.check_rate(Limit.REGISTRATIONS, email=input.email)
            await register_activator(context.platform, context.viewer, input.plain())
        except Refusal as refusal:
            return RegisterActivatorPayload(user_errors=UserError.each(refusal))
        return RegisterActivatorPayload(user_errors=[])

    @strawberry.mutation(
        description="Prove the address that was registered, by its link: the page is made and "
        "waits, `PENDING`, to be admitted; moderators are told, and the managers of its network "
        "where that is allowed to admit. Opens a session for its new account, or the one that the "
        "address has. Accept the charter next: nobody is admitted without."
    )
    async def verify_registration(
        self,
        info: Info,
        input: Annotated[VerifyRegistrationInput, strawberry.argument(description="The link.")],
    ) -> VerifyRegistrationPayload:
        """Verify."""
        try:
            await info.context.check_rate(Limit.SECRETS)
            joined = await verify_registration(
                info.context.platform, token=input.token, client=input.client
            )
        except Refusal as refusal:
            return VerifyRegistrationPayload.refused(refusal)
        return VerifyRegistrationPayload.of(joined)
