"""Where memberships stand: types that rank below activators ask for it too."""

import strawberry

from models.activators import ActivatorState
from permissions.guard import describe_values

__all__ = ["ActivatorState"]

strawberry.enum(
    ActivatorState,
    description="Where a membership stands. An activator that is not `ACTIVE`, or not listed, "
    "exists for its owner and staff only.",
)
describe_values(
    {
        ActivatorState.PENDING: "It asked to join, or its network declared it; nobody admitted it.",
        ActivatorState.ACTIVE: "A member.",
        ActivatorState.SUSPENDED: "Set aside for a time.",
        ActivatorState.WITHDRAWN: "It has left, for good.",
    }
)
