"""Lists of declared engagements (Relay's cursor connections)."""

from typing import Annotated

import strawberry

from resolvers.declarations.finding import SeenEngagement
from resolvers.declarations.listing import (
    EngagementCriteria,
    count_engagements,
    list_engagements,
)
from resolvers.paging import Stretch, window
from schema.context import Info
from schema.declarations.engagement import DeclaredEngagement
from schema.declarations.states import DeclarationState
from schema.pages import After, First, PageInfo


@strawberry.input(description="Which of the declared engagements of a list.")
class DeclaredEngagementFilter:
    """What is looked for."""

    states: list[DeclarationState] | None = strawberry.field(
        default=None, description="In one of these states."
    )


@strawberry.type(description="A declared engagement in a list.")
class DeclaredEngagementEdge:
    """An edge."""

    cursor: str = strawberry.field(description="Its place in the list; opaque.")
    node: DeclaredEngagement = strawberry.field(description="The declared engagement.")


@strawberry.type(description="A page of declared engagements, the newest first.")
class DeclaredEngagementConnection:
    """A page."""

    page: strawberry.Private[Stretch[SeenEngagement]]
    wanted: strawberry.Private[EngagementCriteria]

    @strawberry.field(description="The page, with places.")
    def edges(self, info: Info) -> list[DeclaredEngagementEdge]:
        """List the edges."""
        return [
            DeclaredEngagementEdge(cursor=seen.cursor, node=DeclaredEngagement.of(info, seen))
            for seen in self.page.rows
        ]

    @strawberry.field(description="The page, without them.")
    def nodes(self, info: Info) -> list[DeclaredEngagement]:
        """List the nodes."""
        return [DeclaredEngagement.of(info, seen) for seen in self.page.rows]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        return PageInfo.of(self.page)

    @strawberry.field(description="How many the whole list holds.")
    async def total_count(self, info: Info) -> int:
        """Count them."""
        context = info.context
        return await count_engagements(context.platform, context.viewer, self.wanted)


async def find_engagements(
    info: Info,
    filter: DeclaredEngagementFilter | None,
    first: int | None,
    after: str | None,
    *,
    of: int | None = None,
) -> DeclaredEngagementConnection:
    """Find a page of what the viewer declared; or `of` a provider, by its number."""
    context, asked = info.context, window(first, after)
    states = None if filter is None else filter.states
    wanted = EngagementCriteria(states=states, activator_id=of)
    page = await list_engagements(context.platform, context.viewer, wanted, asked)
    return DeclaredEngagementConnection(page=page, wanted=wanted)


Filter = Annotated[
    DeclaredEngagementFilter | None, strawberry.argument(description="Which ones; all by default.")
]


@strawberry.type
class DeclaredEngagementListQueries:
    """The list of what the viewer declared."""

    @strawberry.field(
        description="What the viewer's account declared, or its portal (with `contact:write`), the "
        "newest first; what was declared of a provider is in `Activator.declaredEngagements`. An "
        "error with the code `UNAUTHENTICATED` for a visitor, `FORBIDDEN` for a key without that "
        "scope."
    )
    async def declared_engagements(
        self, info: Info, filter: Filter = None, first: First = None, after: After = None
    ) -> DeclaredEngagementConnection:
        """List them."""
        return await find_engagements(info, filter, first, after)
