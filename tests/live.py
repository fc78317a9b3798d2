"""Subscriptions for tests: an application that listens on a port, and clients that follow it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError
from websockets.typing import Subprotocol

from schema.live.live import Live
from server import Settings, listening
from tests.live_server import free_port
from tests.service import Service
from tests.waiting import until

PROTOCOL = "graphql-transport-ws"
STATE = """subscription ($id: ID, $token: String) {
    contactRequestChanged(id: $id, token: $token) { state reference need company { name } }
}"""


def live_of(service: Service) -> Live:
    """Give the subscriptions of an application."""
    live: Live = service.app.state.live
    return live


async def until_nobody_follows(service: Service) -> None:
    """Wait until nothing is left of those who followed."""
    live = live_of(service)
    await until(lambda: (len(live.hub), live.seats.taken) == (0, 0))


@asynccontextmanager
async def listener(app: Starlette, settings: Settings, **others: Any) -> AsyncIterator[str]:
    """Have an application listen as `serve` does; give its address, without a scheme."""
    port = free_port()
    options = {**listening(settings), "loop": "none", "timeout_graceful_shutdown": 5, **others}
    config = uvicorn.Config(app, port=port, lifespan="off", **options)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    await until(lambda: server.started)
    try:
        yield f"127.0.0.1:{port}/graphql"
    finally:
        server.should_exit = True
        await task


@dataclass
class Client:
    """A socket."""

    socket: ClientConnection

    async def send(self, kind: str, **message: Any) -> None:
        """Send a message."""
        await self.socket.send(json.dumps({"type": kind, **message}))

    async def receive(self) -> dict[str, Any]:
        """Receive the next message, within ten seconds."""
        async with asyncio.timeout(10):
            message: dict[str, Any] = json.loads(await self.socket.recv())
        return message

    async def init(self, token: str | None = None) -> None:
        """Say who it is; the server must take it."""
        payload = None if token is None else {"Authorization": f"Bearer {token}"}
        await self.send("connection_init", payload=payload)
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(self, id: str, variables: dict[str, Any], query: str = STATE) -> None:
        """Begin to follow."""
        await self.send("subscribe", id=id, payload={"query": query, "variables": variables})

    async def next(self, id: str = "1") -> Any:
        """Receive the next answer of a subscription; give its data."""
        message = await self.receive()
        assert (message["type"], message["id"]) == ("next", id), message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]["contactRequestChanged"]

    async def error(self, id: str = "1") -> str:
        """Receive why a subscription ends; give the code."""
        message = await self.receive()
        assert (message["type"], message["id"]) == ("error", id), message
        return str(message["payload"][0]["extensions"]["code"])

    async def closed(self) -> tuple[int, str]:
        """Wait until the server closes it; give the code and the reason."""
        async with asyncio.timeout(10):
            with suppress(ConnectionClosedError):
                async for _ in self.socket:
                    pass
        assert self.socket.close_code is not None
        return self.socket.close_code, self.socket.close_reason or ""

    async def is_quiet(self) -> bool:
        """Say whether nothing comes before the answer to a ping."""
        await self.send("ping")
        return await self.receive() == {"type": "pong"}


@asynccontextmanager
async def client(address: str, **headers: str) -> AsyncIterator[Client]:
    """Open a socket."""
    offered = [Subprotocol(PROTOCOL)]
    async with connect(
        f"ws://{address}", subprotocols=offered, additional_headers=headers, proxy=None
    ) as socket:
        yield Client(socket)


@dataclass
class Stream:
    """A stream of events."""

    response: httpx.Response

    def __post_init__(self) -> None:
        """Begin to read."""
        self._lines = self.response.aiter_lines()

    async def event(self) -> tuple[str, Any]:
        """Receive the next event: its name, or `:` for a comment, and its data."""
        name, data = "", ""
        async with asyncio.timeout(10):
            async for line in self._lines:
                if not line and (name or data):
                    return name, json.loads(data) if data else None
                if line.startswith(":"):
                    name = ":"
                key, _, value = line.partition(": ")
                name = value if key == "event" else name
                data = value if key == "data" else data
        raise EOFError


@asynccontextmanager
async def stream(
    address: str, variables: dict[str, Any], query: str = STATE, **headers: str
) -> AsyncIterator[Stream]:
    """Follow by a stream of events."""
    async with (
        httpx.AsyncClient(trust_env=False) as http,
        http.stream(
            "POST",
            f"http://{address}",
            json={"query": query, "variables": variables},
            headers={"Accept": "text/event-stream", **headers},
        ) as response,
    ):
        yield Stream(response)
