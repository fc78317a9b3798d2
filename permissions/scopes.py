"""Row scopes: the rule book compiled to tables that NumPy looks rows up in.

A row's cell is its kind, its state, whether it is listed and whether it is rated; the tables are
made by asking the rule book itself, so that a list and a single page can never disagree.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from models.activators import ActivatorKind, ActivatorState
from permissions.audiences import Facts
from permissions.permission import Permission
from permissions.rulebook import may
from permissions.viewer import Standing, Viewer

KINDS = tuple(ActivatorKind)
STATES = tuple(ActivatorState)
NO_OR_YES = (False, True)
CELLS = [
    Facts(kind, state, listed=listed, rated=rated)
    for kind in KINDS
    for state in STATES
    for listed in NO_OR_YES
    for rated in NO_OR_YES
]

Table = npt.NDArray[np.bool_]


def cell(kind: ActivatorKind, state: ActivatorState, *, listed: bool, rated: bool) -> int:
    """Number a row's cell in a scope's tables."""
    row = KINDS.index(kind) * len(STATES) + STATES.index(state)
    return (row * 2 + listed) * 2 + rated


def kind_of_cell(number: int) -> ActivatorKind:
    """Say of which kind the rows of a cell are."""
    return CELLS[number].kind


def state_of_cell(number: int) -> ActivatorState:
    """Say in which state the rows of a cell are."""
    return CELLS[number].state


@cache
def _table(permission: Permission, standing: Standing) -> Table:
    return np.array([may(permission, standing, facts) for facts in CELLS])


def strangers_table(permission: Permission, viewer: Viewer) -> Table:
    """Say by cell whether the viewer has the permission on what it does not own."""
    return _table(permission, viewer.standing(owner=False))


def owners_table(permission: Permission, viewer: Viewer) -> Table:
    """Say by cell whether the viewer has the permission on what it owns."""
    return _table(permission, viewer.standing(owner=True))


def admitters_table(permission: Permission, viewer: Viewer) -> Table:
    """Say by cell whether it has it on what one of its networks enrols and is allowed to admit."""
    return _table(permission, viewer.standing(owner=True, admits=True))
