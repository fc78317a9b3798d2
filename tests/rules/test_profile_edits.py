"""Two who edit one profile at the same time: no edit is lost without somebody being told."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from resolvers.profile_checks import CheckedProfile
from resolvers.profile_edits import PLACE, StoredProfile, edits_of, field_of

TEXTS = ("given_name", "headline", "phone", "profile_references")
SETS = ("expertise", "serves")
FIELDS = ["address", "expertise", "givenName", "headline", "phone", "references", "serves"]

values = st.integers(0, 2)
columns = st.dictionaries(st.sampled_from(TEXTS), values)
places = st.none() | st.fixed_dictionaries(dict.fromkeys(PLACE[:4], values))
sets = st.dictionaries(st.sampled_from(SETS), st.frozensets(st.sampled_from("ab")))
"""What one editor says: some texts, perhaps an address, some sets."""


@st.composite
def sayings(draw: st.DrawFn) -> CheckedProfile:
    """Draw what an editor says; a position follows from its address."""
    place = draw(places)
    position = {} if place is None else dict.fromkeys(PLACE[4:], place["commune_code"])
    return CheckedProfile({**draw(columns), **(place or {}), **position}, draw(sets))


class Profile:
    """A profile that takes edits one after the other, as its row does."""

    def __init__(self) -> None:
        """Begin at version 1, edited by nobody."""
        self.version = 1
        self.columns: dict[str, Any] = dict.fromkeys((*TEXTS, *PLACE), 0)
        self.codes: dict[str, frozenset[str]] = dict.fromkeys(SETS, frozenset())
        self.edited: dict[str, int] = {}

    def edit(self, said: CheckedProfile, version: int) -> tuple[list[str], list[str]]:
        """Take an edit of somebody who read this version; give what changed, what collides."""
        edits = edits_of(StoredProfile(self.columns, self.codes, self.edited), said, version)
        if edits.conflicts:
            return [], edits.conflicts
        self.version += 1
        self.columns |= edits.columns
        self.codes |= edits.codes
        self.edited |= dict.fromkeys((*edits.columns, *edits.codes), self.version)
        return edits.fields, []

    def says(self, said: CheckedProfile) -> bool:
        """Say whether it holds all that an editor said."""
        held = {**self.columns, **self.codes}
        return all(held[name] == one for name, one in {**said.columns, **said.codes}.items())

    def shown(self) -> dict[str, Any]:
        """Give it by field of the wire."""
        shown: dict[str, Any] = {}
        for name, value in {**self.columns, **self.codes}.items():
            shown.setdefault(field_of(name), []).append(value)
        return shown


@given(first=sayings(), second=sayings())
def test_of_two_who_read_the_same_version_none_loses_an_edit_unknowingly(
    first: CheckedProfile, second: CheckedProfile
) -> None:
    profile = Profile()
    read = profile.version

    changed, _ = profile.edit(first, read)
    after_first = profile.shown()
    merged, conflicts = profile.edit(second, read)

    assert set(conflicts) <= set(changed)
    if conflicts:
        assert profile.shown() == after_first
        assert profile.says(first)
    else:
        assert profile.says(second)
        assert not set(merged) & set(changed)
        assert {name: profile.shown()[name] for name in changed} == {
            name: after_first[name] for name in changed
        }


@given(first=sayings(), second=sayings())
def test_who_reads_again_after_a_conflict_has_its_way(
    first: CheckedProfile, second: CheckedProfile
) -> None:
    profile = Profile()

    profile.edit(first, 1)
    profile.edit(second, 1)
    _, conflicts = profile.edit(second, profile.version)

    assert conflicts == []
    assert profile.says(second)


@given(st.lists(st.tuples(sayings(), st.integers(0, 5)), max_size=8))
def test_in_any_order_an_edit_changes_all_of_what_it_says_or_nothing(
    steps: list[tuple[CheckedProfile, int]],
) -> None:
    profile = Profile()

    for said, behind in steps:
        version = max(1, profile.version - behind)
        before, at = profile.shown(), profile.version
        changed, conflicts = profile.edit(said, version)
        assert set(changed) | set(conflicts) <= set(FIELDS)
        if conflicts:
            assert (profile.shown(), profile.version) == (before, at)
        else:
            now = profile.shown()
            assert profile.says(said)
            assert sorted(name for name in now if now[name] != before[name]) == sorted(changed)


@given(sayings())
def test_to_say_the_same_again_changes_nothing_and_collides_with_nobody(
    said: CheckedProfile,
) -> None:
    profile = Profile()
    profile.edit(said, 1)

    assert profile.edit(said, 1) == ([], [])


def test_an_address_keeps_its_position_while_it_is_the_same() -> None:
    stored = {**dict.fromkeys(PLACE[:4], "here"), "latitude": 46.1, "longitude": 5.1}
    said = {**dict.fromkeys(PLACE[:4], "here"), "latitude": 46.0, "longitude": 5.0}
    edits = edits_of(StoredProfile(stored, {}, {}), CheckedProfile(said, {}), 1)

    assert (edits.columns, edits.fields) == ({}, [])
