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
    listed: bool = True
    """Whether its profile was confirmed in time (article 3), by one who is with its structure."""
    rated: bool = False
    """Whether it has enough published reviews for everyone to see their stars (article 4)."""

    @property
    def shown(self) -> bool:
        """Whether it exists for others than its owner and staff."""
        return self.state is ActivatorState.ACTIVE and self.listed


Audience = Callable[[Standing, Facts], bool]


def everyone(_standing: Standing, _facts: Facts) -> bool:
    """Visitors too."""
    return True


def everyone_while_shown(_standing: Standing, facts: Facts) -> bool:
    """Visitors too, of one that is active and listed: nobody asks one who has left."""
    return facts.shown


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


def admitters(standing: Standing, _facts: Facts) -> bool:
    """Staff, and the managers of a network of its own that is allowed to admit."""
    return standing.staff or standing.admits


def helped(standing: Standing, _facts: Facts) -> bool:
    """A company that it helped, and no one else."""
    return standing.helped


def overseers(standing: Standing, facts: Facts) -> bool:
    """The owner and staff; the State and its regions."""
    return owner_and_staff(standing, facts) or standing.institution


def everyone_once_rated(standing: Standing, facts: Facts) -> bool:
    """Visitors too, of one with enough reviews; owner, staff and institutions of any."""
    return facts.rated or overseers(standing, facts)


def itself(standing: Standing, _facts: Facts) -> bool:
    """The activator alone: nobody gives another's word."""
    return standing.itself
