"""The rule book of the mark: who may know of a licence to use it, and take which step (article 5).

The activator asks for it itself, as it accepts the charter: nobody commits another. What the
public learns of a licence is not decided here: that it is good, or nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache

from models.mark_licences import LicenceStep


class LicencePermission(Enum):
    """A thing that a viewer may or may not do with one licence, besides its steps."""

    SEE = "See that it exists, its state, what it lacks, and why it was refused or revoked."


@dataclass(frozen=True, slots=True)
class LicenceStanding:
    """How a viewer stands to the activator that a licence is of: all that is looked at."""

    itself: bool = False
    owner: bool = False
    """It is the activator, or manages its structure or a network of its own."""
    staff: bool = False
    """It is a moderator or an administrator."""
    conflicted: bool = False
    """It has an interest in what is decided (`permissions.moderation`)."""


Audience = Callable[[LicenceStanding], bool]


def itself(standing: LicenceStanding) -> bool:
    """The activator alone."""
    return standing.itself


def owner_and_staff(standing: LicenceStanding) -> bool:
    """The activator, managers of its structure and networks; moderators, administrators."""
    return standing.owner or standing.staff


def deciders(standing: LicenceStanding) -> bool:
    """Moderators and administrators without an interest in it."""
    return standing.staff and not standing.conflicted


def the_service(_standing: LicenceStanding) -> bool:
    """No viewer: the service takes such steps by itself."""
    return False


ALLOWED: dict[LicencePermission, Audience] = {LicencePermission.SEE: owner_and_staff}

TAKES: dict[LicenceStep, Audience] = {
    LicenceStep.REQUEST: itself,
    LicenceStep.GRANT: deciders,
    LicenceStep.REFUSE: deciders,
    LicenceStep.REVOKE: deciders,
    LicenceStep.EXPIRE: the_service,
    LicenceStep.SURRENDER: itself,
}
"""Whose each step is; `models.mark_licences.STEPS` says in which states.

The service, too, revokes a licence whose conditions fail for too long."""

LicenceGrants = frozenset[LicencePermission | LicenceStep]


@cache
def licence_grants(standing: LicenceStanding) -> LicenceGrants:
    """List all that such a viewer may do with a licence, in some state or other."""
    seen = {one for one, audience in ALLOWED.items() if audience(standing)}
    return frozenset(seen | {one for one, audience in TAKES.items() if audience(standing)})


def is_interested(standing: LicenceStanding, step: LicenceStep) -> bool:
    """Say whether an interest alone keeps somebody from a decision."""
    return TAKES[step] is deciders and standing.staff and standing.conflicted
