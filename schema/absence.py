"""When an activator is away, as its page says it."""

from datetime import date

import strawberry


@strawberry.type(description="Days on which an activator is away, by its local time.")
class Absence:
    """An absence."""

    begins: date = strawberry.field(name="from", description="The first day.")
    ends: date | None = strawberry.field(
        name="until", description="The last day; null: until it says that it is back."
    )
