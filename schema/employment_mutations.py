"""Confirming who works in a structure (mutation; charter, article 3)."""

from typing import Annotated

import strawberry

from resolvers.employment_actions import confirm_employment
from resolvers.refusal import Refusal
from schema.context import Info
from schema.nodes import find_number
from schema.structure_mutations import StructurePayload


@strawberry.input(description="Who works in a structure and who does not, as it knows.")
class ConfirmEmploymentInput:
    """What is asked."""

    structure: strawberry.ID = strawberry.field(description="The structure.")
    still_there: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="Activators who work there, those included who declared that they have come: "
        "at most 100.",
    )
    left: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="Activators who do not, or not any more: at most 100.",
    )

    def numbers(self, name: str, ids: list[strawberry.ID]) -> list[int]:
        """Read a list of activators; raises NotFound for an id of another type."""
        return [find_number(f"{name}.{place}", id, "Activator") for place, id in enumerate(ids)]


@strawberry.type
class EmploymentMutations:
    """The mutation of those who vouch for a structure."""

    @strawberry.mutation(
        description="Say who still works in a structure, as its managers are asked once a year: "
        "its managers, moderators and administrators. One who declared that it has come "
        "(`declareSituationChange`) moves there: its page shows again, at the structure's address. "
        "One who has left is told by mail, and its page is hidden until a structure confirms it. "
        "All of it, or nothing: `NOT_FOUND` by place (`left.0`) for one who neither works there "
        "nor says so, `CONFLICT` for one who has withdrawn or declared another structure, and for "
        "a structure that awaits `confirmStructure`. Harmless to repeat."
    )
    async def confirm_employment(
        self,
        info: Info,
        input: Annotated[ConfirmEmploymentInput, strawberry.argument(description="Who, where.")],
    ) -> StructurePayload:
        """Confirm some."""
        context = info.context
        try:
            seen = await confirm_employment(
                context.platform,
                context.viewer,
                structure_id=find_number("structure", input.structure, "Structure"),
                still_there=input.numbers("stillThere", input.still_there),
                left=input.numbers("left", input.left),
            )
        except Refusal as refusal:
            return StructurePayload.refused(refusal)
        return StructurePayload.of(seen)
