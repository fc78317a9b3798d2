"""Telling that somebody clicked on a page (mutation; charter, article 5)."""

from enum import Enum
from typing import Annotated

import strawberry

from models.consultations import ConsultationKind
from permissions.guard import describe_values
from resolvers.consultations.clicks import record_click
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from schema.context import Info
from schema.nodes import find_number
from schema.user_error import UserError


@strawberry.enum(description="What was clicked on a page.")
class ClickKind(Enum):
    """A click, and what it is counted as."""

    CONTACT = ConsultationKind.CONTACT_CLICK.value
    WEBSITE = ConsultationKind.WEBSITE_CLICK.value


describe_values(
    {
        ClickKind.CONTACT: "What leads to asking it for contact.",
        ClickKind.WEBSITE: "The link to its website (« découvrir les offres »).",
    }
)


@strawberry.input(description="A click on the page of an activator.")
class RecordClickInput:
    """What happened."""

    activator: strawberry.ID = strawberry.field(description="Whose page.")
    kind: ClickKind = strawberry.field(description="On what.")


@strawberry.type(description="Whether a click could be made: not whether it was counted.")
class RecordClickPayload:
    """An answer."""

    user_errors: list[UserError] = strawberry.field(
        description="Why it was refused; else empty. It is empty too for a click that is not "
        "counted."
    )


@strawberry.type
class ClickMutations:
    """The mutation of clicks."""

    @strawberry.mutation(
        description="Tell that somebody clicked on a page: portals and visitors, in "
        "whose name the portal asks (`docs/consultations.md`). Counted as views are: not the "
        "owner's, not a robot's, not the same viewer's on the same thing within half an hour; the "
        "answer is the same. Refused: `NOT_FOUND` for an activator that the viewer does not see, "
        "`FORBIDDEN` where it may not ask for contact, or there is no website whose link it may "
        "follow; `RATE_LIMITED`."
    )
    async def record_click(
        self,
        info: Info,
        input: Annotated[RecordClickInput, strawberry.argument(description="What happened.")],
    ) -> RecordClickPayload:
        """Record one."""
        context = info.context
        try:
            await context.check_rate(Limit.CLICKS)
            await record_click(
                context.platform,
                context.viewer,
                context.visitor,
                activator_id=find_number("activator", input.activator, "Activator"),
                kind=ConsultationKind(input.kind.value),
            )
        except Refusal as refusal:
            return RecordClickPayload(user_errors=UserError.each(refusal))
        return RecordClickPayload(user_errors=[])
