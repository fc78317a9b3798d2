"""What somebody edited of an activator here (charter, article 3): a roster leaves it as it is."""

from collections.abc import Set as AbstractSet
from typing import TypeVar

from resolvers.profile_edits import PLACE as PLACE_COLUMNS
from resolvers.roster_row import CodeSets, Profile
from resolvers.roster_store import Content, StoredActivator

T = TypeVar("T", Profile, CodeSets)

PLACE = frozenset({*PLACE_COLUMNS, "address"})
"""What says one thing together, and the name of it all: who edits a part keeps the whole."""


def beside_edits(old: StoredActivator, said: Content) -> Content:
    """Give what an activator becomes: what a roster says, but for what was edited."""
    edited = _kept(old, said.structure_id)
    return Content(
        said.structure_id,
        _keeping(old.content.profile, said.profile, edited),
        _keeping(old.content.codes, said.codes, edited),
    )


def _kept(old: StoredActivator, structure_id: int) -> frozenset[str]:
    """Name what stays; a place does not, where who had left works elsewhere now."""
    if old.left_at is not None and structure_id != old.content.structure_id:
        return old.edited - PLACE
    return old.edited | PLACE if old.edited & PLACE else old.edited


def _keeping(old: T, said: T, edited: AbstractSet[str]) -> T:
    return said._replace(**{name: getattr(old, name) for name in said._fields if name in edited})
