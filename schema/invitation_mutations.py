"""Managers and invitations of structures (mutations)."""

from typing import Annotated

import strawberry

from models.accounts import Language
from resolvers.invitation_acceptance import accept_invitation
from resolvers.invitation_actions import invite_to_structure, withdraw_invitation
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from resolvers.structure_roles import remove_structure_manager
from schema.context import Info
from schema.invitations import Invitation, InvitedRole
from schema.nodes import find_number, read_number
from schema.structure_mutations import WHY, StructurePayload
from schema.user_error import UserError


@strawberry.input(description="Somebody to invite to a structure.")
class InviteToStructureInput:
    """What is asked."""

    structure: strawberry.ID = strawberry.field(description="The structure.")
    email: str = strawberry.field(description="The e-mail address to which the link goes.")
    role: InvitedRole = strawberry.field(description="As what.")
    language: Language = strawberry.field(
        default=Language.FR, description="In which language the mail is, and a new account."
    )


@strawberry.input(description="An invitation to take back.")
class WithdrawInvitationInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="One of `Structure.invitations`.")


@strawberry.input(description="An invitation to accept.")
class AcceptInvitationInput:
    """What is asked."""

    token: str = strawberry.field(description="What stands behind `#invitation=` in the link.")


@strawberry.input(description="A manager whose role ends.")
class RemoveStructureManagerInput:
    """What is asked."""

    structure: strawberry.ID = strawberry.field(description="The structure.")
    account: strawberry.ID = strawberry.field(description="One of `Structure.managers`.")


@strawberry.type(description="An invitation, or why there is none.")
class InviteToStructurePayload:
    """The answer to inviting."""

    invitation: Invitation | None = strawberry.field(
        description="The invitation; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description=WHY)


@strawberry.type(description="What was accepted, or why nothing was.")
class AcceptInvitationPayload:
    """The answer to accepting."""

    role: InvitedRole | None = strawberry.field(
        description="As what one has joined; null where it was refused."
    )
    structure_name: str | None = strawberry.field(
        description="The name of the structure; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description=WHY)


@strawberry.type
class InvitationMutations:
    """The mutations of managers and invitations."""

    @strawberry.mutation(
        description="Invite somebody by mail to manage a structure, or to work there as an "
        "activator: those who may `updateStructure`. Activators are invited to a structure that is "
        "confirmed (`CONFLICT` else). The answer is the same whether or not the address has an "
        "account. Where the address is invited to this role already, that invitation is sent "
        "again, at most once a minute, and lasts anew: 30 days, if the operator chose no other. A "
        "structure has at most 100 open ones. `RATE_LIMITED` beyond 60 an hour by one client, or "
        "10 to one address, unless the operator chose otherwise."
    )
    async def invite_to_structure(
        self,
        info: Info,
        input: Annotated[
            InviteToStructureInput, strawberry.argument(description="Whom, and as what.")
        ],
    ) -> InviteToStructurePayload:
        """Invite."""
        context = info.context
        try:
            await context.check_rate(Limit.LETTERS, email=input.email)
            row = await invite_to_structure(
                context.platform,
                context.viewer,
                structure_id=find_number("structure", input.structure, "Structure"),
                email=input.email,
                role=input.role.value,
                language=input.language,
            )
        except Refusal as refusal:
            return InviteToStructurePayload(invitation=None, user_errors=UserError.each(refusal))
        return InviteToStructurePayload(invitation=Invitation(row=row), user_errors=[])

    @strawberry.mutation(
        description="Take an invitation back: those who may `updateStructure`. Its link opens "
        "nothing any more."
    )
    async def withdraw_invitation(
        self,
        info: Info,
        input: Annotated[WithdrawInvitationInput, strawberry.argument(description="Which one.")],
    ) -> StructurePayload:
        """Take one back."""
        context = info.context
        try:
            number = find_number("id", input.id, "Invitation")
            seen = await withdraw_invitation(context.platform, context.viewer, invitation_id=number)
        except Refusal as refusal:
            return StructurePayload.refused(refusal)
        return StructurePayload.of(seen)

    @strawberry.mutation(
        description="Accept an invitation, once: anybody who holds the link, which proves the "
        "address; nobody need be signed in. A manager gets the role, with an account where the "
        "address has none, and then signs in (`requestSignInLink`). As an activator, the page of "
        "the account at this address moves to the structure and its address, whose managers own "
        "it from then on; its networks stay. `CONFLICT` where there is no such page: register with "
        "the invitation (`registerActivator`). `RATE_LIMITED` where a client tries more links than "
        "`signIn` lets it."
    )
    async def accept_invitation(
        self,
        info: Info,
        input: Annotated[AcceptInvitationInput, strawberry.argument(description="Which one.")],
    ) -> AcceptInvitationPayload:
        """Accept one."""
        try:
            await info.context.check_rate(Limit.SECRETS)
            done = await accept_invitation(info.context.platform, token=input.token)
        except Refusal as refusal:
            errors = UserError.each(refusal)
            return AcceptInvitationPayload(role=None, structure_name=None, user_errors=errors)
        return AcceptInvitationPayload(
            role=InvitedRole(done.role), structure_name=done.structure_name, user_errors=[]
        )

    @strawberry.mutation(
        description="End the role of a manager of a structure, which may be the viewer itself: "
        "those who may `updateStructure`. It is refused what the role allowed at once here, and "
        "within 250 ms by every other worker, and is told by mail. The open invitations to this "
        "structure that it sent or received go too. The structure is null where the viewer has "
        "removed itself."
    )
    async def remove_structure_manager(
        self,
        info: Info,
        input: Annotated[
            RemoveStructureManagerInput, strawberry.argument(description="Whose, and where.")
        ],
    ) -> StructurePayload:
        """End a role."""
        context = info.context
        try:
            seen = await remove_structure_manager(
                context.platform,
                context.viewer,
                structure_id=find_number("structure", input.structure, "Structure"),
                account_id=read_number("account", input.account, "Account"),
            )
        except Refusal as refusal:
            return StructurePayload.refused(refusal)
        return StructurePayload.of(seen)
