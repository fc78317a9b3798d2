"""The arguments of a page (Relay's cursor connections)."""

from typing import Annotated

import strawberry

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
