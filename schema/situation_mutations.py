"""Declaring a change of situation (mutation; charter, article 3)."""

from typing import Annotated

import strawberry

from models.activators import ActivatorKind
from permissions.guard import describe_values
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from resolvers.situation_actions import SituationChange, declare_situation_change
from schema.context import Info
from schema.nodes import find_number
from schema.profile_mutations import ActivatorProfilePayload
from schema.structure_input import StructureInput

strawberry.enum(
    SituationChange,
    description="What changed in the situation of an activator, who must tell it (charter, article "
    "3).",
)
describe_values(
    {
        SituationChange.LEFT_STRUCTURE: "It left its structure, and joins no other. Its page is "
        "hidden at once from all but its owner and staff, until a structure confirms that it works "
        "there; the managers of the structure are told by mail. An arrival declared before is off.",
        SituationChange.CHANGED_STRUCTURE: "It left its structure for another: `structure`, found "
        "by its SIRET, or founded. Its page is hidden at once from all but its owner and staff. "
        "The managers of both are told by mail; moderators, too, where nobody manages the other or "
        "it awaits confirmation itself. Once they confirm it (`confirmEmployment`), it belongs to "
        "the other structure, stands at its address, and shows again. Its networks and its state "
        "stay.",
        SituationChange.CHANGED_ACTIVITY: "It is now of another kind: `kind`. The commitments of "
        "each kind are others (articles 3 and 4), and so is who may see it: one that is `ACTIVE` "
        "becomes `SUSPENDED` with the reason `activity-changed`, until a moderator or "
        "administrator, who are told by mail, restores it. One that is `PENDING` stays so; one "
        "that is `SUSPENDED` already is to be restored first. What it is expert in changes freely, "
        "by `updateActivatorProfile`.",
    }
)


@strawberry.input(description="A change of situation.")
class DeclareSituationChangeInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The activator.")
    change: SituationChange = strawberry.field(description="What changed, and what follows.")
    structure: StructureInput | None = strawberry.field(
        default=None, description="Where it works now: for `CHANGED_STRUCTURE`, and for no other."
    )
    kind: ActivatorKind | None = strawberry.field(
        default=None, description="What it is now: for `CHANGED_ACTIVITY`, and for no other."
    )


@strawberry.type
class SituationMutations:
    """The mutation of changes of situation."""

    @strawberry.mutation(
        description="Declare that an activator left its structure, changed it, or changed its "
        "activity (charter, article 3): its owner, moderators and administrators. What follows is "
        "said beside each change. To say the same again changes nothing. `CONFLICT` where it works "
        "in this structure already, is of this kind already, or has withdrawn, and "
        "where one that is suspended changes its activity. `RATE_LIMITED` where a client names "
        "more than 60 structures an hour, unless the operator chose otherwise."
    )
    async def declare_situation_change(
        self,
        info: Info,
        input: Annotated[
            DeclareSituationChangeInput, strawberry.argument(description="Whose, and what changed.")
        ],
    ) -> ActivatorProfilePayload:
        """Declare one."""
        context = info.context
        try:
            if input.structure is not None:  # people there are written to, or it is founded
                await context.check_rate(Limit.LETTERS)
            seen = await declare_situation_change(
                context.platform,
                context.viewer,
                activator_id=find_number("id", input.id, "Activator"),
                change=input.change,
                structure=input.structure.plain() if input.structure else None,
                kind=input.kind,
            )
        except Refusal as refusal:
            return ActivatorProfilePayload.refused(refusal)
        return ActivatorProfilePayload.of(seen)
