"""Duties: what is done for the service, a network or a structure as a whole, and whose it is.

The rule book decides what somebody may do with an activator; these tables, what is about none.
"""

from collections.abc import Set as AbstractSet
from enum import Enum

from models.accounts import Role
from models.api_keys import Scope
from permissions.viewer import Viewer


class Duty(Enum):
    """A thing that a viewer may or may not do for the service; the value says it in words."""

    READ_AUDIT = "Read the audit: who did what to whom."
    TEND_JOBS = "See the jobs that were given up, and have them tried again."
    MANAGE_API_KEYS = "Make, list, rotate and revoke the API keys of a network."
    TEND_NETWORK = "Say which structures and activators a network has."
    KEEP_ROSTER = "Bring the roster of a network up to date."
    ENROL = "Enrol an activator in a network in its stead."
    SET_ADMISSION = "Allow a network to admit its activators by itself."
    TEND_STRUCTURE = "Keep a structure's details, its managers and its invitations."
    VOUCH_FOR_STRUCTURE = "Confirm a structure, and who works there."
    MODERATE = "Decide on reviews, disputes and reports, where one has no interest in them."
    COUNT_DECISIONS = "Read how many cases moderators decide, and how quickly."


DUTIES: dict[Duty, frozenset[Role]] = {
    Duty.READ_AUDIT: frozenset({Role.ADMINISTRATOR}),
    Duty.TEND_JOBS: frozenset({Role.ADMINISTRATOR}),
    Duty.MANAGE_API_KEYS: frozenset({Role.ADMINISTRATOR}),
    Duty.TEND_NETWORK: frozenset({Role.ADMINISTRATOR}),
    Duty.KEEP_ROSTER: frozenset({Role.ADMINISTRATOR}),
    Duty.ENROL: frozenset({Role.ADMINISTRATOR}),
    Duty.SET_ADMISSION: frozenset({Role.ADMINISTRATOR}),
    Duty.TEND_STRUCTURE: frozenset({Role.MODERATOR, Role.ADMINISTRATOR}),
    Duty.VOUCH_FOR_STRUCTURE: frozenset({Role.MODERATOR, Role.ADMINISTRATOR}),
    Duty.MODERATE: frozenset({Role.MODERATOR, Role.ADMINISTRATOR}),
    Duty.COUNT_DECISIONS: frozenset({Role.MODERATOR, Role.ADMINISTRATOR, Role.INSTITUTION}),
}
"""Whose it is, wherever it is done."""

DUTIES_OF_A_NETWORK: dict[Duty, frozenset[Role]] = {
    Duty.MANAGE_API_KEYS: frozenset({Role.NETWORK_MANAGER}),
    Duty.TEND_NETWORK: frozenset({Role.NETWORK_MANAGER}),
    Duty.KEEP_ROSTER: frozenset({Role.NETWORK_MANAGER}),
    Duty.TEND_STRUCTURE: frozenset({Role.NETWORK_MANAGER}),
}
"""Whose it is too, for the networks that their role is about and no other; and for the structures
that one of these federates, while it enrols everyone who works there."""

DUTIES_OF_A_STRUCTURE: dict[Duty, frozenset[Role]] = {
    Duty.TEND_STRUCTURE: frozenset({Role.STRUCTURE_MANAGER}),
    Duty.VOUCH_FOR_STRUCTURE: frozenset({Role.STRUCTURE_MANAGER}),
}
"""Whose it is too, for the structures that their role is about and no other."""

DUTIES_OF_A_KEY: dict[Duty, Scope] = {Duty.KEEP_ROSTER: Scope.ROSTER_WRITE}
"""What a key with this scope does too, for the network to which it belongs and no other."""


def has_duty(
    viewer: Viewer,
    duty: Duty,
    *,
    network_codes: AbstractSet[str] = frozenset(),
    structure_id: int | None = None,
) -> bool:
    """Decide one line: whether one of the viewer's roles does this.

    For a network, `network_codes` is its code; for a structure, `structure_id` is its number and
    `network_codes` are those that federate it and enrol everyone who works there: managers of a
    structure own all of its activators, so nobody else may choose them.
    """
    if not viewer.roles.isdisjoint(DUTIES[duty]):
        return True
    by_network = DUTIES_OF_A_NETWORK.get(duty, frozenset())
    if not viewer.network_codes.isdisjoint(network_codes) and not viewer.roles.isdisjoint(
        by_network
    ):
        return True
    if viewer.network_code in network_codes and DUTIES_OF_A_KEY.get(duty) in viewer.scopes:
        return True
    by_structure = DUTIES_OF_A_STRUCTURE.get(duty, frozenset())
    return structure_id in viewer.structure_ids and not viewer.roles.isdisjoint(by_structure)


def keeps_a_roster(viewer: Viewer) -> bool:
    """Say whether the viewer keeps the roster of some network: it may send more than others."""
    networks = viewer.network_codes | {viewer.network_code or ""}
    return has_duty(viewer, Duty.KEEP_ROSTER, network_codes=networks)
