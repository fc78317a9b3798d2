"""The mutations of moderation, in one."""

import strawberry

from schema.moderation.claiming import ClaimingMutations
from schema.moderation.deciding import DecidingMutations
from schema.moderation.lifting import LiftingMutations
from schema.moderation.removing import RemovingMutations
from schema.moderation.reporting import ReportingMutations


@strawberry.type
class ModerationMutations(
    ClaimingMutations,
    DecidingMutations,
    RemovingMutations,
    ReportingMutations,
    LiftingMutations,
):
    """The mutations, in the order of the SDL."""
