"""Subscriptions: what a socket takes of a worker, and how soon a change on another reaches it."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from rich.console import Console
from sqlalchemy import update
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.asked import add_requests
from benchmarks.filling import fill
from benchmarks.scratch import SCRATCH
from benchmarks.servers import Server, maillage
from benchmarks.timing import Timings, table_of
from models import tables
from models.database import Database
from models.revisions import Subject, record_changes
from server import now

ACTIVATORS = 2_000
ROUNDS = 4
CHANGES = 200
WARMING = 100
SETTLING = 2.0
"""Seconds for the worker to see that its clients have gone."""
FOLLOW = """subscription ($token: String) {
    contactRequestChanged(token: $token) { state answeredAt need company { name } }
}"""


@dataclass
class Found:
    """What was measured."""

    memory: list[tuple[str, float]] = field(default_factory=list)
    """Megabytes of the worker, in the order in which they were read."""
    timings: Timings = field(default_factory=dict)


def report(console: Console, sockets: int, url: str) -> None:
    """Measure, and print what was found."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    url = url or f"sqlite:///{SCRATCH / 'following.sqlite'}"
    with console.status(f"Following with {sockets:,} sockets"):
        tokens = asyncio.run(_filled(url, sockets))
        others = {"live_connections_per_client": "1000000", "rate_secrets_per_hour": "1000000000"}
        with maillage(url, **others) as server:
            found = asyncio.run(_measured(url, server, tokens))
    console.print(table_of(f"{sockets:,} subscriptions, from commit to client", found.timings))
    before = found.memory[0][1]
    for what, megabytes in found.memory:
        kilobytes = (megabytes - before) * 1024 / sockets
        console.print(f"{what}: {megabytes:.1f} MB, {kilobytes:.1f} kB a socket")


async def _filled(url: str, count: int) -> dict[int, str]:
    database = Database(url)
    try:
        await fill(database, ACTIVATORS, lambda _done: None)
        return await add_requests(database, count)
    finally:
        await database.close()


async def _measured(url: str, server: Server, tokens: dict[int, str]) -> Found:
    found, database = Found(), Database(url)
    async with _following(server, dict(list(tokens.items())[:WARMING])):
        pass  # connections to the database, and what they keep
    await asyncio.sleep(SETTLING)
    found.memory.append(("before", server.megabytes()))
    for number in range(1, ROUNDS + 1):
        async with _following(server, tokens) as sockets:
            found.memory.append((f"round {number}, open", server.megabytes()))
            if number == 1:
                found.timings = await _told(database, sockets)
        await asyncio.sleep(SETTLING)
        found.memory.append((f"round {number}, closed", server.megabytes()))
    await database.close()
    return found


@asynccontextmanager
async def _following(
    server: Server, tokens: dict[int, str]
) -> AsyncIterator[dict[int, ClientConnection]]:
    """Follow each of these requests by a socket of its own."""
    async with AsyncExitStack() as opened:
        sockets = {one: await opened.enter_async_context(_socket(server)) for one in tokens}
        await asyncio.gather(*(_begin(sockets[one], tokens[one]) for one in sockets))
        yield sockets


def _socket(server: Server) -> connect:
    return connect(
        f"ws://127.0.0.1:{server.port}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        compression=None,
        open_timeout=60,
        ping_interval=None,
        proxy=None,
    )


async def _begin(socket: ClientConnection, token: str) -> None:
    await socket.send('{"type": "connection_init"}')
    await socket.recv()
    payload = {"query": FOLLOW, "variables": {"token": token}}
    await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
    await socket.recv()


async def _told(database: Database, sockets: dict[int, ClientConnection]) -> Timings:
    """Change one request after another, then all at once, as another worker does."""
    one_by_one = list[float]()
    for request_id in random.choices(list(sockets), k=CHANGES):
        one_by_one += await _delays(database, sockets, [request_id])
        await asyncio.sleep(random.uniform(0, 0.05))
    together = await _delays(database, sockets, list(sockets))
    return {"one request changes": one_by_one, "all of them change at once": together}


async def _delays(
    database: Database, sockets: dict[int, ClientConnection], ids: list[int]
) -> list[float]:
    """Commit a change of these; give the seconds until each client has received it."""
    table = tables.contact_request
    waiting = [asyncio.create_task(_arrival(sockets[one])) for one in ids]
    async with database.write() as session:
        await session.execute(update(table).where(table.c.id.in_(ids)).values(answered_at=now()))
        await record_changes(session, Subject.CONTACT_REQUEST, ids)
    committed = time.perf_counter()
    return [arrived - committed for arrived in await asyncio.gather(*waiting)]


async def _arrival(socket: ClientConnection) -> float:
    await socket.recv()
    return time.perf_counter()
