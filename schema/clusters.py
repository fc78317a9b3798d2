"""Map clusters, as the wire shows them."""

from collections.abc import Iterable, Iterator

import strawberry
from strawberry.types.nodes import SelectedField, Selection

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
    activator: Activator | None = strawberry.field(
        description="The activator where the count is 1, else null."
    )


async def find_clusters(
    info: Info, asked: Criteria, bounds: Bounds, zoom: int
) -> list[ActivatorCluster]:
    """Group what the viewer may see on the map; load together those who stand alone, if asked."""
    context = info.context
    found = clusters(context.directory.snapshot, context.viewer, asked, bounds.plain(), zoom)
    alone: dict[int, Activator] = {}
    if "activator" in set(_names(info.selected_fields[0].selections)):
        ids = [one.activator_id for one in found if one.count == 1]
        seen = await get_activators(context.directory, context.viewer, ids)
        alone = {one.card.id: Activator.of(one) for one in seen if one is not None}
    return [
        ActivatorCluster(row=one, activator=alone.get(one.activator_id) if one.count == 1 else None)
        for one in found
    ]


def _names(selections: Iterable[Selection]) -> Iterator[str]:
    """Name the fields selected, in fragments too."""
    for one in selections:
        if isinstance(one, SelectedField):
            yield one.name
        else:
            yield from _names(one.selections)
