"""Lists of licences to use the mark (Relay's cursor connections)."""

from typing import Annotated

import strawberry

from resolvers.mark.finding import SeenLicence
from resolvers.mark.listing import count_licences, list_licences
from resolvers.paging import Stretch, window
from schema.context import Info
from schema.mark.licence import MarkLicence
from schema.mark.states import LicenceState
from schema.pages import After, First, PageInfo


@strawberry.input(description="Which licences.")
class MarkLicenceFilter:
    """What is looked for."""

    states: list[LicenceState] | None = strawberry.field(
        default=None, description="In one of these states."
    )


@strawberry.type(description="A licence in a list.")
class MarkLicenceEdge:
    """An edge."""

    cursor: str = strawberry.field(description="Its place in the list; opaque.")
    node: MarkLicence = strawberry.field(description="The licence.")


@strawberry.type(description="A page of licences, the one asked for first at the head.")
class MarkLicenceConnection:
    """A page."""

    page: strawberry.Private[Stretch[SeenLicence]]
    states: strawberry.Private[list[LicenceState] | None]

    @strawberry.field(description="The page, with places.")
    def edges(self) -> list[MarkLicenceEdge]:
        """List the edges."""
        return [
            MarkLicenceEdge(cursor=seen.cursor, node=MarkLicence.of(seen))
            for seen in self.page.rows
        ]

    @strawberry.field(description="The page, without them.")
    def nodes(self) -> list[MarkLicence]:
        """List the nodes."""
        return [MarkLicence.of(seen) for seen in self.page.rows]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        return PageInfo.of(self.page)

    @strawberry.field(description="How many the whole list holds.")
    async def total_count(self, info: Info) -> int:
        """Count them."""
        return await count_licences(info.context.platform, info.context.viewer, self.states)


@strawberry.type
class MarkLicenceListQueries:
    """The list for staff."""

    @strawberry.field(
        description="Licences to use the mark, the one asked for first at the head: for moderators "
        "and administrators, who decide on those that are `REQUESTED`. An error with the code "
        "`UNAUTHENTICATED` for a visitor, `FORBIDDEN` for others."
    )
    async def mark_licences(
        self,
        info: Info,
        filter: Annotated[
            MarkLicenceFilter | None, strawberry.argument(description="Which ones; all by default.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> MarkLicenceConnection:
        """List them."""
        states = None if filter is None else filter.states
        asked, context = window(first, after), info.context
        page = await list_licences(context.platform, context.viewer, states, asked)
        return MarkLicenceConnection(page=page, states=states)
