"""A text of a review: what its author wrote at one time."""

from datetime import date, datetime
from typing import Any

import strawberry

from permissions.guard import of_row
from resolvers.reviews.texts import comment_of
from schema.context import Info
from schema.reviews.states import TextState


@strawberry.type(
    description="What the author of a review wrote at one time: it is never edited, another text "
    "takes its place. For its author, moderators and administrators."
)
class ReviewText:
    """A text."""

    row: strawberry.Private[Any]
    number: int = of_row("Its number among those of the review, from 1.")
    state: TextState = of_row("What became of it.")
    stars: int = of_row("Its stars, 1 to 5.")
    experienced_on: date = of_row("The day of the experience that it is about, by its author.")
    written_at: datetime = of_row("When it was written.")
    may_be_quoted: bool = of_row(
        "Whether its author lets the activator quote it, once it is published (charter, article "
        "5).",
        attribute="may_quote",
    )

    @strawberry.field(description="Its comment; null for stars alone, and once it was erased.")
    def comment(self, info: Info) -> str | None:
        """Open it."""
        return comment_of(info.context.platform.sealer, self.row.sealed)
