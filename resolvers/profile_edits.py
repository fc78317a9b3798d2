"""What an editor changes of a profile, and where that would undo what another editor did.

Each editor names the version that it read. What another edited since stands in `edited` with a
later version: the same field edited twice is a conflict, different fields are merged.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from resolvers.profile_checks import CheckedProfile

GIVEN_PLACE = ("address_line", "postal_code", "city", "commune_code")
PLACE = (*GIVEN_PLACE, "latitude", "longitude", "precision")
"""Columns that say one thing together: who edits one has edited all."""


class StoredProfile(NamedTuple):
    """A profile as it is: columns, sets of codes, and in which version each was last edited."""

    columns: Mapping[str, Any]
    codes: Mapping[str, frozenset[str]]
    edited: Mapping[str, int]


class Edits(NamedTuple):
    """What changes; `fields` and `conflicts` are names on the wire."""

    columns: dict[str, Any]
    codes: dict[str, frozenset[str]]
    fields: list[str]
    conflicts: list[str]


def edits_of(stored: StoredProfile, said: CheckedProfile, version: int) -> Edits:
    """Compare what an editor of a version says with what is stored."""
    columns = {
        name: value
        for name, value in said.columns.items()
        if name not in PLACE and value != stored.columns[name]
    }
    if any(said.columns.get(name, here) != here for name, here in _place(stored)):
        columns |= {name: said.columns[name] for name in PLACE}
    codes = {name: some for name, some in said.codes.items() if some != stored.codes[name]}
    changed = (*columns, *codes)
    collide = [name for name in changed if stored.edited.get(name, 0) > version]
    return Edits(columns, codes, _fields(changed), _fields(collide))


def _place(stored: StoredProfile) -> list[tuple[str, Any]]:
    return [(name, stored.columns[name]) for name in GIVEN_PLACE]


def _fields(names: tuple[str, ...] | list[str]) -> list[str]:
    return list(dict.fromkeys(map(field_of, names)))


def field_of(name: str) -> str:
    """Name the field of the wire in which a column or a set stands."""
    if name in PLACE:
        return "address"
    first, *others = name.removeprefix("profile_").split("_")
    return first + "".join(map(str.capitalize, others))
