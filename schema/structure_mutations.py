"""Keeping the details of structures (mutations)."""

from typing import Annotated, Self

import strawberry

from resolvers.refusal import Refusal
from resolvers.structure_actions import GIVEN, confirm_structure, update_structure
from resolvers.structures import SeenStructure
from schema.context import Info
from schema.nodes import find_number
from schema.structures import Structure
from schema.user_error import UserError

WHY = "Why it was refused; else empty."


@strawberry.input(description="What changes of a structure; what is absent stays.")
class UpdateStructureInput:
    """What is asked. Its SIRET makes it what it is, and stays."""

    id: strawberry.ID = strawberry.field(description="The structure.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its legal name: 1 to 200 characters."
    )
    legal_form: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Its legal form: at most 100 characters; null for none.",
    )
    address_line: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Number and street: at most 300 characters; null for none.",
    )
    postal_code: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its postal code: 5 digits."
    )
    city: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its city: 1 to 100 characters."
    )
    commune_code: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The code of its commune, as `COM-01283`; null for none. Where the postal code "
        "or the city is given and this is absent, none is known any more.",
    )

    def changes(self) -> dict[str, str | None]:
        """Give what is there, in plain words."""
        given = {name: getattr(self, name) for name in GIVEN}
        return {name: value for name, value in given.items() if value is not strawberry.UNSET}


@strawberry.input(description="A structure that is what it says.")
class ConfirmStructureInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The structure.")


@strawberry.type(description="What became of a structure.")
class StructurePayload:
    """The answer."""

    structure: Structure | None = strawberry.field(
        description="The structure after it; null where it was refused, and where the viewer may "
        "not see it any more."
    )
    user_errors: list[UserError] = strawberry.field(description=WHY)

    @classmethod
    def of(cls, seen: SeenStructure | None) -> Self:
        """Show it, as far as it is seen."""
        return cls(structure=None if seen is None else Structure.of(seen), user_errors=[])

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        return cls(structure=None, user_errors=UserError.each(refusal))


@strawberry.type
class StructureMutations:
    """The mutations of structures."""

    @strawberry.mutation(
        description="Change the details of a structure: moderators, administrators, its managers, "
        "and the managers of a network that federates it and enrols everyone who works there. They "
        "show with all of its activators; from then on rosters leave them as they are. The "
        "activators' own addresses stay."
    )
    async def update_structure(
        self,
        info: Info,
        input: Annotated[UpdateStructureInput, strawberry.argument(description="What changes.")],
    ) -> StructurePayload:
        """Change details."""
        context = info.context
        try:
            seen = await update_structure(
                context.platform,
                context.viewer,
                structure_id=find_number("id", input.id, "Structure"),
                changes=input.changes(),
            )
        except Refusal as refusal:
            return StructurePayload.refused(refusal)
        return StructurePayload.of(seen)

    @strawberry.mutation(
        description="Say that a structure which somebody named while registering is what it says: "
        "its managers, moderators and administrators. Its activators may then be admitted. One "
        "that is confirmed already stays so, without an error."
    )
    async def confirm_structure(
        self,
        info: Info,
        input: Annotated[ConfirmStructureInput, strawberry.argument(description="Which one.")],
    ) -> StructurePayload:
        """Confirm one."""
        context = info.context
        try:
            number = find_number("id", input.id, "Structure")
            seen = await confirm_structure(context.platform, context.viewer, structure_id=number)
        except Refusal as refusal:
            return StructurePayload.refused(refusal)
        return StructurePayload.of(seen)
