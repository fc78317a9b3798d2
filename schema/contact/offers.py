"""Others who may be chosen in place of the activator that was asked (charter, article 4)."""

from datetime import datetime

import strawberry

from permissions.guard import of_row
from resolvers.activators import get_activators
from resolvers.contact.chains import OfferRow, visible_offers
from resolvers.contact.finding import SeenRequest
from schema.activators import Activator
from schema.contact.states import Author
from schema.context import Info


@strawberry.type(
    description="Another activator that the company may choose: it sees nothing of the request "
    "before the company agrees."
)
class RedirectionOffer:
    """An offer."""

    row: strawberry.Private[OfferRow]
    activator: Activator = strawberry.field(description="Who may be chosen.")
    author: Author = of_row("Who proposed it: the activator that was asked, or the service.")
    offered_at: datetime = of_row("When.")


@strawberry.type
class Redirections:
    """The field of a request that says who may be chosen instead."""

    seen: strawberry.Private[SeenRequest]

    @strawberry.field(
        description="Others who may be chosen instead (`agreeToRedirection`), the best first: the "
        "company sees all, the activator that was asked those that it proposed itself; null for "
        "others. The service proposes who shares a field with the request, who works where the "
        "company is, who is near, and who answers quickly; nobody who is away, and nobody twice in "
        "a chain. One that is not shown any more is left out."
    )
    async def offers(self, info: Info) -> list[RedirectionOffer] | None:
        """Load them."""
        context = info.context
        rows = await context.contact_offers.load(self.seen.row.id) or []
        visible = visible_offers(self.seen, rows)
        if visible is None:
            return None
        ids = [one.activator_id for one in visible]
        found = await get_activators(context.platform.directory, context.viewer, ids)
        return [
            RedirectionOffer(row=row, activator=Activator.of(seen))
            for row, seen in zip(visible, found, strict=True)
            if seen is not None
        ]
