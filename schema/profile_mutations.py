"""Keeping profiles true (mutations; charter, article 3)."""

from typing import Annotated, Self

import strawberry

from resolvers import profile_actions as actions
from resolvers.activators import Seen
from resolvers.profile_actions import EditConflict
from resolvers.refusal import Refusal
from schema.activators import Activator
from schema.context import Info
from schema.nodes import find_number
from schema.profile_input import ProfileFields
from schema.user_error import UserError


@strawberry.input(
    description="What changes of a profile. A field that is left out stays as it is; null empties "
    "what may be empty. Send what was changed, and nothing else."
)
class UpdateActivatorProfileInput(ProfileFields):
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The activator.")
    version: int = strawberry.field(
        description="The `version` that was read before editing, by which the edits of others "
        "since are told."
    )


@strawberry.input(description="A profile that is true as it is.")
class ConfirmProfileInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The activator.")


@strawberry.type(description="A profile after it was changed or confirmed, or why it was not.")
class ActivatorProfilePayload:
    """The answer."""

    activator: Activator | None = strawberry.field(
        description="The activator after it; where others edited the same fields (`CONFLICT`), "
        "as they left it; null where it was refused otherwise."
    )
    user_errors: list[UserError] = strawberry.field(
        description="Why it was refused, one for each field that is wrong or in conflict; else "
        "empty."
    )

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """Show it."""
        return cls(activator=Activator.of(seen), user_errors=[])

    @classmethod
    def refused(cls, refusal: Refusal, present: Activator | None = None) -> Self:
        """Say why not."""
        return cls(activator=present, user_errors=UserError.each(refusal))


@strawberry.type
class ProfileMutations:
    """Mutations of profiles, for owners and staff."""

    @strawberry.mutation(
        description="Change a profile: its owner, moderators and administrators. Two who edit "
        "different fields both succeed; where another edited the same field since `version`, the "
        "answer is `CONFLICT` by field, nothing is changed, and `activator` is as it is now. To "
        "change a profile is to confirm all of it. A roster leaves what was edited here as it is. "
        "A new e-mail address is that of the page: the account that signs in keeps its own."
    )
    async def update_activator_profile(
        self,
        info: Info,
        input: Annotated[
            UpdateActivatorProfileInput, strawberry.argument(description="Whose, and what changes.")
        ],
    ) -> ActivatorProfilePayload:
        """Change one."""
        context = info.context
        try:
            seen = await actions.update_profile(
                context.platform,
                context.viewer,
                activator_id=find_number("id", input.id, "Activator"),
                version=input.version,
                given=input.given(),
            )
        except EditConflict as conflict:
            present = await Activator.find(info, id=input.id)
            return ActivatorProfilePayload.refused(conflict, present)
        except Refusal as refusal:
            return ActivatorProfilePayload.refused(refusal)
        return ActivatorProfilePayload.of(seen)

    @strawberry.mutation(
        description="Say that a profile is true as it is: its owner, moderators and "
        "administrators. One that had lapsed is in the directory again at once. Harmless to repeat."
    )
    async def confirm_profile(
        self,
        info: Info,
        input: Annotated[ConfirmProfileInput, strawberry.argument(description="Whose.")],
    ) -> ActivatorProfilePayload:
        """Confirm one."""
        context = info.context
        try:
            seen = await actions.confirm_profile(
                context.platform,
                context.viewer,
                activator_id=find_number("id", input.id, "Activator"),
            )
        except Refusal as refusal:
            return ActivatorProfilePayload.refused(refusal)
        return ActivatorProfilePayload.of(seen)
