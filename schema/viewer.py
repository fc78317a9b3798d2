"""Who is asking."""

import strawberry

from models.accounts import Role
from permissions import viewer
from permissions.guard import describe_values
from schema.nodes import global_id

ViewerRole = strawberry.enum(Role, name="Role", description="A role of an account.")
describe_values(
    {
        Role.ACTIVATOR: "It is an activator; a member while that one is active.",
        Role.STRUCTURE_MANAGER: "It manages a structure and its activators.",
        Role.NETWORK_MANAGER: "It manages a partner network and the activators it enrols.",
        Role.MODERATOR: "It admits, suspends and withdraws activators.",
        Role.INSTITUTION: "The State, at national level or for one region.",
        Role.ADMINISTRATOR: "It runs the service.",
    }
)


@strawberry.type(description="Who is asking: a visitor, or an account with its roles.")
class Viewer:
    """The one whose token came with the request."""

    row: strawberry.Private[viewer.Viewer]

    @strawberry.field(description="Whether somebody is signed in.")
    def is_authenticated(self) -> bool:
        """Tell an account from a visitor."""
        return self.row.account_id is not None

    @strawberry.field(
        description="Whether it is a member: an active activator, a manager, a moderator, an "
        "institution or an administrator."
    )
    def is_member(self) -> bool:
        """Tell a member."""
        return self.row.member

    @strawberry.field(description="Its roles.")
    def roles(self) -> list[Role]:
        """List its roles."""
        return [role for role in Role if role in self.row.roles]

    @strawberry.field(description="Codes of the networks that it manages.")
    def network_codes(self) -> list[str]:
        """List its networks."""
        return sorted(self.row.network_codes)

    @strawberry.field(description="Ids of the structures that it manages.")
    def structure_ids(self) -> list[strawberry.ID]:
        """List its structures."""
        return [global_id("Structure", key) for key in sorted(self.row.structure_ids)]

    @strawberry.field(description="Ids of the activators that it is.")
    def activator_ids(self) -> list[strawberry.ID]:
        """List the activators."""
        return [global_id("Activator", key) for key in sorted(self.row.activator_ids)]
