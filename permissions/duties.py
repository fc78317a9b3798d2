"""Duties: what is done for the service or for a network as a whole, and whose it is.

The rule book decides what somebody may do with an activator; these tables, what is about none.
"""

from enum import Enum

from models.accounts import Role
from permissions.viewer import Viewer


class Duty(Enum):
    """A thing that a viewer may or may not do for the service; the value says it in words."""

    READ_AUDIT = "Read the audit: who did what to whom."
    TEND_JOBS = "See the jobs that were given up, and have them tried again."
    MANAGE_API_KEYS = "Make, list, rotate and revoke the API keys of a network."


DUTIES: dict[Duty, frozenset[Role]] = {
    Duty.READ_AUDIT: frozenset({Role.ADMINISTRATOR}),
    Duty.TEND_JOBS: frozenset({Role.ADMINISTRATOR}),
    Duty.MANAGE_API_KEYS: frozenset({Role.ADMINISTRATOR}),
}
"""Whose it is, wherever it is done."""

DUTIES_OF_A_NETWORK: dict[Duty, frozenset[Role]] = {
    Duty.MANAGE_API_KEYS: frozenset({Role.NETWORK_MANAGER}),
}
"""Whose it is too, for the networks that their role is about and no other."""


def has_duty(viewer: Viewer, duty: Duty, *, network_code: str | None = None) -> bool:
    """Decide one line: whether one of the viewer's roles does this, for this network if for one."""
    if not viewer.roles.isdisjoint(DUTIES[duty]):
        return True
    here = DUTIES_OF_A_NETWORK.get(duty, frozenset())
    return network_code in viewer.network_codes and not viewer.roles.isdisjoint(here)
