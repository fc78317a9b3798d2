"""Accepting the charter (mutation)."""

from typing import Annotated

import strawberry

from resolvers.charter_actions import accept_charter
from resolvers.refusal import Refusal
from schema.activators import Activator
from schema.charter import CharterAcceptance
from schema.context import Info
from schema.nodes import find_number
from schema.user_error import UserError


@strawberry.input(description="The charter, as an activator accepts it.")
class AcceptCharterInput:
    """What is accepted."""

    version: str = strawberry.field(
        description="The version that was read: the one in force (`charter`)."
    )
    activator: strawberry.ID | None = strawberry.field(
        default=None,
        description="Who accepts it: an activator that the account is. It may be left out where "
        "the account is one only.",
    )


@strawberry.type(description="An acceptance, or why there is none.")
class AcceptCharterPayload:
    """The answer."""

    acceptance: CharterAcceptance | None = strawberry.field(
        description="The acceptance, the first one where there were several; null where it was "
        "refused."
    )
    activator: Activator | None = strawberry.field(
        description="The activator after it; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description="Why it was refused; else empty.")


@strawberry.type
class CharterMutations:
    """Mutations of the charter."""

    @strawberry.mutation(
        description="Accept the charter in force (article 3): the activator itself, and nobody in "
        "its name. It is recorded for good, with the version, the time and the account; a second "
        "time changes nothing. One that was suspended because it had not accepted in time is "
        "active again at once. `UNAUTHENTICATED` for who names no activator and is no account, "
        "`FORBIDDEN` for anybody but the activator, `CONFLICT` for a version that is not in force "
        "and for an activator that has left."
    )
    async def accept_charter(
        self,
        info: Info,
        input: Annotated[AcceptCharterInput, strawberry.argument(description="What, and who.")],
    ) -> AcceptCharterPayload:
        """Accept it."""
        context = info.context
        try:
            named = input.activator
            accepted = await accept_charter(
                context.platform,
                context.viewer,
                version=input.version,
                activator_id=None
                if named is None
                else find_number("activator", named, "Activator"),
            )
        except Refusal as refusal:
            errors = UserError.each(refusal)
            return AcceptCharterPayload(acceptance=None, activator=None, user_errors=errors)
        return AcceptCharterPayload(
            acceptance=CharterAcceptance(row=accepted.acceptance),
            activator=Activator.of(accepted.seen),
            user_errors=[],
        )
