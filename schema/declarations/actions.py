"""What the viewer may do with a declared engagement as it stands, as the wire says it."""

from typing import Any

import strawberry

from models.declared_engagements import DeclarationStep
from resolvers.declarations.finding import SeenEngagement


def _may(step: DeclarationStep, description: str) -> Any:
    """Declare whether a step may be taken."""

    def may(self: "DeclaredEngagementActions") -> bool:
        """Say whether."""
        return self.seen.may(step)

    return strawberry.field(resolver=may, description=description)


@strawberry.type(
    description="What the viewer may do with a declared engagement: what buttons to show."
)
class DeclaredEngagementActions:
    """The answers of the rule book, where the state allows it."""

    seen: strawberry.Private[SeenEngagement]
    confirm: bool = _may(DeclarationStep.CONFIRM, "Say that it was so: the provider.")
    dispute: bool = _may(DeclarationStep.DISPUTE, "Say that it was not so: the provider.")
    withdraw: bool = _may(DeclarationStep.WITHDRAW, "Take it back: the company.")

    @strawberry.field(
        description="Read it while it is disputed: moderators and administrators, once they have "
        "claimed its case, and unless they have an interest in it."
    )
    def examine(self) -> bool:
        """Say whether."""
        return self.seen.may_examine
