"""Sanctions: what is held against an activator, as its owner and staff see it."""

from datetime import datetime
from typing import Any

import strawberry

from permissions.guard import of_row
from resolvers.reviews.texts import words_of
from schema.context import Info
from schema.moderation.states import ReportReason
from schema.nodes import global_id


@strawberry.type(
    description="What a moderator held against an activator since a report was founded, until "
    "staff lift it. While one is open, the mark of the programme is not granted (charter, article "
    "5)."
)
class Sanction:
    """A sanction."""

    row: strawberry.Private[Any]
    id: strawberry.ID = of_row("For `liftSanction`.", wrap=lambda key: global_id("Sanction", key))
    ground: ReportReason = of_row("What was wrong.")
    opened_at: datetime = of_row("Since when it is held against it.")
    lifted_at: datetime | None = of_row("When staff lifted it; null while it is open.")

    @strawberry.field(description="What the moderator told the activator; null once erased.")
    def words(self, info: Info) -> str | None:
        """Open them."""
        return words_of(info.context.platform.sealer, self.row.sealed)
