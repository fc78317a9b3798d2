"""What the viewer may do with an activator, as the wire says it."""

import strawberry

from permissions.permission import Permission
from resolvers.activators import Grants
from resolvers.directory.cards import Card
from resolvers.reviews.helped import may_review
from schema.context import Info
from schema.pure import PURE


@strawberry.type(description="What the viewer may do with an activator: what buttons to show.")
class ActivatorActions:
    """The rule book's answers for one activator."""

    row: strawberry.Private[Card]
    grants: strawberry.Private[Grants]

    @strawberry.field(metadata=PURE, description="Ask it for contact (charter, article 3).")
    def contact(self) -> bool:
        """Whether it may be asked."""
        return Permission.REQUEST_CONTACT in self.grants

    @strawberry.field(
        description="Review it: whether it answered a request of the viewer's company, or a "
        "declared engagement with it is confirmed, which is not reviewed yet (charter, article 4). "
        "Nobody reviews those with whom they work. Who comes with a private link needs no account: "
        "`writeReview` answers."
    )
    async def review(self, info: Info) -> bool:
        """Whether it may be reviewed."""
        context = info.context
        snapshot = context.directory.snapshot
        return await may_review(context.helped, snapshot, context.viewer, self.row)

    @strawberry.field(metadata=PURE, description="Change its profile.")
    def edit(self) -> bool:
        """Whether its profile may be changed."""
        return Permission.EDIT in self.grants

    @strawberry.field(
        metadata=PURE,
        description="Admit or refuse it while it is pending: staff, and managers of a network of "
        "its own that is allowed to admit.",
    )
    def admit(self) -> bool:
        """Whether it may be admitted or refused."""
        return Permission.ADMIT in self.grants

    @strawberry.field(
        metadata=PURE,
        description="Accept the charter in its name, and leave the programme: itself alone.",
    )
    def commit(self) -> bool:
        """Whether its word may be given."""
        return Permission.COMMIT in self.grants

    @strawberry.field(metadata=PURE, description="Read its e-mail address and phone number.")
    def read_coordinates(self) -> bool:
        """Whether its coordinates show."""
        return Permission.READ_COORDINATES in self.grants
