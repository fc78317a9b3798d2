"""Structures: the legal persons that activators are attached to."""

from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from permissions.guard import of_row
from permissions.permission import Permission
from resolvers.activators import Grants, find_activators
from resolvers.directory import rows
from resolvers.directory.criteria import Criteria
from resolvers.directory.orders import Order
from resolvers.paging import window
from resolvers.structures import get_structure, is_siret, networks_shown
from schema.context import Info
from schema.networks import Network
from schema.nodes import Node, global_id, read_number
from schema.pages import After, First
from schema.territories import Address

if TYPE_CHECKING:
    from schema.connections import ActivatorConnection


@strawberry.federation.type(
    keys=["id", "siret"],
    description="A legal person, known by its SIRET. It exists for those who may see one of its "
    "activators.",
)
class Structure(Node):
    """A structure, and what the viewer may do with one of its activators."""

    row: strawberry.Private[rows.StructureRow]
    grants: strawberry.Private[Grants]
    id: strawberry.ID = of_row("Opaque and unique.", wrap=lambda key: global_id("Structure", key))
    siret: str | None = of_row("Its SIRET: 14 digits (INSEE, Sirene).")
    name: str = of_row("Its legal name.")
    legal_form: str | None = of_row("Its legal form, as its network declares it.")

    address: Address | None = of_row(
        "Its address, for those who see one of its activators on the map.",
        guard=Permission.SEE_ON_MAP,
        wrap=lambda row: Address(row=row),
    )

    @strawberry.field(
        description="The networks that federate it, of which the viewer sees an activator there."
    )
    def networks(self, info: Info) -> list[Network]:
        """List them."""
        context = info.context
        shown = networks_shown(context.directory.snapshot, context.viewer, self.row)
        return [Network(row=row) for row in shown]

    @strawberry.field(description="Its activators that the viewer may see, by name.")
    async def activators(
        self, info: Info, first: First = None, after: After = None
    ) -> Annotated["ActivatorConnection", strawberry.lazy("schema.connections")]:
        """Page through its activators."""
        from schema.connections import ActivatorConnection  # noqa: PLC0415  it ranks above

        found = await find_activators(
            info.context.directory,
            info.context.viewer,
            Criteria(structure_id=self.row.id),
            order=Order.NAME,
            window=window(first, after),
            today=info.context.platform.now().date(),
        )
        return ActivatorConnection(found=found)

    @classmethod
    async def find(
        cls, info: Info, *, id: strawberry.ID | None = None, siret: str | None = None
    ) -> Self | None:
        """Find one by id or by SIRET; None where there is none that the viewer may see."""
        number = None if id is None else read_number("id", id, "Structure")
        key = siret if siret is not None and is_siret(siret) else number
        if key is None:
            return None
        found = await get_structure(info.context.directory, info.context.viewer, key)
        return None if found is None else cls(row=found.row, grants=found.grants)
