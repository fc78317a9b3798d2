"""Where declared engagements stand, and why they are disputed, as the wire names it."""

import strawberry

from models.declared_engagements import DeclarationState, DisputeReason
from permissions.guard import describe_values

__all__ = ["DeclarationState", "DisputeReason"]

strawberry.enum(
    DeclarationState,
    name="DeclaredEngagementState",
    description="Where a declared engagement stands (charter, articles 3 and 4).",
)
describe_values(
    {
        DeclarationState.DECLARED: "The company declared it; its provider has not answered.",
        DeclarationState.DISPUTED: "The provider says that it was not so, or said nothing in time: "
        "a moderator decides.",
        DeclarationState.CONFIRMED: "The provider, or a moderator, says that it was so: the "
        "company may review the provider.",
        DeclarationState.REFUSED: "A moderator decided that it was not so.",
        DeclarationState.WITHDRAWN: "The company took it back, or its provider is gone.",
    }
)
strawberry.enum(
    DisputeReason,
    name="EngagementDisputeReason",
    description="Why a solution provider says that a declared engagement was not so.",
)
describe_values(
    {
        DisputeReason.UNKNOWN_COMPANY: "It knows no such company.",
        DisputeReason.OTHER_WORK: "It did something else for it.",
        DisputeReason.OTHER_DATE: "It was at another time.",
        DisputeReason.UNKNOWN_PROOF: "The proof is none of its own.",
        DisputeReason.OTHER: "Another reason, which the message says.",
    }
)
