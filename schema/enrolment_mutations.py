"""Whom networks enrol (mutations)."""

from typing import Annotated, Self

import strawberry

from resolvers.activators import Seen
from resolvers.enrolment_actions import enrol_activator, unenrol_activator
from resolvers.refusal import Refusal
from schema.activators import Activator
from schema.context import Info
from schema.network_mutations import NETWORK
from schema.nodes import find_number
from schema.structure_mutations import WHY
from schema.user_error import UserError


@strawberry.input(description="An activator that a network is to enrol.")
class EnrolActivatorInput:
    """What is asked."""

    network: str = strawberry.field(description=NETWORK)
    activator: strawberry.ID = strawberry.field(description="The activator.")
    external_id: str | None = strawberry.field(
        default=None,
        description="The network's own number for it, 1 to 100 characters: administrators alone "
        "give one, and the enrolment counts as declared by the network's roster. By default the "
        "number is ours.",
    )


@strawberry.input(description="An activator that a network is to enrol no more.")
class UnenrolActivatorInput:
    """What is asked."""

    network: str = strawberry.field(description=NETWORK)
    activator: strawberry.ID = strawberry.field(description="The activator.")


@strawberry.type(description="What became of an enrolment.")
class EnrolmentPayload:
    """The answer."""

    activator: Activator | None = strawberry.field(
        description="The activator after it; null where it was refused, and where the viewer may "
        "not see it any more."
    )
    user_errors: list[UserError] = strawberry.field(description=WHY)

    @classmethod
    def of(cls, seen: Seen | None) -> Self:
        """Show it, as far as it is seen."""
        return cls(activator=None if seen is None else Activator.of(seen), user_errors=[])

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        return cls(activator=None, user_errors=UserError.each(refusal))


@strawberry.type
class EnrolmentMutations:
    """The mutations of enrolments."""

    @strawberry.mutation(
        description="Enrol an activator in a network: the activator itself, or an administrator. "
        "The network's managers then own its page: they read its membership and its coordinates, "
        "change its profile, and admit it where the network may. A manager cannot enrol anybody: "
        "it needs the activator's word, or a roster. One that has withdrawn is `CONFLICT`; one "
        "that the network enrols already stays so, without an error."
    )
    async def enrol_activator(
        self,
        info: Info,
        input: Annotated[EnrolActivatorInput, strawberry.argument(description="Whom, where.")],
    ) -> EnrolmentPayload:
        """Enrol one."""
        context = info.context
        try:
            seen = await enrol_activator(
                context.platform,
                context.viewer,
                network=input.network,
                activator_id=find_number("activator", input.activator, "Activator"),
                external_id=input.external_id,
            )
        except Refusal as refusal:
            return EnrolmentPayload.refused(refusal)
        return EnrolmentPayload.of(seen)

    @strawberry.mutation(
        description="Take an activator out of a network, whose managers then own its page no more: "
        "they, administrators, or the activator itself. The activator may not where the network's "
        "roster declares it (`CONFLICT`: ask the network). The network also takes it out of its "
        "roster, whose next import would declare it anew. It stays what it is: a member, if it is "
        "one. One that the network does not enrol stays so, without an error."
    )
    async def unenrol_activator(
        self,
        info: Info,
        input: Annotated[UnenrolActivatorInput, strawberry.argument(description="Whom, where.")],
    ) -> EnrolmentPayload:
        """Take one out."""
        context = info.context
        try:
            seen = await unenrol_activator(
                context.platform,
                context.viewer,
                network=input.network,
                activator_id=find_number("activator", input.activator, "Activator"),
            )
        except Refusal as refusal:
            return EnrolmentPayload.refused(refusal)
        return EnrolmentPayload.of(seen)
