"""Saying that an activator is away, or back (mutations; charter, article 4)."""

from datetime import date
from typing import Annotated

import strawberry

from resolvers.absences import end_absence, set_absence
from resolvers.refusal import Refusal
from schema.context import Info
from schema.nodes import find_number
from schema.profile_mutations import ActivatorProfilePayload


@strawberry.input(description="From when to when an activator is away.")
class SetAbsenceInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The activator.")
    begins: date = strawberry.field(name="from", description="The first day; today or later.")
    ends: date = strawberry.field(
        name="until", description="The last day, within a year from today."
    )


@strawberry.input(description="An activator that is back.")
class EndAbsenceInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The activator.")


@strawberry.type
class AbsenceMutations:
    """The mutations of absences, for owners and staff."""

    @strawberry.mutation(
        description="Say that an activator is away, from one day to another, both included, by its "
        "local time, in place of what was said before: its owner, moderators and administrators. "
        "Meanwhile its page says so, it is proposed to no company, and one that asks it all the "
        "same is offered others; requests that it has stay its own. `BAD_USER_INPUT` for days that "
        "have passed, are in no order, or are more than a year away; `CONFLICT` where it has "
        "withdrawn. The same again changes nothing."
    )
    async def set_absence(
        self,
        info: Info,
        input: Annotated[SetAbsenceInput, strawberry.argument(description="Whose, and when.")],
    ) -> ActivatorProfilePayload:
        """Set one."""
        context = info.context
        try:
            seen = await set_absence(
                context.platform,
                context.viewer,
                activator_id=find_number("id", input.id, "Activator"),
                begins=input.begins,
                ends=input.ends,
            )
        except Refusal as refusal:
            return ActivatorProfilePayload.refused(refusal)
        return ActivatorProfilePayload.of(seen)

    @strawberry.mutation(
        description="Say that an activator is back, or will not be away: its owner, moderators and "
        "administrators. Nothing changes where it is not away."
    )
    async def end_absence(
        self,
        info: Info,
        input: Annotated[EndAbsenceInput, strawberry.argument(description="Whose.")],
    ) -> ActivatorProfilePayload:
        """End one."""
        context = info.context
        try:
            seen = await end_absence(
                context.platform,
                context.viewer,
                activator_id=find_number("id", input.id, "Activator"),
            )
        except Refusal as refusal:
            return ActivatorProfilePayload.refused(refusal)
        return ActivatorProfilePayload.of(seen)
