"""Duties: what is done for the service as a whole, and whose it is.

The rule book decides what somebody may do with an activator; this table, what is about none.
"""

from enum import Enum

from models.accounts import Role
from permissions.viewer import Viewer


class Duty(Enum):
    """A thing that a viewer may or may not do for the service; the value says it in words."""

    READ_AUDIT = "Read the audit: who did what to whom."
    TEND_JOBS = "See the jobs that were given up, and have them tried again."


DUTIES: dict[Duty, frozenset[Role]] = {
    Duty.READ_AUDIT: frozenset({Role.ADMINISTRATOR}),
    Duty.TEND_JOBS: frozenset({Role.ADMINISTRATOR}),
}


def has_duty(viewer: Viewer, duty: Duty) -> bool:
    """Decide one line: whether one of the viewer's roles does this."""
    return not viewer.roles.isdisjoint(DUTIES[duty])
