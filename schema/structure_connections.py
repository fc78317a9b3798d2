"""Pages of structures (Relay's cursor connections)."""

import strawberry

from resolvers.paging import Stretch, window
from resolvers.structure_pages import structures_to_confirm
from resolvers.structures import SeenStructure
from schema.context import Info
from schema.pages import After, First, PageInfo
from schema.structures import Structure


@strawberry.type(description="A structure in a list.")
class StructureEdge:
    """An edge."""

    cursor: str = strawberry.field(description="Its place in the list; opaque.")
    node: Structure = strawberry.field(description="The structure.")


@strawberry.type(description="A page of structures.")
class StructureConnection:
    """A page."""

    page: strawberry.Private[Stretch[SeenStructure]]

    @strawberry.field(description="The page, with places.")
    def edges(self) -> list[StructureEdge]:
        """List the edges."""
        return [
            StructureEdge(cursor=seen.cursor, node=Structure.of(seen)) for seen in self.page.rows
        ]

    @strawberry.field(description="The page, without them.")
    def nodes(self) -> list[Structure]:
        """List the nodes."""
        return [Structure.of(seen) for seen in self.page.rows]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        return PageInfo.of(self.page)


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
