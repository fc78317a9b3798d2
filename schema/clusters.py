"""Map clusters, as the wire shows them."""

import strawberry

from permissions.guard import of_row
from resolvers.activators import get_activators
from resolvers.directory.clusters import Cluster, clusters
from resolvers.directory.criteria import Criteria
from schema.activators import Activator
from schema.context import Info
from schema.inputs import Bounds
from schema.territories import Position


@strawberry.type(description="Some activators that stand together on a map.")
class ActivatorCluster:
    """A cluster."""

    row: strawberry.Private[Cluster]
    count: int = of_row("How many.")
    position: Position = of_row(
        "Their mean position, as precise as the least precise of them.",
        wrap=lambda row: Position(row=row),
    )

    @strawberry.field(description="The activator where the count is 1, else null.")
    async def activator(self, info: Info) -> Activator | None:
        """Load the one that stands alone; those of one answer are loaded together."""
        if self.row.count != 1:
            return None
        context = info.context
        seen = await get_activators(context.directory, context.viewer, [self.row.activator_id])
        return None if seen[0] is None else Activator.of(seen[0])


def find_clusters(info: Info, asked: Criteria, bounds: Bounds, zoom: int) -> list[ActivatorCluster]:
    """Group what the viewer may see on the map."""
    context = info.context
    found = clusters(context.directory.snapshot, context.viewer, asked, bounds.plain(), zoom)
    return [ActivatorCluster(row=one) for one in found]
