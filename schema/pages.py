"""Pages: their arguments, and where they stand (Relay's cursor connections)."""

from typing import Annotated, Any, Self

import strawberry

from resolvers.paging import Stretch

First = Annotated[
    int | None,
    strawberry.argument(description="How many from the beginning, or behind `after`: 1 to 100."),
]
After = Annotated[
    str | None, strawberry.argument(description="The cursor of an edge; the page begins behind it.")
]
Last = Annotated[
    int | None,
    strawberry.argument(description="How many from the end, or before `before`: 1 to 100."),
]
Before = Annotated[
    str | None, strawberry.argument(description="The cursor of an edge; the page ends before it.")
]


@strawberry.federation.type(shareable=True, description="Where a page stands in its list (Relay).")
class PageInfo:
    """A page's place."""

    has_next_page: bool = strawberry.field(description="Whether the list goes on after this page.")
    has_previous_page: bool = strawberry.field(description="Whether something stands before it.")
    start_cursor: str | None = strawberry.field(description="The cursor of its first edge.")
    end_cursor: str | None = strawberry.field(description="The cursor of its last edge.")

    @classmethod
    def of(cls, stretch: Stretch[Any]) -> Self:
        """Say where a page of a list stands."""
        rows = stretch.rows
        return cls(
            has_next_page=stretch.has_next,
            has_previous_page=stretch.has_previous,
            start_cursor=rows[0].cursor if rows else None,
            end_cursor=rows[-1].cursor if rows else None,
        )
