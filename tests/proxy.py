"""A network that fails: a relay to PostgreSQL that can refuse connections, or fall silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from models.database import Database


class Relay:
    """What passes between an application and its database."""

    def __init__(self, host: str, port: int) -> None:
        """Pass all."""
        self.refuses = False
        self._host, self._port = host, port
        self._open: set[asyncio.Event] = set()
        self.pumps: set[asyncio.Task[None]] = set()

    def fall_silent(self) -> None:
        """Pass nothing more on the connections that are open, and close none."""
        for passing in self._open:
            passing.clear()

    async def take(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """Take a connection."""
        if self.refuses:
            back.close()
            return
        far, forth = await asyncio.open_connection(self._host, self._port)
        passing = asyncio.Event()
        passing.set()
        self._open.add(passing)
        for reader, writer in ((near, forth), (far, back)):
            task = asyncio.create_task(_pump(reader, writer, passing))
            self.pumps.add(task)
            task.add_done_callback(self.pumps.discard)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passing: asyncio.Event
) -> None:
    try:
        with suppress(ConnectionError):
            while some := await reader.read(65_536):
                await passing.wait()
                writer.write(some)
                await writer.drain()
    finally:
        writer.close()


@asynccontextmanager
async def relayed(database: Database) -> AsyncIterator[tuple[Relay, Database]]:
    """Give a relay to a database, and the same database by way of it."""
    relay = Relay(database.url.host or "", database.url.port or 5432)
    server = await asyncio.start_server(relay.take, "127.0.0.1", 0)
    url = database.url.set(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    try:
        yield relay, Database(url.render_as_string(hide_password=False))
    finally:
        server.close()
        for task in [*relay.pumps]:
            task.cancel()
        await asyncio.gather(*relay.pumps, return_exceptions=True)
