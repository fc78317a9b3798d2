"""Which groups are shown: none under five requests, and none that a subtraction tells."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permissions.figures import FEWEST
from resolvers.contact.disclosure import NOWHERE, groups_to_show


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({}, set()),
        ({"a": 5}, {"a"}),
        ({"a": 4}, set()),
        ({"a": 9, "b": 7}, {"a", "b"}),
        ({"a": 9, "b": 7, "c": 4}, {"a"}),
        ({"a": 9, "b": 4, "c": 4}, {"a"}),
        ({"a": 9, "b": 7, "c": 1, "d": 1}, {"a"}),
        ({"a": 9, NOWHERE: 6}, {"a"}),
        ({"a": 9, "b": 7, NOWHERE: 2}, {"a"}),
        ({"a": 9, "b": 3, NOWHERE: 6}, {"a"}),
    ],
)
def test_groups_that_are_too_small_take_others_with_them(
    sizes: dict[str, int], shown: set[str]
) -> None:
    assert groups_to_show(sizes, {}) == shown


def test_what_is_hidden_within_a_larger_group_is_five_or_more_together() -> None:
    sizes = {"a1": 5, "a2": 2, "b1": 6, "b2": 3, "b3": 4}
    within = {"a1": {"a"}, "a2": {"a"}, "b1": {"b"}, "b2": {"b"}, "b3": {"b"}}

    assert groups_to_show(sizes, within) == {"b1"}


GROUPS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 12)), max_size=12)


@given(GROUPS)
def test_no_subtraction_tells_of_fewer_than_five(groups: list[tuple[int, int]]) -> None:
    sizes = {f"g{number}": size for number, (_, size) in enumerate(groups)}
    within = {f"g{number}": {f"l{larger}"} for number, (larger, _) in enumerate(groups)}
    families: dict[str, set[str]] = defaultdict(set)
    for group, larger in within.items():
        for one in larger:
            families[one].add(group)

    shown = groups_to_show(sizes, within)

    assert all(sizes[one] >= FEWEST for one in shown)
    for family in [set(sizes), *families.values()]:
        rest = sum(sizes[one] for one in family - shown)
        assert rest == 0 or rest >= FEWEST or not family & shown


@given(GROUPS)
def test_without_small_groups_all_are_shown(groups: list[tuple[int, int]]) -> None:
    sizes = {f"g{number}": size + FEWEST for number, (_, size) in enumerate(groups)}

    assert groups_to_show(sizes, {}) == set(sizes)
