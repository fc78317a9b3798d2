"""Enrolments: which networks have an activator, and who said so."""

import strawberry

from models.activators import EnrolmentSource
from permissions.guard import describe_values, of_row
from resolvers.directory import rows
from schema.networks import Network

strawberry.enum(EnrolmentSource, description="Who said that a network has an activator.")
describe_values(
    {
        EnrolmentSource.ROSTER: "The network, in its roster.",
        EnrolmentSource.REGISTRATION: "The activator, when it registered.",
    }
)


@strawberry.type(description="The number of an activator in the roster of a network.")
class Enrolment:
    """An enrolment."""

    row: strawberry.Private[rows.EnrolmentRow]
    network: Network = of_row("The network that enrols it.", wrap=lambda row: Network(row=row))
    external_id: str = of_row("The network's own number for it; ours, where it registered.")
    source: EnrolmentSource = of_row("Who said that the network has it.")
