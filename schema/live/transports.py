"""What carries subscriptions: sockets, and streams of events over HTTP.

Streams: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, each on a connection of
its own.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from schema.http import EVENTS, HttpRefusal
from schema.live.events import Event, refusal_event
from schema.live.live import Live
from schema.live.socket import Socket

STILL_HERE = b": still here\n\n"


class Sockets:
    """The ASGI application behind `/graphql`, for sockets."""

    def __init__(self, live: Live) -> None:
        """Serve subscriptions."""
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket."""
        await Socket(self._live, WebSocket(scope, receive, send)).run()


class EventStream(Response):
    """An answer that goes on: one subscription, until the client has gone or there is no more.

    Where the worker stops, it ends without `complete`: the client is to ask again.
    """

    def __init__(self, events: AsyncGenerator[Event, None], seat: ExitStack) -> None:
        """Send events; the seat is taken already, and left at the end."""
        self.status_code = 200
        self.background = None
        self.init_headers({"Content-Type": f"{EVENTS}; charset=utf-8", "X-Accel-Buffering": "no"})
        self._events = events
        self._seat = seat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them as they come; nothing of it is left at the end."""
        tasks = [asyncio.create_task(self._write(send)), asyncio.create_task(_gone(receive))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._seat.close()

    async def _write(self, send: Send) -> None:
        headers = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(headers)
        async with aclosing(self._events) as events:
            try:
                async for event in events:
                    await send(_part(_written(event)))
                    del event  # it may be long, and the next one may take hours
            except HttpRefusal as refusal:
                await send(_part(_written(refusal_event(refusal))))
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _part(body: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": body, "more_body": True}


def _written(event: Event) -> bytes:
    """Write an event; the errors of a subscription that ends are its last answer."""
    if event.kind == "quiet":
        return STILL_HERE
    if event.kind == "next":
        return b"event: next\ndata: %b\n\n" % event.payload
    last = orjson.dumps({"errors": orjson.Fragment(event.payload)})
    return b"event: next\ndata: %b\n\nevent: complete\ndata:\n\n" % last


async def _gone(receive: Receive) -> None:
    """Wait until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
