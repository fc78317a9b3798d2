"""Why a contact request is held, as staff sees it: counts, and nothing of the text."""

from typing import Self

import strawberry

from models.contact_requests import Suspicion
from schema.contact.states import Sign


@strawberry.type(description="A sign that a contact request may be an abuse.")
class ContactRequestSuspicion:
    """A sign."""

    sign: Sign = strawberry.field(description="What was seen.")
    count: int = strawberry.field(description="How much of it.")

    @classmethod
    def of(cls, row: Suspicion) -> Self:
        """Say it."""
        return cls(sign=Sign(row["sign"]), count=row["count"])
