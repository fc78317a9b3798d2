"""The rule book, cell by cell, through the wire: each viewer, kind, state and permission."""

import pytest

from models import tables
from models.activators import ActivatorState
from tests.rules.charter import CELLS, COLUMNS, VIEWERS, Cell, allowed
from tests.rules.evidence import ALL_WAYS, ONE_WAY, evidence
from tests.rules.world import World, rows_of

ADMITS = "manager of its network"
"""Which steps it takes, `test_membership_steps.py` says."""

ELSEWHERE = ("CHANGE_STATE",)
READ = [column for column in COLUMNS if "," not in column and column not in ELSEWHERE]

CHANGE = """
mutation Change($id: ID!, $state: ActivatorState!) {
  changeActivatorState(input: {id: $id, state: $state, reason: "Parce que."}) {
    activator { id }
    userErrors { code field }
  }
}
"""

A_STEP = {
    ActivatorState.PENDING: ActivatorState.ACTIVE,
    ActivatorState.ACTIVE: ActivatorState.SUSPENDED,
    ActivatorState.SUSPENDED: ActivatorState.ACTIVE,
    ActivatorState.WITHDRAWN: ActivatorState.ACTIVE,
}
"""A step that staff could ask for, from each state."""


@pytest.mark.parametrize("permission", READ)
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_each_cell_of_the_law_holds_in_every_way_of_the_wire(
    world: World, viewer: str, permission: str
) -> None:
    wrong = []

    for cell in CELLS:
        query = ONE_WAY if cell.published else ALL_WAYS
        shown = evidence(await world.data(viewer, query, cell))[permission]
        expected = allowed(viewer, permission, cell)
        wrong += [f"{cell}: {way}" for way, there in shown.items() if there is not expected]

    assert wrong == [], f"{permission} of {viewer}"


@pytest.mark.parametrize(
    "viewer", [one for one in VIEWERS if one not in ("moderator", "administrator", ADMITS)]
)
async def test_who_neither_is_staff_nor_admits_changes_no_state(world: World, viewer: str) -> None:
    before = await rows_of(world.service.database, tables.activator, tables.revision)
    wrong = []

    for cell in CELLS:
        answer = await change(world, viewer, cell, A_STEP[cell.state])
        code = "FORBIDDEN" if allowed(viewer, "SEE", cell) else "NOT_FOUND"
        if answer["activator"] is not None or [e["code"] for e in answer["userErrors"]] != [code]:
            wrong.append(f"{cell}: {answer}, expected {code}")

    assert wrong == []
    assert await rows_of(world.service.database, tables.activator, tables.revision) == before


@pytest.mark.parametrize("viewer", ["moderator", "administrator"])
async def test_staff_is_refused_for_the_state_and_never_for_itself(
    world: World, viewer: str
) -> None:
    answers = [await change(world, viewer, cell, cell.state) for cell in CELLS]

    assert {error["code"] for answer in answers for error in answer["userErrors"]} == {"CONFLICT"}
    assert all(allowed(viewer, "CHANGE_STATE", cell) for cell in CELLS)


async def change(
    world: World, viewer: str, cell: Cell, state: ActivatorState
) -> dict[str, list[dict[str, str]]]:
    """Ask for a step, as a viewer."""
    variables = {"id": world.people[cell].id, "state": state.value}
    data = await world.service.data(CHANGE, variables, token=world.tokens[viewer])
    answer: dict[str, list[dict[str, str]]] = data["changeActivatorState"]
    return answer
