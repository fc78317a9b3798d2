"""A write that is committed has succeeded, whatever becomes of showing it in this process."""

import asyncio
import json

import pytest

from models.accounts import Role
from models.activators import ActivatorState
from models.revisions import Written
from schema.nodes import global_id
from tests.people import add_account, add_activator
from tests.service import Service
from tests.waiting import until

CHANGE = """mutation ($id: ID!) {
    changeActivatorState(input: { id: $id, state: SUSPENDED, reason: "Parce que." }) {
        userErrors { message } activator { displayName } } }"""


async def test_a_mutation_is_answered_well_when_what_follows_its_commit_fails(
    little_service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(_written: Written) -> None:
        raise OSError("elodie@example.org")

    async with little_service.write() as session:
        one = await add_activator(session)
        token = little_service.token(await add_account(session, Role.MODERATOR))
    little_service.database.on_commit.insert(0, fail)

    answer = await little_service.data(CHANGE, {"id": global_id("Activator", one)}, token=token)

    assert answer["changeActivatorState"]["userErrors"] == []
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (failed,) = [line for line in told if line["event"] == "commit_not_shown"]
    assert failed["error"] == "OSError"
    assert "elodie" not in json.dumps(told)


async def test_what_its_own_worker_could_not_show_is_shown_by_following(
    little_service: Service,
) -> None:
    little_service.database.on_commit.clear()
    async with little_service.write() as session:
        one = await add_activator(session, state=ActivatorState.ACTIVE)

    await until(lambda: little_service.directory.snapshot.locate(one) is not None)
    little_service.database.on_commit.append(little_service.directory._show_own)


async def test_a_writer_that_is_cancelled_while_it_is_shown_hears_of_it(
    little_service: Service,
) -> None:
    begun = asyncio.Event()

    async def wait(_written: Written) -> None:
        begun.set()
        await asyncio.sleep(60)

    async def write() -> None:
        async with little_service.write() as session:
            await add_activator(session)

    little_service.database.on_commit.append(wait)
    writing = asyncio.create_task(write())
    await begun.wait()

    writing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await writing
