"""Steps of a membership: which permission each needs (charter, article 3).

Which steps there are is `models.activators.STATE_TRANSITIONS`; this says whose they are, by the
state that they leave. Leaving the programme by itself needs `COMMIT` instead.
"""

from models.activators import ActivatorState
from permissions.permission import Permission

STEPS_FROM: dict[ActivatorState, Permission] = {
    ActivatorState.PENDING: Permission.ADMIT,
    ActivatorState.ACTIVE: Permission.CHANGE_STATE,
    ActivatorState.SUSPENDED: Permission.CHANGE_STATE,
}
"""Whoever admits also refuses; no step leaves `WITHDRAWN`."""

TAKES_STEPS = frozenset(STEPS_FROM.values())
"""Without one of these, somebody takes none at all."""
