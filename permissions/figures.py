"""Who may count contact requests, and which: figures without the company (charter, article 4).

Owners count what their activators were asked; staff and institutions, what is within their reach.
A portal's key counts for its network, as somebody who does not own it.
"""

from dataclasses import dataclass

from models.accounts import Role
from models.api_keys import Scope
from permissions.viewer import Viewer

FEWEST = 5
"""Requests under which a group is not broken down for anyone but its owner."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which requests somebody counts: all of them, or those of what is named here."""

    everything: bool = False
    region_codes: frozenset[str] = frozenset()
    network_codes: frozenset[str] = frozenset()
    structure_ids: frozenset[int] = frozenset()
    activator_ids: frozenset[int] = frozenset()
    owner: bool = False
    """Whether it owns all that it counts: then nothing is too few to be shown."""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to count."""
        named = (self.region_codes, self.network_codes, self.structure_ids, self.activator_ids)
        return not self.everything and not any(named)


def reach_as_owner(viewer: Viewer) -> Reach:
    """Say what somebody owns: its own pages, its structures', its networks'."""
    return Reach(
        network_codes=viewer.network_codes,
        structure_ids=viewer.structure_ids,
        activator_ids=viewer.activator_ids,
        owner=True,
    )


def reach_as_onlooker(viewer: Viewer) -> Reach:
    """Say what somebody counts without owning it."""
    if viewer.staff:
        return Reach(everything=True)
    if Role.INSTITUTION in viewer.roles:
        return Reach(everything=not viewer.region_codes, region_codes=viewer.region_codes)
    if viewer.network_code is not None and viewer.may_use(Scope.STATISTICS_READ):
        return Reach(network_codes=frozenset({viewer.network_code}))
    return Reach()


def reach_of(viewer: Viewer) -> Reach:
    """Say what somebody counts: staff and institutions all within their reach, others their own."""
    onlooker = reach_as_onlooker(viewer)
    return reach_as_owner(viewer) if onlooker.nothing else onlooker
