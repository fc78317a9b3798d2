"""Asking to use the mark, and giving it back (mutations; charter, article 5)."""

from typing import Annotated

import strawberry

from resolvers.mark.asking import request_licence, surrender_licence
from resolvers.refusal import Refusal
from schema.context import Info
from schema.mark.payload import MarkLicencePayload
from schema.nodes import find_number


@strawberry.input(description="Who asks to use the mark.")
class RequestMarkLicenceInput:
    """An activator."""

    activator: strawberry.ID = strawberry.field(description="An activator that the account is.")


@strawberry.input(description="A licence that its activator gives back.")
class SurrenderMarkLicenceInput:
    """A licence."""

    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.type
class MarkAskingMutations:
    """The mutations of the activator."""

    @strawberry.mutation(
        description="Ask to use the programme's mark (charter, article 5): the activator itself, "
        "and nobody in its name. A moderator decides. One that waits is given as it is, so that a "
        "second time changes nothing. Who has a licence may ask for the next one in its last 60 "
        "days, unless the operator chose otherwise. Refused: `NOT_FOUND`, `FORBIDDEN`; `CONFLICT` "
        "for each condition that fails, whose code is the `field`, and for a licence that is not "
        "to end soon."
    )
    async def request_mark_licence(
        self,
        info: Info,
        input: Annotated[RequestMarkLicenceInput, strawberry.argument(description="Who asks.")],
    ) -> MarkLicencePayload:
        """Ask."""
        context = info.context
        try:
            number = find_number("activator", input.activator, "Activator")
            seen = await request_licence(context.platform, context.viewer, activator_id=number)
        except Refusal as refusal:
            return MarkLicencePayload.refused(refusal)
        return MarkLicencePayload.of(seen)

    @strawberry.mutation(
        description="Give a licence back, or take its request back: the activator itself. It is "
        "valid no more, at once; another may be asked for. A second time changes nothing. Refused: "
        "`NOT_FOUND`, `FORBIDDEN`, `CONFLICT` where it is over."
    )
    async def surrender_mark_licence(
        self,
        info: Info,
        input: Annotated[SurrenderMarkLicenceInput, strawberry.argument(description="Which.")],
    ) -> MarkLicencePayload:
        """Give it back."""
        context = info.context
        try:
            number = find_number("id", input.id, "MarkLicence")
            seen = await surrender_licence(context.platform, context.viewer, number)
        except Refusal as refusal:
            return MarkLicencePayload.refused(refusal)
        return MarkLicencePayload.of(seen)
