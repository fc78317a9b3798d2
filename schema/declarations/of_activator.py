"""What companies declared of an activator, on its page."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.declarations.listing import sees_those_of
from resolvers.directory import cards
from schema.context import Info
from schema.pages import After, First

if TYPE_CHECKING:
    from schema.declarations.connection import (
        DeclaredEngagementConnection,
        DeclaredEngagementFilter,
    )


@strawberry.type
class EngagementsOfActivator:
    """The field of activators that tells of declared engagements."""

    row: strawberry.Private[cards.Card]

    @strawberry.field(
        description="What companies declared of it, where it is a solution provider, the newest "
        "first: for those who see what it is asked (`contactRequests`); null for others, who find "
        "what they declared in `declaredEngagements`."
    )
    async def declared_engagements(
        self,
        info: Info,
        filter: Annotated[
            Annotated["DeclaredEngagementFilter", strawberry.lazy("schema.declarations.connection")]
            | None,
            strawberry.argument(description="Which ones; all by default."),
        ] = None,
        first: First = None,
        after: After = None,
    ) -> (
        Annotated["DeclaredEngagementConnection", strawberry.lazy("schema.declarations.connection")]
        | None
    ):
        """Page through them."""
        from schema.declarations.connection import find_engagements  # noqa: PLC0415  it ranks above

        if not sees_those_of(info.context.viewer, self.row):
            return None
        return await find_engagements(info, filter, first, after, of=self.row.id)
