"""Which groups of requests may be shown apart: none under five, and none that a subtraction tells.

A total is shown beside its groups, so those that are not shown have to be five together, and two at
least; else the smallest one that is shown joins them. So it is within each larger group, too, that
another breakdown shows: activators within a structure, departments within a region.
"""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from permissions.figures import FEWEST

Keys = AbstractSet[str]

NOWHERE = ""
"""The group of what is in none: it is never shown apart, but with the others."""


def groups_to_show(sizes: Mapping[str, int], within: Mapping[str, Keys]) -> frozenset[str]:
    """Choose the groups to show, of groups of these sizes; `within` names the larger ones of each.

    A group may stand within several larger ones: an activator that changed its structure.
    """
    members: dict[str, set[str]] = defaultdict(set)
    for group, larger in within.items():
        for one in larger:
            members[one].add(group)
    shown = {group for group, size in sizes.items() if size >= FEWEST and group != NOWHERE}
    families = [set(sizes), *members.values()]
    changed = True
    while changed:
        changed = False
        for family in families:
            if joins := _smallest_to_hide(family, shown, sizes):
                shown.discard(joins)
                changed = True
    return frozenset(shown)


def _smallest_to_hide(family: Keys, shown: Keys, sizes: Mapping[str, int]) -> str | None:
    """Name the shown group that has to join the hidden ones of its family, if one has to."""
    hidden = family - shown
    several = len(hidden) > 1 or hidden == {NOWHERE}
    if not hidden or (several and sum(sizes[one] for one in hidden) >= FEWEST):
        return None
    return min(family & shown, key=lambda one: (sizes[one], one), default=None)
