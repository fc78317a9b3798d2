"""Personal rights: everything that is held about oneself, and an end to it."""

from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from resolvers.account_deletion import delete_my_account
from resolvers.personal_export import export_my_data
from resolvers.refusal import Refusal
from schema.context import Info
from schema.user_error import UserError


@strawberry.type
class PersonalRightsQueries:
    """Queries about oneself."""

    @strawberry.field(
        description="All that is held about the viewer's account, to keep or to take elsewhere "
        '(RGPD, articles 15 and 20): an object with `format: "maillage-export-1"`, `exportedAt`, '
        "`account`, `identities`, `sessions`, `sessionTokens`, `signInLinks`, `roles`, "
        "`activators` (those that it is, whole), `structures` (those that the rest names), "
        "`charterAcceptances`, `invitationsReceived`, `invitationsSent`, `registrations`, "
        "`apiKeys` (those that it made), `contactRequests` (what it asked as a company, opened: "
        "`content`, with `steps`, `messages`, `diagnosis`, `engagement`, `offers`, `links`), "
        "`contactRequestsReceived` (where those stand that its activators were asked, with their "
        "own messages; what the company wrote is the company's), `auditEntries` and `jobs`. "
        "Each is what stands in the database, by names in camel case, moments in ISO 8601 and "
        "UTC, without secrets and without what is another person's; numbers are those in the ids "
        "of this schema. Members may be added. It is recorded in the audit. An error with the code "
        "`UNAUTHENTICATED` for a visitor and a portal."
    )
    async def export_my_data(self, info: Info) -> JSON:
        """Give it."""
        context = info.context
        return JSON(await export_my_data(context.platform, context.viewer))


@strawberry.input(description="The end of one's own account.")
class DeleteMyAccountInput:
    """A confirmation."""

    confirm: str = strawberry.field(
        description="The e-mail address of the account, typed once more; `BAD_USER_INPUT` where it "
        "is another."
    )


@strawberry.type(description="What became of it.")
class DeleteMyAccountPayload:
    """The answer."""

    user_errors: list[UserError] = strawberry.field(description="Why it was refused; else empty.")


@strawberry.type
class PersonalRightsMutations:
    """Mutations of oneself."""

    @strawberry.mutation(
        description="Delete the viewer's own account, at once and for good (RGPD, article 17), "
        "with its roles, sessions, links, and the invitations and registrations of its address; "
        "every token of it is refused from now on. The activators that it is leave the programme "
        "(charter, article 6) and what is personal of them is erased, but for those that another "
        "account is too. What stays names it by number alone: acceptances of the charter and the "
        "audit. A last mail confirms it. `CONFLICT` for the only administrator, who names another "
        "first; `UNAUTHENTICATED` for a visitor and a portal."
    )
    async def delete_my_account(
        self,
        info: Info,
        input: Annotated[
            DeleteMyAccountInput, strawberry.argument(description="The confirmation.")
        ],
    ) -> DeleteMyAccountPayload:
        """Delete it."""
        context = info.context
        try:
            await delete_my_account(context.platform, context.viewer, confirm=input.confirm)
        except Refusal as refusal:
            return DeleteMyAccountPayload(user_errors=UserError.each(refusal))
        return DeleteMyAccountPayload(user_errors=[])
