"""Accepting the charter: each viewer, kind and state; nobody gives another's word."""

import pytest

from models import tables
from models.activators import ActivatorState
from tests.charters import accept
from tests.portals import make_key
from tests.rules.charter import CELLS, VIEWERS, allowed
from tests.rules.world import World, rows_of

WATCHED = (
    tables.charter_acceptance,
    tables.activator,
    tables.audit_entry,
    tables.job,
    tables.revision,
)


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_the_activator_itself_accepts_and_who_may_not_changes_nothing(
    world: World, viewer: str
) -> None:
    before = await rows_of(world.service.database, *WATCHED)
    wrong = []

    for cell, person in world.people.items():
        payload = await accept(world.service, world.tokens[viewer], activator=person.id)
        expected = "NOT_FOUND" if not allowed(viewer, "SEE", cell) else "FORBIDDEN"
        if allowed(viewer, "COMMIT", cell):
            left = cell.state is ActivatorState.WITHDRAWN
            expected = "CONFLICT" if left else "accepted"
        codes = [error["code"] for error in payload["userErrors"]]
        done = "accepted" if payload["acceptance"] and payload["activator"] else ""
        if [done, *codes] != (["accepted"] if expected == "accepted" else ["", expected]):
            wrong.append(f"{cell}: {payload}, expected {expected}")

    assert wrong == []
    # They had all accepted before: a second time changes nothing either.
    assert await rows_of(world.service.database, *WATCHED) == before


async def test_a_portal_gives_nobody_s_word(world: World) -> None:
    key = await make_key(world.service)
    before = await rows_of(world.service.database, *WATCHED)

    codes = {
        error["code"]
        for cell in CELLS
        for error in (await accept(world.service, key.text, activator=world.people[cell].id))[
            "userErrors"
        ]
    }

    assert codes == {"FORBIDDEN", "NOT_FOUND"}
    assert await rows_of(world.service.database, *WATCHED) == before
