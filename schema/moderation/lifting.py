"""Lifting a sanction (mutation)."""

from typing import Annotated

import strawberry

from resolvers.moderation.sanctions import lift_sanction
from resolvers.refusal import Refusal
from schema.context import Info
from schema.moderation.sanctions import Sanction
from schema.nodes import find_number
from schema.user_error import UserError


@strawberry.input(description="A sanction to lift.")
class LiftSanctionInput:
    """Which."""

    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.type(description="The sanction as it stands now, or why it was not lifted.")
class LiftSanctionPayload:
    """The answer."""

    sanction: Sanction | None = strawberry.field(
        description="The sanction; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description="Why it was refused; else empty.")


@strawberry.type
class LiftingMutations:
    """The mutation of who lifts."""

    @strawberry.mutation(
        description="Lift a sanction, and tell the activator; lifted twice, nothing changes. By "
        "moderators and administrators without an interest in it. Refused: `UNAUTHENTICATED`, "
        "`FORBIDDEN`, `NOT_FOUND`."
    )
    async def lift_sanction(
        self,
        info: Info,
        input: Annotated[LiftSanctionInput, strawberry.argument(description="Which.")],
    ) -> LiftSanctionPayload:
        """Lift it."""
        context = info.context
        try:
            number = find_number("id", input.id, "Sanction")
            row = await lift_sanction(context.platform, context.viewer, number)
        except Refusal as refusal:
            return LiftSanctionPayload(sanction=None, user_errors=UserError.each(refusal))
        return LiftSanctionPayload(sanction=Sanction(row=row), user_errors=[])
