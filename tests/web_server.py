"""A real web server for tests, whose pages a test makes; it keeps what it was asked."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

GOOD = "200 OK"
NEVER = "never"
CUT = ""


@dataclass(frozen=True)
class Asked:
    """A request: its method, its path, and its headers by name in lower case."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class WebServer:
    """A server; `pages` and `seconds` may be changed while it runs."""

    port: int = 0
    scheme: str = "http"
    pages: dict[str, str] = field(default_factory=dict)
    """By path, or by method and path: the status, and more headers on lines below it; `NEVER`
    answers nothing, `CUT` hangs up. All others are `GOOD`."""
    seconds: float = 0.0
    """How long it takes for an answer."""
    asked: list[Asked] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: int = 0
    most_at_once: int = 0

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Give the address of a page."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """List what it was asked for, in order."""
        return [one.path for one in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, and hang up."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
            method, path, _ = head.split(" ")
            pairs = (line.partition(": ") for line in lines if line)
            self.asked.append(Asked(method, path, {name.lower(): text for name, _, text in pairs}))
            self.came.set()
            self.under_way += 1
            self.most_at_once = max(self.most_at_once, self.under_way)
            page = self.pages.get(f"{method} {path}", self.pages.get(path, GOOD))
            await (reader.read() if page == NEVER else asyncio.sleep(self.seconds))
            self.under_way -= 1
            if page not in (NEVER, CUT):
                told = "\r\n".join([f"HTTP/1.1 {page}", "Content-Length: 4", "Connection: close"])
                writer.write(f"{told}\r\n\r\n{'' if method == 'HEAD' else 'page'}".encode())
                await writer.drain()
        writer.close()


@asynccontextmanager
async def web_server(
    host: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[WebServer]:
    """Run a server on a free port."""
    made = WebServer(scheme="http" if tls is None else "https")
    server = await asyncio.start_server(made.serve, host, 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()
