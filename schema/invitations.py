"""Who manages a structure, and whom it has invited."""

from datetime import datetime
from enum import Enum

import strawberry

from models.accounts import Role
from permissions.guard import describe_values, of_row
from resolvers.structure_people import InvitationRow, ManagerRow
from schema.nodes import global_id


class InvitedRole(Enum):
    """What one may be invited to."""

    ACTIVATOR = Role.ACTIVATOR
    STRUCTURE_MANAGER = Role.STRUCTURE_MANAGER


strawberry.enum(InvitedRole, description="As what somebody is invited to a structure.")
describe_values(
    {
        InvitedRole.ACTIVATOR: "As somebody who works there: accepting brings its page along.",
        InvitedRole.STRUCTURE_MANAGER: "As one of its managers, who own the pages of all of its "
        "activators.",
    }
)


@strawberry.type(description="An account that manages a structure.")
class StructureManager:
    """A manager."""

    row: strawberry.Private[ManagerRow]
    id: strawberry.ID = of_row(
        "The id of its account, for `removeStructureManager`.",
        wrap=lambda key: global_id("Account", key),
    )
    email: str = of_row("The e-mail address of its account.")


@strawberry.type(description="An invitation to a structure that may still be accepted.")
class Invitation:
    """An invitation."""

    row: strawberry.Private[InvitationRow]
    id: strawberry.ID = of_row(
        "For `withdrawInvitation`.", wrap=lambda key: global_id("Invitation", key)
    )
    email: str = of_row("The address that was invited.")
    role: InvitedRole = of_row("As what.", wrap=InvitedRole)
    created_at: datetime = of_row("When it was sent last.")
    expires_at: datetime = of_row("Until when it may be accepted.")
