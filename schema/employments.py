"""Who is to be confirmed to work in a structure, for those who vouch for it."""

from datetime import datetime

import strawberry

from permissions.guard import of_row
from resolvers import employment
from schema.nodes import global_id


@strawberry.type(description="Somebody of whom a structure is to say whether it works there.")
class Employment:
    """An activator, as far as those who vouch for the structure need to know it."""

    row: strawberry.Private[employment.Employment]
    id: strawberry.ID = of_row(
        "The activator's, for `confirmEmployment`.", wrap=lambda key: global_id("Activator", key)
    )
    display_name: str = of_row("Its given name and family name.")
    arrives: bool = of_row(
        "Whether it declared that it has come here; it is hidden until that is confirmed."
    )
    employed_at: datetime | None = of_row(
        "When its structure last confirmed that it works there; null where none ever did."
    )
