"""Partner networks."""

from typing import Self

import strawberry

from models.networks import NetworkKind
from permissions.guard import describe_values, of_row
from resolvers.directory import rows
from schema.context import Info
from schema.nodes import Node, global_id

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

    @classmethod
    def find(cls, info: Info, code: str) -> Self | None:
        """Find one by its code: all are public."""
        row = info.context.directory.snapshot.reference.networks.get(code)
        return None if row is None else cls(row=row)
