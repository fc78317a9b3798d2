"""What is held against an activator: a part of the type `Activator`."""

import strawberry

from permissions.guard import Guarded
from permissions.permission import Permission
from resolvers.activators import Grants
from resolvers.directory.cards import Card
from schema.context import Info
from schema.moderation.sanctions import Sanction


@strawberry.type
class SanctionsOfActivator:
    """The field of sanctions; the activator brings its card, and what the viewer may do."""

    row: strawberry.Private[Card]
    grants: strawberry.Private[Grants]

    @strawberry.field(
        directives=[Guarded(by=Permission.READ_MEMBERSHIP)],
        description="What was held against it since a report of its page was founded, the newest "
        "first.",
    )
    async def sanctions(self, info: Info) -> list[Sanction] | None:
        """Load them."""
        if Permission.READ_MEMBERSHIP not in self.grants:
            return None
        return [Sanction(row=row) for row in await info.context.sanctions.load(self.row.id) or ()]
