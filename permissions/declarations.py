"""The rule book of declared engagements: who may know of one, read it, and take which step.

A company declares what a solution provider did for it (charter, articles 3 and 4). What it wrote is
read by the two of them, and by who decides on a dispute. Nothing else in the code decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache

from models.activators import ActivatorKind
from models.declared_engagements import DeclarationStep


class DeclarationPermission(Enum):
    """A thing that a viewer may or may not do with a declared engagement, besides its steps."""

    SEE = "See that it exists, its state and its times."
    READ = "Read who declares it, what was done, its proof, and why it is disputed."
    EXAMINE = "Read it to decide on a dispute: only while its case is in one's hands."
    OPEN_ACCOUNT = "Have it in an account of the company's address."


@dataclass(frozen=True, slots=True)
class DeclarationStanding:
    """How a viewer stands to one declared engagement: all that is looked at, of the viewer."""

    company: bool = False
    """It declared: by its private link, or signed in."""
    provider: bool = False
    """It is the solution provider, and a member."""
    owner: bool = False
    """It manages the structure or a network of the provider."""
    institution: bool = False
    """It is the State, or the region where the provider is."""
    moderator: bool = False
    administrator: bool = False
    portal: bool = False
    """It comes with a key of the network through whose portal it was declared."""


Audience = Callable[[DeclarationStanding], bool]


def company(standing: DeclarationStanding) -> bool:
    """The company that declared."""
    return standing.company


def provider(standing: DeclarationStanding) -> bool:
    """The provider itself: nobody gives another's word."""
    return standing.provider


def parties(standing: DeclarationStanding) -> bool:
    """The company that declared and the provider."""
    return standing.company or standing.provider


def staff(standing: DeclarationStanding) -> bool:
    """Moderators and administrators."""
    return standing.moderator or standing.administrator


def onlookers(standing: DeclarationStanding) -> bool:
    """The parties; managers, institutions and the portal that declared; staff."""
    concerned = standing.owner or standing.institution or standing.portal
    return parties(standing) or concerned or staff(standing)


def the_service(_standing: DeclarationStanding) -> bool:
    """No viewer: the service takes such steps by itself, or in one of the other actions."""
    return False


ALLOWED: dict[DeclarationPermission, Audience] = {
    DeclarationPermission.SEE: onlookers,
    DeclarationPermission.READ: parties,
    DeclarationPermission.EXAMINE: staff,
    DeclarationPermission.OPEN_ACCOUNT: company,
}

TAKES: dict[DeclarationStep, Audience] = {
    DeclarationStep.DECLARE: the_service,
    DeclarationStep.CONFIRM: provider,
    DeclarationStep.DISPUTE: provider,
    DeclarationStep.REFER: the_service,
    DeclarationStep.UPHOLD: staff,
    DeclarationStep.REFUSE: staff,
    DeclarationStep.WITHDRAW: company,
}
"""Whose each step is; `models.declared_engagements.STEPS` says in which states.

Staff decide by the queue of moderation, which refuses conflicts of interest besides."""

DECLARED_OF = frozenset({ActivatorKind.SOLUTION_PROVIDER})
"""Kinds with whom engagements are declared: all others are asked for contact, or never reviewed."""


@cache
def declaration_grants(
    standing: DeclarationStanding,
) -> frozenset[DeclarationPermission | DeclarationStep]:
    """List all that such a viewer may do with a declared engagement, in some state or other."""
    seen = {one for one, audience in ALLOWED.items() if audience(standing)}
    return frozenset(seen | {one for one, audience in TAKES.items() if audience(standing)})
