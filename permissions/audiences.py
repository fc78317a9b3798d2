"""Who: one fact a predicate, over how the viewer stands to the activator (charter, articles 2-3).

Each takes (standing, facts) and looks at nothing else, so that a decision is pure.
"""

from collections.abc import Callable
from dataclasses import dataclass

from models.activators import ActivatorKind, ActivatorState
from permissions.viewer import Standing


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a permission may look at, of the activator."""

    kind: ActivatorKind
    state: ActivatorState
    publishes_coordinates: bool = False

    @property
    def active(self) -> bool:
        """Whether its membership stands."""
        return self.state is ActivatorState.ACTIVE


Audience = Callable[[Standing, Facts], bool]


def everyone(_standing: Standing, _facts: Facts) -> bool:
    """Visitors too."""
    return True


def everyone_while_active(_standing: Standing, facts: Facts) -> bool:
    """Visitors too, of an active activator only: nobody asks one who has left."""
    return facts.active


def nobody(_standing: Standing, _facts: Facts) -> bool:
    """Not even staff."""
    return False


def members(standing: Standing, _facts: Facts) -> bool:
    """Members; and the owner, who reads its own page while it waits to become one."""
    return standing.member or standing.owner


def members_or_published(standing: Standing, facts: Facts) -> bool:
    """Members, and everyone where the activator publishes its coordinates."""
    return facts.publishes_coordinates or members(standing, facts)


def staff(standing: Standing, _facts: Facts) -> bool:
    """Moderators and administrators."""
    return standing.staff


def owner_and_staff(standing: Standing, _facts: Facts) -> bool:
    """The activator itself, managers of its structure and networks; moderators, administrators."""
    return standing.owner or standing.staff
