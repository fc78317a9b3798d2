"""uvicorn's connections, but for peers that take nothing of what they are sent.

uvicorn waits for them as long as they stay, and answers the pings of a socket whether or not the
answers are taken: each would hold memory for ever, or more and more of it.
"""

import asyncio

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


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


class PatientSocket(_Patient, WebSocketsSansIOProtocol):
    """Sockets: while much waits for a peer, nothing is read from it that would be answered."""

    def pause_writing(self) -> None:
        """Read no more."""
        super().pause_writing()
        self.transport.pause_reading()

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
