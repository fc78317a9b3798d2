"""Pages of structures (Relay's cursor connections)."""

import strawberry

from resolvers.paging import window
from resolvers.structure_pages import StructurePage, structures_to_confirm
from schema.connections import PageInfo
from schema.context import Info
from schema.pages import After, First
from schema.structures import Structure


@strawberry.type(description="A structure in a list.")
class StructureEdge:
    """An edge."""

    cursor: str = strawberry.field(description="Its place in the list; opaque.")
    node: Structure = strawberry.field(description="The structure.")


@strawberry.type(description="A page of structures.")
class StructureConnection:
    """A page."""

    page: strawberry.Private[StructurePage]

    @strawberry.field(description="The page, with places.")
    def edges(self) -> list[StructureEdge]:
        """List the edges."""
        return [
            StructureEdge(cursor=str(seen.row.id), node=Structure.of(seen))
            for seen in self.page.seen
        ]

    @strawberry.field(description="The page, without them.")
    def nodes(self) -> list[Structure]:
        """List the nodes."""
        return [Structure.of(seen) for seen in self.page.seen]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        seen = self.page.seen
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=str(seen[0].row.id) if seen else None,
            end_cursor=str(seen[-1].row.id) if seen else None,
        )


@strawberry.type
class StructureQueries:
    """Queries about structures."""

    @strawberry.field(
        description="Structures that somebody named while registering, and that wait for "
        "`confirmStructure`, in no order that means anything: moderators and administrators; an "
        "error with the code `FORBIDDEN` for anybody else."
    )
    async def structures_to_confirm(
        self, info: Info, first: First = None, after: After = None
    ) -> StructureConnection:
        """List them."""
        context = info.context
        asked = window(first, after)
        page = await structures_to_confirm(context.platform, context.viewer, window=asked)
        return StructureConnection(page=page)
