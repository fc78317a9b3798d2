"""The life of a membership: admitted, refused, suspended, restored, withdrawn, left (mutations)."""

from typing import Annotated

import strawberry

from models.activators import ActivatorState
from resolvers.activator_actions import change_state
from resolvers.leaving import leave_programme
from resolvers.refusal import Refusal
from schema.activators import Activator
from schema.context import Info
from schema.nodes import find_number
from schema.user_error import UserError

WHY = "Why it was refused; else empty."


@strawberry.input(description="A step in the life of a membership.")
class ChangeActivatorStateInput:
    """A step."""

    id: strawberry.ID = strawberry.field(description="The activator.")
    state: ActivatorState = strawberry.field(
        description="Its new state. PENDING leads to ACTIVE or WITHDRAWN (a refusal), ACTIVE to "
        "SUSPENDED or WITHDRAWN, SUSPENDED to ACTIVE or WITHDRAWN; a withdrawal is final. ACTIVE "
        "asks that it has accepted the charter in force and that its structure is confirmed: "
        "`CONFLICT` else."
    )
    reason: str | None = strawberry.field(
        default=None,
        description="Why, as its mail and `Activator.stateReason` say it: at most 1,000 "
        "characters. Required for a refusal and for a suspension.",
    )


@strawberry.type(description="What became of a step.")
class ChangeActivatorStatePayload:
    """The answer."""

    activator: Activator | None = strawberry.field(
        description="The activator after it; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description=WHY)


@strawberry.input(description="Somebody who leaves the programme.")
class LeaveProgrammeInput:
    """Who leaves."""

    activator: strawberry.ID = strawberry.field(description="Oneself.")
    reason: str | None = strawberry.field(
        default=None,
        description="Why, if one likes to say it: at most 1,000 characters. Staff and the "
        "managers of its structure and networks read it.",
    )


@strawberry.type(description="What became of it.")
class LeaveProgrammePayload:
    """The answer."""

    activator: Activator | None = strawberry.field(
        description="The activator, as it still sees itself; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description=WHY)


@strawberry.type
class MembershipMutations:
    """The mutations of memberships."""

    @strawberry.mutation(
        description="Admit, refuse, suspend, restore or withdraw an activator, and tell it by "
        "mail. Moderators and administrators take every step; managers of a network of its own "
        "that is allowed to admit take those that leave PENDING. It shows at once in this answer, "
        "and elsewhere within 250 ms."
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
            seen = await change_state(
                context.platform,
                context.viewer,
                activator_id=find_number("id", input.id, "Activator"),
                state=input.state,
                reason=input.reason,
            )
        except Refusal as refusal:
            return ChangeActivatorStatePayload(activator=None, user_errors=UserError.each(refusal))
        return ChangeActivatorStatePayload(activator=Activator.of(seen), user_errors=[])

    @strawberry.mutation(
        description="Leave the programme, for good: the activator itself alone (charter, article "
        "6). Its page is hidden at once, from everyone but itself, staff and the managers of its "
        "structure and networks. A mail confirms it, and says when what is personal is erased: "
        "after 90 days, unless the operator chose otherwise. What the law wants kept (who accepted "
        "which charter, the audit) stays by number alone, and so does the number by which a "
        "network's roster knows it, so that no roster brings it back. To come back, one registers "
        "anew. "
        "`CONFLICT` where it has left already."
    )
    async def leave_programme(
        self,
        info: Info,
        input: Annotated[LeaveProgrammeInput, strawberry.argument(description="Who leaves.")],
    ) -> LeaveProgrammePayload:
        """Leave."""
        context = info.context
        try:
            seen = await leave_programme(
                context.platform,
                context.viewer,
                activator_id=find_number("activator", input.activator, "Activator"),
                reason=input.reason,
            )
        except Refusal as refusal:
            return LeaveProgrammePayload(activator=None, user_errors=UserError.each(refusal))
        return LeaveProgrammePayload(activator=Activator.of(seen), user_errors=[])
