"""The kinds of activators, as the wire names them."""

from typing import Annotated

import strawberry

from models.activators import ActivatorKind
from permissions.guard import describe_values

strawberry.enum(
    ActivatorKind,
    description="The five kinds of activators (charter, article 2).",
)
describe_values(
    {
        ActivatorKind.ADVISER: "Conseiller: makes a first diagnosis, and orients.",
        ActivatorKind.INSTITUTIONAL: "Activateur institutionnel: State, region, professional body. "
        "Members alone see that it exists.",
        ActivatorKind.SOLUTION_PROVIDER: "Offreur de solutions: sells IT, fabrication or workspace "
        "solutions. Visitors follow its link, and do not see it on the map.",
        ActivatorKind.FUNDING_ADVISER: "Conseiller financement: orients to funding.",
        ActivatorKind.CHAMPION: "TPE/PME championne: a company that shares its experience.",
    }
)

KindArgument = Annotated[
    ActivatorKind | None,
    strawberry.argument(description="Only what is of this kind; all by default."),
]
