"""Mutations: each takes one input, calls one action, and turns its refusal into `userErrors`."""

from typing import Annotated

import strawberry

from models.activators import ActivatorState
from resolvers.activator_actions import change_state
from resolvers.refusal import NotFound, Refusal
from schema.activators import Activator
from schema.api_key_mutations import ApiKeyMutations
from schema.context import Info
from schema.jobs import JobMutations
from schema.nodes import read_number
from schema.openid_connect import OpenIdConnectMutations
from schema.sign_in import SignInMutations
from schema.user_error import UserError


@strawberry.input(description="A step in the life of a membership.")
class ChangeActivatorStateInput:
    """A step."""

    id: strawberry.ID = strawberry.field(description="The activator.")
    state: ActivatorState = strawberry.field(
        description="Its new state. PENDING leads to ACTIVE or WITHDRAWN, ACTIVE to SUSPENDED or "
        "WITHDRAWN, SUSPENDED to ACTIVE or WITHDRAWN; a withdrawal is final."
    )


@strawberry.type(description="What became of a step.")
class ChangeActivatorStatePayload:
    """The answer."""

    activator: Activator | None = strawberry.field(
        description="The activator after it; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description="Why it was refused; else empty.")


@strawberry.type
class ActivatorMutations:
    """Mutations of activators."""

    @strawberry.mutation(
        description="Admit, suspend or withdraw an activator: moderators and administrators. It "
        "shows at once in this answer, and elsewhere within 250 ms."
    )
    async def change_activator_state(
        self,
        info: Info,
        input: Annotated[
            ChangeActivatorStateInput, strawberry.argument(description="Who, and to what state.")
        ],
    ) -> ChangeActivatorStatePayload:
        """Take a step."""
        context = info.context
        try:
            number = read_number("id", input.id, "Activator")
            if number is None:
                raise NotFound("No such activator.", "id")
            seen = await change_state(
                context.platform, context.viewer, activator_id=number, state=input.state
            )
        except Refusal as refusal:
            return ChangeActivatorStatePayload(activator=None, user_errors=[UserError.of(refusal)])
        return ChangeActivatorStatePayload(activator=Activator.of(seen), user_errors=[])


@strawberry.type(description="What can be changed.")
class Mutation(
    ActivatorMutations,
    SignInMutations,
    OpenIdConnectMutations,
    ApiKeyMutations,
    JobMutations,
):
    """The mutations, in the order of the SDL."""
