"""Reading everything again takes long, and nobody waits for it but who wrote the reference."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, insert, text

import resolvers.directory.changes
import resolvers.directory.directory
from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.database import Database
from models.networks import NetworkKind
from models.revisions import Subject, record_changes
from resolvers.directory.directory import Directory
from tests.people import add_account, add_activator
from tests.service import Service
from tests.statements import holding
from tests.waiting import until
from tests.world import change

REFERENCE = "FROM sector "
"""What is asked of the database for the reference alone."""

PEOPLE = "{ activators(orderBy: NAME, first: 100) { nodes { displayName networks { code } } } }"


async def add_network(database: Database, code: str) -> None:
    """Add a network: the reference is another one from then on."""
    async with database.write() as session:
        row = {"code": code, "name": code, "kind": NetworkKind.CHAMBER}
        await session.execute(insert(tables.network).values(row))
        await record_changes(session, Subject.REFERENCE, None)


async def add(database: Database, *names: str, **values: Any) -> list[int]:
    """Add activators of these names."""
    async with database.write() as session:
        return [await add_activator(session, family_name=name, **values) for name in names]


async def shown(service: Service) -> dict[str, list[str]]:
    """Who is shown, each with its networks."""
    nodes = (await service.data(PEOPLE))["activators"]["nodes"]
    return {
        node["displayName"].removeprefix("Camille "): [one["code"] for one in node["networks"]]
        for node in nodes
    }


def knows(service: Service, code: str) -> bool:
    """Tell whether a worker has read a network."""
    return service.directory.snapshot.reference.networks.get(code) is not None


async def test_changes_are_shown_meanwhile_and_are_still_there_afterwards(
    little_service: Service, little: Database
) -> None:
    here, there, _ = await add(little_service.database, "Here", "There", "Third")

    with holding(little_service.database, REFERENCE) as begun:
        await add_network(little, "new")
        await begun.wait()
        await change(little_service, here, state=ActivatorState.WITHDRAWN)
        assert await shown(little_service) == {"There": [], "Third": []}
        (newcomer,) = await add(little, "New", networks=["new"])
        async with little.write() as session:
            await session.execute(delete(tables.activator).where(tables.activator.c.id == there))
            await record_changes(session, Subject.ACTIVATOR, [there])
        await until(lambda: little_service.directory.snapshot.locate(there) is None)
        assert little_service.directory.snapshot.locate(newcomer) is not None
        assert await shown(little_service) == {"Third": []}
        assert not knows(little_service, "new")

    await until(lambda: knows(little_service, "new"))
    assert await shown(little_service) == {"New": ["new"], "Third": []}


async def test_who_wrote_the_reference_sees_it_when_the_write_returns(
    little_service: Service,
) -> None:
    await add_network(little_service.database, "new")
    await add(little_service.database, "New", networks=["new"])

    assert await shown(little_service) == {"New": ["new"]}


async def test_a_writer_that_gives_up_waiting_leaves_the_reading_to_go_on(
    little_service: Service,
) -> None:
    with holding(little_service.database, REFERENCE) as begun:
        writing = asyncio.create_task(add_network(little_service.database, "new"))
        await begun.wait()
        assert not writing.done()

        writing.cancel()

        with pytest.raises(asyncio.CancelledError):
            await writing
    await until(lambda: knows(little_service, "new"))


async def test_a_reference_written_while_it_is_read_is_read_once_more(
    little_service: Service, little: Database
) -> None:
    before = little_service.directory.snapshot.revision

    with holding(little_service.database, REFERENCE) as begun:
        await add_network(little, "first")
        await begun.wait()
        second = asyncio.create_task(add_network(little_service.database, "second"))
        await until(lambda: little_service.directory.snapshot.revision == before + 2)
        assert not second.done()

    await second
    assert knows(little_service, "first")
    assert knows(little_service, "second")


@pytest.mark.parametrize(("limit", "value"), [("MANY", 2), ("KEPT", 3)])
async def test_a_worker_too_far_behind_shows_its_own_writes_at_once_and_then_the_others(
    little_service: Service,
    little: Database,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: int,
) -> None:
    (own,) = await add(little_service.database, "Own")
    told: list[Any] = []
    little_service.directory.on_accounts.append(told.append)
    monkeypatch.setattr(resolvers.directory.changes, limit, value)

    with holding(little_service.database, REFERENCE) as begun:
        await add(little, "A", "B", "C", "D")
        await begun.wait()
        await change(little_service, own, family_name="Changed")
        assert await shown(little_service) == {"Changed": []}

    await until(lambda: len(little_service.directory.snapshot) == 5)
    assert set(await shown(little_service)) == {"A", "B", "C", "Changed", "D"}
    assert None in told


async def test_a_reading_that_fails_is_told_and_begun_again(
    little_service: Service,
    little: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(resolvers.directory.directory, "RETRY_INTERVAL", 0.05)
    async with little.write() as session:
        await session.execute(_renamed("sector", "gone"))

    await add_network(little, "new")
    await asyncio.sleep(0.3)
    async with little.write() as session:
        await session.execute(_renamed("gone", "sector"))

    await until(lambda: knows(little_service, "new"))
    assert '"event": "directory_reload_failed"' in capsys.readouterr().err


def _renamed(old: str, new: str) -> Any:
    return text(f"ALTER TABLE {old} RENAME TO {new}")


async def test_a_worker_stops_while_it_reads_and_who_waits_for_it_is_answered(
    little: Database,
) -> None:
    directory = Directory(little, card_cache_size=100)
    await directory.start()

    with holding(little, REFERENCE) as begun:
        writing = asyncio.create_task(add_network(little, "last"))
        await begun.wait()
        async with asyncio.timeout(5):
            await directory.stop()
            await writing


async def test_what_an_activator_quotes_before_it_is_known_is_left_out_of_the_search(
    little_service: Service, little: Database
) -> None:
    async with little.write() as session:
        row = {"code": "new", "name": "New", "kind": NetworkKind.CHAMBER}
        await session.execute(insert(tables.network).values(row))
        one = await add_activator(session, family_name="Early", networks=["new", "cci"])
    await until(lambda: little_service.directory.snapshot.locate(one) is not None)
    assert await shown(little_service) == {}

    async with little.write() as session:
        await record_changes(session, Subject.REFERENCE, None)
    await until(lambda: knows(little_service, "new"))
    assert await shown(little_service) == {"Early": ["cci", "new"]}


async def test_a_merge_that_fails_is_told_and_costs_nothing_else(
    little_service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = little_service.directory
    await add(little_service.database, "A", "B")
    base = directory.snapshot.base
    broken = replace(base, segment=replace(base.segment, text=None))  # type: ignore[arg-type]
    directory._show(replace(directory.snapshot, parts=(broken, *directory.snapshot.parts[1:])))
    monkeypatch.setattr(resolvers.directory.directory, "OVERLAY_FULL", 0)

    await add(little_service.database, "C")
    await until(lambda: directory._merging is None)

    assert set(await shown(little_service)) == {"A", "B", "C"}
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (failed,) = [line for line in told if line["event"] == "directory_merge_failed"]
    assert failed["error"] == "AttributeError"


async def test_a_role_taken_away_while_all_is_read_is_gone_all_the_same(
    little_service: Service, little: Database
) -> None:
    async with little_service.write() as session:
        account = await add_account(session, Role.ADMINISTRATOR)
    token = little_service.token(account)
    assert await roles(little_service, token) == ["ADMINISTRATOR"]

    with holding(little_service.database, REFERENCE) as begun:
        await add_network(little, "first")
        await begun.wait()
        async with little.write() as session:
            await session.execute(delete(tables.account_role))
            await record_changes(session, Subject.ACCOUNT, [account])

    await until(lambda: knows(little_service, "first"))
    assert await roles(little_service, token) == []


async def roles(service: Service, token: str) -> list[str]:
    """Name the viewer's roles."""
    found: list[str] = (await service.data("{ viewer { roles } }", token=token))["viewer"]["roles"]
    return found
