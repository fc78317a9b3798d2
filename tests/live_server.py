"""Real servers for tests: `server.py serve` in processes of its own, on free ports."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from models.database import Database
from resolvers.seed import seed
from tests.logs import keep_file
from tests.service import SECRET

ROOT = Path(__file__).parents[1]
PATIENCE = 120.0
"""Seconds in which a server must be ready, on a machine that does other things too."""


@dataclass(frozen=True)
class LiveServer:
    """A server; `url` has no slash at its end, `log` is what it wrote on standard error."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def wait_until_ready(self) -> None:
        """Wait for its first answer; fail with its log if it ends, or takes too long."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/ready", timeout=5).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the server does not answer: {self.log.read_text()[-2_000:]}")

    def stop(self) -> None:
        """Stop it, and wait until it is gone."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        keep_file(self.log)


def free_port() -> int:
    """Find a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(database_url: str, **settings: str) -> dict[str, str]:
    """Give the variables of a process: this one's, with the settings given that are not empty.

    It runs no jobs beside its requests, asks no links and limits nobody, unless it is told to.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLAGE_")}
    ours = {"database_url": database_url, "secret_key": SECRET, "work_in_serve": "false"}
    ours |= {"check_links": "false"}
    if not any(name.startswith("rate_") for name in settings):
        ours["rate_limits"] = "off"
    given = ours | settings
    return kept | {f"MAILLAGE_{name.upper()}": value for name, value in given.items() if value}


def start_server(
    database_url: str, folder: Path, *, workers: int = 1, **settings: str
) -> LiveServer:
    """Start a server on a database; `wait_until_ready` before asking."""
    port = free_port()
    command = [sys.executable, str(ROOT / "server.py"), "serve", "--port", str(port)]
    log = folder / f"server-{port}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*command, "--workers", str(workers)],
            env=environment(database_url, **settings) | {"TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    return LiveServer(f"http://127.0.0.1:{port}", process, log)


@contextmanager
def working(database_url: str, log: Path, **settings: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `server.py work` on a database; what it writes on standard error goes to `log`."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "server.py"), "work"],
            env=environment(database_url, **settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        keep_file(log)


@contextmanager
def serving(
    database_url: str, folder: Path, *, servers: int = 1, workers: int = 1, **settings: str
) -> Iterator[list[LiveServer]]:
    """Run servers side by side on one database."""
    with ExitStack() as stack:
        started = []
        for _ in range(servers):
            started.append(start_server(database_url, folder, workers=workers, **settings))
            stack.callback(started[-1].stop)
        for server in started:
            server.wait_until_ready()
        yield started


def seeded_copy(template: Path, folder: Path) -> str:
    """Copy an SQLite template and fill it with the people of the demonstration; give its URL."""
    path = folder / "seeded.sqlite"
    shutil.copy(template, path)
    url = f"sqlite:///{path}"
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, _seed(url)).result()
    return url


async def _seed(url: str) -> None:
    database = Database(url)
    await seed(database, now=datetime.now(UTC))
    await database.close()
