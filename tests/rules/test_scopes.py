"""The row scopes: what a list keeps is what the predicates grant, one row at a time."""

from itertools import chain, combinations, product

import numpy as np
import pytest

from models.accounts import Role
from models.networks import NetworkKind
from permissions.audiences import Facts
from permissions.permission import Permission
from permissions.rulebook import may
from permissions.scopes import CELLS, cell, owners_table, strangers_table
from permissions.viewer import Viewer
from resolvers.directory.filters import visible
from resolvers.directory.records import Record, SegmentBuilder
from resolvers.directory.reference import Codes, Reference
from resolvers.directory.rows import NetworkRow
from resolvers.directory.snapshot import Part, whole

NETWORKS = ["adie", "cci"]
REFERENCE = Reference(
    fields=Codes([]),
    sectors=Codes([]),
    networks=Codes([NetworkRow(code, code, NetworkKind.ADVICE) for code in NETWORKS]),
    territories=Codes([]),
)
ROLES = [
    frozenset(some) for some in chain.from_iterable(combinations(Role, size) for size in range(3))
]
MINE, THEIRS = 7, 8
"""Structures."""
UNRATED, RATED = (0, 0, 0, 1, 3), (0, 0, 0, 1, 4)
"""Four reviews, and five."""


def record(number: int, facts: Facts, owned_by: str) -> Record:
    """Make the row of an activator that its own, its structure's or its network's viewer owns."""
    networks = {"network": (1,), "both": (0, 1), "nobody": (0,)}
    return Record(
        id=number,
        version=1,
        kind=facts.kind,
        state=facts.state,
        given_name="Camille",
        family_name="Martin",
        headline=None,
        presentation=None,
        structure_id=MINE if owned_by == "structure" else THEIRS,
        structure_name="Atelier",
        siret="13002526500013",
        latitude=None,
        longitude=None,
        precision=None,
        remote=False,
        confirmed_at=None,
        listed=facts.listed,
        stars=RATED if facts.rated else UNRATED,
        networks=networks.get(owned_by, ()),
    )


OWNED_BY = ("nobody", "itself", "structure", "network", "both")
RECORDS = [
    record(number, facts, owned_by)
    for number, (owned_by, facts) in enumerate(product(OWNED_BY, CELLS))
]
ITSELF = frozenset(range(len(CELLS), 2 * len(CELLS)))


def part_of(records: list[Record]) -> Part:
    """Index them."""
    builder = SegmentBuilder(REFERENCE)
    for one in records:
        builder.add(one)
    return whole(builder.build())


PART = part_of(RECORDS)
VIEWERS = [
    Viewer(1, roles, activators, structures, networks, active_member=active)
    for roles in ROLES
    for activators in (frozenset(), ITSELF)
    for structures in (frozenset(), frozenset({MINE}))
    for networks in (frozenset(), frozenset({"cci"}), frozenset({"cci", "gone"}))
    for active in (False, True)
]


def codes_of(one: Record) -> frozenset[str]:
    """Name the networks of a row."""
    return frozenset(NETWORKS[number] for number in one.networks)


@pytest.mark.parametrize("permission", Permission)
def test_a_list_keeps_a_row_where_the_predicates_grant_it_and_nowhere_else(
    permission: Permission,
) -> None:
    rows = np.arange(len(RECORDS))

    for viewer in VIEWERS:
        kept = visible(PART, rows, viewer, permission, REFERENCE)
        for one, keeps in zip(RECORDS, kept.tolist(), strict=True):
            owner = viewer.owns(one.id, one.structure_id, codes_of(one))
            standing = viewer.standing(owner=owner)
            rated = one.stars is RATED
            facts = Facts(one.kind, one.state, listed=one.listed, rated=rated)
            assert keeps is may(permission, standing, facts), (viewer, one)


@pytest.mark.parametrize("permission", Permission)
def test_the_tables_of_a_scope_are_the_predicates_cell_by_cell(permission: Permission) -> None:
    for viewer in VIEWERS:
        for table, owner in (
            (strangers_table(permission, viewer), False),
            (owners_table(permission, viewer), True),
        ):
            for facts in CELLS:
                granted = may(permission, viewer.standing(owner=owner), facts)
                place = cell(facts.kind, facts.state, listed=facts.listed, rated=facts.rated)
                assert bool(table[place]) is granted


def test_a_list_keeps_no_row_that_a_change_has_killed() -> None:
    moderator = Viewer(1, frozenset({Role.MODERATOR}))
    alive = np.arange(len(RECORDS)) % 2 == 0

    kept = visible(
        Part(PART.segment, alive),
        np.arange(len(RECORDS)),
        moderator,
        Permission.SEE,
        REFERENCE,
    )

    assert kept.tolist() == alive.tolist()


def test_a_list_looks_only_at_the_rows_that_it_is_given_and_in_their_order() -> None:
    visitor = Viewer()
    rows = np.array([3, 1, 1, 0, 17])

    kept = visible(PART, rows, visitor, Permission.SEE, REFERENCE)

    everything = visible(PART, np.arange(len(RECORDS)), visitor, Permission.SEE, REFERENCE)
    assert kept.tolist() == everything[rows].tolist()


@pytest.mark.parametrize(
    ("roles", "active", "member"),
    [
        (frozenset(), False, False),
        (frozenset({Role.ACTIVATOR}), False, False),
        (frozenset({Role.ACTIVATOR}), True, True),
        (frozenset({Role.STRUCTURE_MANAGER}), False, True),
        (frozenset({Role.NETWORK_MANAGER}), False, True),
        (frozenset({Role.MODERATOR}), False, True),
        (frozenset({Role.INSTITUTION}), False, True),
        (frozenset({Role.ADMINISTRATOR}), False, True),
        (frozenset({Role.ACTIVATOR, Role.INSTITUTION}), False, True),
    ],
)
def test_any_role_makes_a_member_an_activator_s_only_while_it_is_active(
    roles: frozenset[Role], active: bool, member: bool
) -> None:
    viewer = Viewer(1, roles)

    assert (viewer.as_member() if active else viewer).member is member


@pytest.mark.parametrize("role", Role)
def test_moderators_and_administrators_are_the_staff(role: Role) -> None:
    assert Viewer(1, frozenset({role})).staff is (role in {Role.MODERATOR, Role.ADMINISTRATOR})
