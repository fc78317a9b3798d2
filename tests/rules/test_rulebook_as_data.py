"""The rule book as data: it says what the charter says, and all that is made of it agrees."""

from collections.abc import Iterator

import pytest

from models.activators import ActivatorState
from permissions import rulebook, scopes
from permissions.audiences import Facts
from permissions.permission import Permission
from permissions.rulebook import RULEBOOK, grants, may
from permissions.viewer import Standing
from tests.rules.charter import CELLS, KINDS, VIEWERS, allowed

STRANGER, MEMBER = Standing(), Standing(member=True)
INSTITUTION, STAFF = Standing(member=True, institution=True), Standing(member=True, staff=True)
OWNING_MEMBER = Standing(member=True, owner=True)

TOWARDS_ACTIVE = {
    "a visitor": STRANGER,
    "an account without a role": STRANGER,
    "a company that it helped": Standing(helped=True),
    "a pending activator elsewhere": STRANGER,
    "an active activator elsewhere": MEMBER,
    "the active ones themselves": Standing(member=True, owner=True, itself=True),
    "the others themselves": STRANGER,
    "manager of its structure": OWNING_MEMBER,
    "manager of another structure": MEMBER,
    "manager of its network": Standing(member=True, owner=True, admits=True),
    "manager of another network": MEMBER,
    "national institution": INSTITUTION,
    "institution of its region": INSTITUTION,
    "institution of another region": INSTITUTION,
    "moderator": STAFF,
    "administrator": STAFF,
}
TOWARDS_OTHERS = TOWARDS_ACTIVE | {
    "the active ones themselves": MEMBER,
    "the others themselves": Standing(owner=True, itself=True),
}
STANDINGS = [
    Standing(member, staff, institution, owner, itself, admits, helped)
    for member in (False, True)
    for staff in (False, True)
    for institution in (False, True)
    for owner in (False, True)
    for itself in (False, True)
    for admits in (False, True)
    for helped in (False, True)
]
FACTS = [Facts(*cell) for cell in CELLS]


@pytest.fixture
def no_answers_kept() -> Iterator[None]:
    """Nothing is remembered of the rule book, before or after."""
    grants.cache_clear()
    scopes._table.cache_clear()
    yield
    grants.cache_clear()
    scopes._table.cache_clear()


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("permission", Permission)
def test_each_row_of_the_rule_book_says_what_the_charter_says(
    permission: Permission, viewer: str
) -> None:
    wrong = []

    for cell in CELLS:
        active = cell.state is ActivatorState.ACTIVE
        standing = (TOWARDS_ACTIVE if active else TOWARDS_OTHERS)[viewer]
        granted = may(permission, standing, Facts(*cell))
        if granted is not allowed(viewer, permission.name, cell):
            wrong.append(str(cell))

    assert wrong == []


def test_the_rule_book_has_a_row_for_each_permission_and_a_column_for_each_kind() -> None:
    assert set(RULEBOOK) == set(Permission)
    assert rulebook.COLUMNS == KINDS
    assert all(len(row) == len(KINDS) for row in RULEBOOK.values())


def test_the_grants_of_a_viewer_are_all_that_it_may_do() -> None:
    for standing in STANDINGS:
        for facts in FACTS:
            allowed_now = {one for one in Permission if may(one, standing, facts)}
            assert grants(standing, facts) == allowed_now


def test_every_decision_is_a_plain_yes_or_no() -> None:
    decisions = [
        may(permission, standing, facts)
        for permission in Permission
        for standing in STANDINGS
        for facts in FACTS
    ]

    assert {type(decision) for decision in decisions} == {bool}


def test_who_stands_closer_is_refused_nothing_that_one_further_off_is_granted() -> None:
    for facts in FACTS:
        stranger = grants(STRANGER, facts)
        for standing in STANDINGS:
            assert stranger <= grants(standing, facts)


@pytest.mark.usefixtures("no_answers_kept")
@pytest.mark.parametrize("permission", Permission)
def test_a_bug_in_a_predicate_raises_and_does_not_deny(
    monkeypatch: pytest.MonkeyPatch, permission: Permission
) -> None:
    def broken(_standing: Standing, _facts: Facts) -> bool:
        raise ZeroDivisionError

    monkeypatch.setitem(RULEBOOK, permission, (broken,) * len(KINDS))

    with pytest.raises(ZeroDivisionError):
        may(permission, STAFF, FACTS[0])
    with pytest.raises(ZeroDivisionError):
        grants(STAFF, FACTS[0])
    with pytest.raises(ZeroDivisionError):
        scopes._table(permission, STAFF)
