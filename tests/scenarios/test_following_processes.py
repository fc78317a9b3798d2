"""Following through a real server of two workers, with npm's own client: changes, and the end."""

import asyncio
import json
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from models import tables
from models.accounts import Role
from models.database import Database
from models.revisions import Subject, record_changes
from resolvers.tokens import Tokens
from tests.contact import Asked, add_request
from tests.live import STATE, stream
from tests.live_server import LiveServer, serving
from tests.people import add_account, add_activator
from tests.required import skip_or_fail
from tests.service import SECRET, running

WEB = Path(__file__).parents[2] / "web"


@dataclass
class Node:
    """npm's client, in a process of its own."""

    process: asyncio.subprocess.Process

    async def printed(self) -> dict[str, Any]:
        """Read what it prints next."""
        assert self.process.stdout
        async with asyncio.timeout(20):
            line: dict[str, Any] = json.loads(await self.process.stdout.readline())
        return line

    async def state(self) -> str:
        """Read the state that an answer shows."""
        line = await self.printed()
        return str(line["next"]["data"]["contactRequestChanged"]["state"])


@asynccontextmanager
async def node(server: LiveServer, **asked: Any) -> AsyncIterator[Node]:
    """Follow with npm's client; without Node, skip the test with the reason."""
    program = shutil.which("node")
    if program is None or not (WEB / "node_modules" / "graphql-ws").is_dir():
        skip_or_fail("npm's client needs Node and the packages of web/: run `make setup`")
    asked |= {"url": f"{server.url.replace('http', 'ws')}/graphql", "query": STATE}
    process = await asyncio.create_subprocess_exec(
        program,
        "--experimental-websocket",
        "subscribe.mjs",
        json.dumps(asked),
        cwd=WEB,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Node(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@dataclass
class Followed:
    """A server of two workers, its database, and a request."""

    server: LiveServer
    database: Database
    asked: Asked

    async def change(self, state: str) -> None:
        """Have the request in another state, as another process writes it."""
        own = update(tables.contact_request).where(tables.contact_request.c.id == self.asked.id)
        async with self.database.write() as session:
            await session.execute(own.values(state=state))
            await record_changes(session, Subject.CONTACT_REQUEST, [self.asked.id])


@pytest.fixture(scope="module")
async def followed(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Followed]:
    """Start it; the last test stops it."""
    folder = tmp_path_factory.mktemp("followed")
    file = folder / "maillage.sqlite"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    async with running(database) as service:
        async with service.write() as session:
            activator_id = await add_activator(session)
        asked = await add_request(service, activator_id)
    with serving(f"sqlite:///{file}", folder, workers=2) as (server,):
        yield Followed(server, database, asked)
    await database.close()


async def test_npms_client_is_told_that_it_may_not_or_not_any_more(followed: Followed) -> None:
    async with followed.database.write() as session:
        account_id = await add_account(session, Role.MODERATOR)
    tokens = Tokens(SECRET, "http://127.0.0.1:8000")
    token = tokens.write(account_id, now=datetime.now(UTC), lifetime=timedelta(hours=1))
    variables = {"id": followed.asked.node}
    async with (
        node(followed.server, variables=variables, authorization=f"Bearer {token}") as moderator,
        node(followed.server, variables=variables) as visitor,
        node(followed.server, variables=variables, authorization="Bearer wrong") as wrong,
    ):
        assert await moderator.printed() == {"connected": True}
        assert await moderator.state() == "ACKNOWLEDGED"
        assert await visitor.printed() == {"connected": True}
        refused = await visitor.printed()
        assert refused["error"][0]["extensions"] == {"code": "NOT_FOUND", "field": "id"}
        assert await wrong.printed() == {"closed": 4403}

        left = update(tables.account).where(tables.account.c.id == account_id)
        async with followed.database.write() as session:
            await session.execute(left.values(signed_out_at=datetime.now(UTC)))
            await record_changes(session, Subject.ACCOUNT, [account_id])

        assert await moderator.printed() == {"closed": 4403}


async def test_npms_client_follows_until_the_server_stops(followed: Followed) -> None:
    server, token = followed.server, {"token": followed.asked.token}
    async with (
        node(server, variables=token) as client,
        node(server, variables=token) as other,
        stream(f"{server.url.removeprefix('http://')}/graphql", token) as events,
    ):
        for one in (client, other):
            assert await one.printed() == {"connected": True}
            assert await one.state() == "ACKNOWLEDGED"
        await events.event()

        await followed.change("ANSWERED")
        assert [await one.state() for one in (client, other)] == ["ANSWERED", "ANSWERED"]
        _, told = await events.event()
        assert told["data"]["contactRequestChanged"]["state"] == "ANSWERED"

        server.process.send_signal(signal.SIGTERM)

        for one in (client, other):
            assert await one.printed() == {"closed": 1012}
        with pytest.raises(EOFError):
            await events.event()
        await asyncio.to_thread(server.process.wait, 10)
    assert "Traceback" not in server.log.read_text()
