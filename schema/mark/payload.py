"""What a mutation about one licence answers."""

from typing import Self

import strawberry

from resolvers.mark.finding import SeenLicence
from resolvers.refusal import Refusal
from schema.mark.licence import MarkLicence
from schema.user_error import UserError


@strawberry.type(description="A licence after a step, or why the step was not taken.")
class MarkLicencePayload:
    """The answer."""

    mark_licence: MarkLicence | None = strawberry.field(
        description="The licence after it; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(
        description="Why it was refused, one for each field that is wrong, or for each condition "
        "that fails (`field` is its code); else empty."
    )

    @classmethod
    def of(cls, seen: SeenLicence) -> Self:
        """Show it."""
        return cls(mark_licence=MarkLicence.of(seen), user_errors=[])

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        return cls(mark_licence=None, user_errors=UserError.each(refusal))
