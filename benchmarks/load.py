"""The load generator: a process of its own, the same for both services.

`python -m benchmarks.load` reads what to do on standard input and writes what it saw on standard
output, both JSON. Each connection sends a request, waits for the answer, and sends the next one.
It speaks just enough HTTP/1.1 for that, so that it takes little of the machine.
"""

import asyncio
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path

import orjson
import uvloop

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Load:
    """What to send: these bodies in turn, over so many connections, for so long."""

    port: int
    bodies: list[str]
    connections: int
    seconds: float


@dataclass
class Seen:
    """What came back: the seconds of each answer, and of the whole."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds


def drive(load: Load) -> Seen:
    """Send a load from another process."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=orjson.dumps(asdict(load)),
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    return Seen(**orjson.loads(done.stdout))


async def _run(load: Load) -> Seen:
    seen = Seen()
    requests = cycle([_request(load.port, body.encode()) for body in load.bodies])
    started = time.perf_counter()
    until = started + load.seconds

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
        while (sent := time.perf_counter()) < until:
            writer.write(next(requests))
            await _answer(reader)
            seen.latencies.append(time.perf_counter() - sent)
        writer.close()

    await asyncio.gather(*(ask() for _ in range(load.connections)))
    seen.seconds = time.perf_counter() - started
    return seen


def _request(port: int, body: bytes) -> bytes:
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.startswith(b"http/1.1 200"):
        raise ValueError(head.decode())
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    return await reader.readexactly(length)


def main() -> None:
    """Do what standard input says."""
    seen = uvloop.run(_run(Load(**orjson.loads(sys.stdin.buffer.read()))))
    sys.stdout.buffer.write(orjson.dumps(asdict(seen)))


if __name__ == "__main__":
    main()
