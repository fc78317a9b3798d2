"""Partner networks."""

from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from models.networks import AdmissionPolicy, NetworkKind
from permissions.guard import describe_values, of_row
from resolvers.activators import find_activators
from resolvers.directory import rows
from resolvers.directory.criteria import Criteria
from resolvers.directory.orders import Order
from resolvers.paging import window
from resolvers.structure_pages import structures_of_network
from schema.activator_states import ActivatorState
from schema.context import Info
from schema.nodes import Node, global_id
from schema.pages import After, First

if TYPE_CHECKING:
    from schema.connections import ActivatorConnection
    from schema.structure_connections import StructureConnection

strawberry.enum(
    NetworkKind,
    description="What a partner network is.",
)
describe_values(
    {
        NetworkKind.CHAMBER: "Chambers of commerce or of trades.",
        NetworkKind.REGION: "Regional councils.",
        NetworkKind.STATE: "A service of the State.",
        NetworkKind.FUNDING: "A funding body.",
        NetworkKind.ADVICE: "An advice network.",
        NetworkKind.LABEL: "Holders of a label.",
    }
)

strawberry.enum(
    AdmissionPolicy, description="Who admits the activators of a network (charter, article 3)."
)
describe_values(
    {
        AdmissionPolicy.BY_STAFF: "Moderators and administrators.",
        AdmissionPolicy.BY_NETWORK: "The network's managers too, those that it enrols.",
    }
)

States = Annotated[
    list[ActivatorState] | None,
    strawberry.argument(
        description="Only those in one of these states; owners and staff alone see others than "
        "`ACTIVE`."
    ),
]


@strawberry.federation.type(
    keys=["code"],
    description="A partner network (réseau) that federates structures and enrols activators.",
)
class Network(Node):
    """A network."""

    row: strawberry.Private[rows.NetworkRow]
    id: strawberry.ID = of_row(
        "Opaque and unique.", attribute="code", wrap=lambda code: global_id("Network", code)
    )
    code: str = of_row("Its code, such as `cci`.")
    name: str = of_row("Its name, in French.")
    kind: NetworkKind = of_row("What it is.")
    admission: AdmissionPolicy = of_row("Who admits its activators.")

    @strawberry.field(description="The activators that it enrols and the viewer may see, by name.")
    async def activators(
        self, info: Info, first: First = None, after: After = None, states: States = None
    ) -> Annotated["ActivatorConnection", strawberry.lazy("schema.connections")]:
        """Page through its activators."""
        from schema.connections import ActivatorConnection  # noqa: PLC0415  it ranks above

        context = info.context
        asked = Criteria(networks=frozenset({self.row.code}), states=frozenset(states or ()))
        found = await find_activators(
            context.directory,
            context.viewer,
            asked,
            order=Order.NAME,
            window=window(first, after),
            today=context.platform.now().date(),
        )
        return ActivatorConnection(found=found)

    @strawberry.field(
        description="The structures that it federates, in no order that means anything: all of "
        "them for its managers and administrators; for others, those where they see somebody whom "
        "it enrols."
    )
    async def structures(
        self, info: Info, first: First = None, after: After = None
    ) -> Annotated["StructureConnection", strawberry.lazy("schema.structure_connections")]:
        """Page through its structures."""
        from schema.structure_connections import StructureConnection  # noqa: PLC0415  as above

        context = info.context
        asked, code = window(first, after), self.row.code
        page = await structures_of_network(context.directory, context.viewer, code, window=asked)
        return StructureConnection(page=page)

    @classmethod
    def find(cls, info: Info, code: str) -> Self | None:
        """Find one by its code: all are public."""
        row = info.context.directory.snapshot.reference.networks.get(code)
        return None if row is None else cls(row=row)
