"""What a profile shows of the work of an activator: references and videos."""

import strawberry

from models import activators
from schema.pure import PURE


@strawberry.type(
    description="Work that an activator quotes to show its skills (charter, article 3)."
)
class Reference:
    """A reference."""

    row: strawberry.Private[activators.Reference]

    @strawberry.field(metadata=PURE, description="What it was.")
    def title(self) -> str:
        """Name it."""
        return self.row["title"]

    @strawberry.field(metadata=PURE, description="Where to read more.")
    def url(self) -> str | None:
        """Link to it."""
        return self.row["url"]

    @strawberry.field(metadata=PURE, description="A few words about it.")
    def description(self) -> str | None:
        """Describe it."""
        return self.row["description"]


@strawberry.type(description="A video that an activator shows (charter, article 3).")
class Video:
    """A video."""

    row: strawberry.Private[activators.Video]

    @strawberry.field(metadata=PURE, description="What it shows.")
    def title(self) -> str:
        """Name it."""
        return self.row["title"]

    @strawberry.field(metadata=PURE, description="Where to watch it.")
    def url(self) -> str:
        """Link to it."""
        return self.row["url"]
