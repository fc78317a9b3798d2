"""One socket that speaks graphql-transport-ws: subscriptions beside one another."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import ExitStack, aclosing, suppress
from typing import Any
from uuid import uuid4

import orjson
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from permissions.viewer import VISITOR, Viewer
from resolvers.live.seats import NoSeat
from schema.cross_origin import check_page
from schema.errors import MASK, masked
from schema.http import GraphQLRequest, HttpRefusal
from schema.limits.extension import LEAST_COST
from schema.live import closing
from schema.live.closing import Closing
from schema.live.events import Event, failure, refusal_event
from schema.live.live import Caller, Live
from schema.live.messages import (
    PROTOCOL,
    BadMessage,
    Complete,
    Init,
    Ping,
    Subscribe,
    read_message,
)

log = structlog.get_logger()


class Socket:
    """A connection, from its handshake to its end."""

    def __init__(self, live: Live, websocket: WebSocket) -> None:
        """Prepare; nothing is sent before `run`."""
        self._live = live
        self._websocket = websocket
        self._request_id = uuid4().hex
        self._address = live.door.address(websocket)
        self._caller: Caller | None = None
        self._named: asyncio.Future[Caller] = asyncio.get_running_loop().create_future()
        self._seat = ExitStack()
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed: Closing | None = None

    async def run(self) -> None:
        """Serve it until it is closed; then nothing of it is left."""
        offered = PROTOCOL in self._websocket.scope["subprotocols"]
        await self._websocket.accept(subprotocol=PROTOCOL if offered else None)
        if not offered:
            await self._close(closing.OTHER_PROTOCOL)
            return
        try:
            self._sit(VISITOR)
            self._begin(self._guard(self._named))
            async for text in self._texts():
                await self._take(text)
        except NoSeat:
            await self._close(closing.LATER)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._operations.clear()  # each holds the socket: memory is to come back at once
            self._seat.close()
            code = None if self._closed is None else self._closed.code
            log.info("socket", request_id=self._request_id, closed_with=code)

    def _sit(self, viewer: Viewer) -> None:
        """Leave the seat taken before, and take that of a viewer; raises NoSeat."""
        self._seat.close()
        self._seat.enter_context(self._live.seats.seat(viewer, self._address))

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _texts(self) -> AsyncIterator[str | None]:
        """Receive what the client sends until the socket is closed; None for what is no text."""
        while self._closed is None:
            message = await self._websocket.receive()
            if message["type"] != "websocket.receive":
                return
            yield message.get("text")

    async def _take(self, text: str | None) -> None:
        try:
            message = read_message(text)
            if isinstance(message, Init):
                await self._init(message)
            elif isinstance(message, Ping):
                await self._send({"type": "pong"})
            elif isinstance(message, Subscribe):
                await self._subscribe(message)
            elif isinstance(message, Complete) and message.id in self._operations:
                self._operations.pop(message.id).cancel()
        except BadMessage as bad:
            await self._close(closing.bad_request(str(bad)))
        except Exception as error:  # noqa: BLE001  logged, and told as any other of ours
            masked(error, self._request_id)
            await self._close(closing.FAILED)

    async def _init(self, message: Init) -> None:
        if self._caller is not None:
            await self._close(closing.INITIALISED_TWICE)
            return
        given = message.payload.get("Authorization", message.payload.get("authorization"))
        if given is None:
            given = self._websocket.headers.get("authorization")
        elif not isinstance(given, str):
            raise BadMessage("payload.Authorization: expected a string")
        self._caller = Caller(self._websocket, given, self._address, self._request_id, check_page)
        try:
            await self._enter(self._caller)
        except HttpRefusal as refusal:
            limited = refusal.status == 429
            await self._close(closing.LATER if limited else closing.FORBIDDEN)
        except NoSeat:
            await self._close(closing.LATER)
        else:
            await self._send({"type": "connection_ack"})
            if not self._named.done():  # its time may have run out just now
                self._named.set_result(self._caller)

    async def _enter(self, caller: Caller) -> None:
        """Let in who holds the socket, if they may; one who may not is counted too."""
        viewer = VISITOR
        try:
            viewer = await self._live.viewer(caller)
        finally:
            await self._live.door.afford(viewer, self._address, LEAST_COST)
        self._sit(viewer)

    async def _subscribe(self, message: Subscribe) -> None:
        if self._caller is None:
            await self._close(closing.UNAUTHORIZED)
        elif message.id in self._operations:
            await self._close(closing.exists_already(message.id))
        elif len(self._operations) >= self._live.policy.live_subscriptions_per_socket:
            words = "Too many subscriptions on this socket: end one, or open another socket."
            await self._tell(
                message.id, refusal_event(HttpRefusal(429, "TOO_MANY_SUBSCRIPTIONS", words))
            )
        else:
            work = self._operate(self._caller, message.id, message.asked)
            self._operations[message.id] = self._begin(work)

    async def _operate(self, caller: Caller, id: str, asked: GraphQLRequest) -> None:
        """Carry one operation to its end."""
        try:
            await self._live.admit(caller, asked)
            async with aclosing(self._live.follow(caller, asked)) as events:
                async for event in events:
                    await self._tell(id, event)
                    del event  # it may be long, and the next one may take hours
        except HttpRefusal as refusal:
            if refusal.status in {401, 403}:
                await self._close(closing.FORBIDDEN)
            else:
                await self._tell(id, refusal_event(refusal))
        except Exception as error:  # noqa: BLE001  logged, and told as any other of ours
            told = {"message": MASK, "extensions": masked(error, self._request_id)}
            await self._tell(id, failure([told]))

    async def _tell(self, id: str, event: Event) -> None:
        """Send an event of an operation; after an error its id is free at once."""
        if event.kind == "quiet":
            return
        if event.kind == "error" and self._operations.get(id) is asyncio.current_task():
            del self._operations[id]
        payload = orjson.Fragment(event.payload)
        await self._send({"id": id, "type": event.kind, "payload": payload})

    async def _guard(self, named: "asyncio.Future[Caller]") -> None:
        """Close it once who holds it may not any more, or does not say who they are."""
        try:
            async with asyncio.timeout(self._live.policy.live_init_seconds):
                caller = await named
        except TimeoutError:
            await self._close(closing.SILENT)
            return
        with self._live.hub.watch(of_requests=False) as watch:
            while not self._live.hub.stopping:
                watch.look()
                try:
                    watch.viewer = await self._live.check(caller)
                except HttpRefusal:
                    await self._close(closing.FORBIDDEN)
                    return
                await watch.told(within=self._live.policy.live_check_seconds)
        await self._close(closing.RESTART)

    async def _send(self, message: dict[str, Any]) -> None:
        """Send a message; one that cannot be sent any more is dropped."""
        if self._closed is None:
            with suppress(WebSocketDisconnect, RuntimeError):
                await self._websocket.send_text(orjson.dumps(message).decode())

    async def _close(self, how: Closing) -> None:
        """Close it, once."""
        if self._closed is None:
            self._closed = how
            with suppress(WebSocketDisconnect, RuntimeError):
                await self._websocket.close(*how)
