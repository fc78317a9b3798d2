"""uvicorn's connections, but for peers that take nothing of what they are sent.

uvicorn waits for them as long as they stay, and answers the pings of a socket whether or not the
answers are taken: each would hold memory for ever, or more and more of it.
"""

import asyncio

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame


class _Patient(asyncio.Protocol):
    """Cuts off a peer that takes nothing for a minute, of what waits for it."""

    patience = 60.0
    """Seconds."""
    transport: asyncio.Transport
    _looking: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """Much waits: look in a minute whether it has become less."""
        super().pause_writing()
        self._look_again()

    def resume_writing(self) -> None:
        """Little waits."""
        super().resume_writing()
        self._look_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing waits any more."""
        self._look_no_more()
        super().connection_lost(exc)

    def _look_again(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        loop = asyncio.get_running_loop()
        self._looking = loop.call_later(self.patience, self._look, waiting)

    def _look(self, waiting: int) -> None:
        if self.transport.get_write_buffer_size() < waiting:
            self._look_again()
        else:
            self.transport.abort()

    def _look_no_more(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None


class PatientHttp(_Patient, HttpToolsProtocol):
    """Answers, and streams of events."""


MOST_PIECES = 1_000
"""Frames of one message: each may be empty, and none of them is counted by its length."""


class PatientSocket(_Patient, WebSocketsSansIOProtocol):
    """Sockets: while much waits for a peer, nothing is read from it that would be answered."""

    def pause_writing(self) -> None:
        """Read no more."""
        super().pause_writing()
        self.transport.pause_reading()

    def handle_cont(self, event: Frame) -> None:
        """Take a piece of a message; close with 1009 where it comes in too many."""
        if len(self.frames) < MOST_PIECES:
            super().handle_cont(event)
        elif not self.close_sent:
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "Too many frames in a message")
            self.handle_parser_exception()

    async def receive(self) -> ASGIReceiveEvent:
        """Give what was read; what comes after it is not read yet."""
        message = await super().receive()
        if not self.writable.is_set():
            self.transport.pause_reading()
        return message

    def resume_writing(self) -> None:
        """Read again, unless the application has not yet taken what was read."""
        super().resume_writing()
        if not self.read_paused:
            self.transport.resume_reading()
