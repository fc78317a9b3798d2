"""Timings of one run: how long each call took, told by median and percentiles."""

import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich.table import Table

T = TypeVar("T")

Timings = dict[str, list[float]]
"""Seconds of each call, by what was measured."""


def timed(ask: Callable[[T], object], questions: Iterable[T]) -> list[float]:
    """Call once a question; give the seconds that each call took."""
    seconds = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        seconds.append(time.perf_counter() - started)
    return seconds


async def timed_async(ask: Callable[[T], Awaitable[object]], questions: Iterable[T]) -> list[float]:
    """Do the same with a coroutine."""
    seconds = []
    for question in questions:
        started = time.perf_counter()
        await ask(question)
        seconds.append(time.perf_counter() - started)
    return seconds


def milliseconds(seconds: list[float], percentile: float = 50) -> float:
    """Give a percentile, in milliseconds."""
    return float(np.percentile(seconds, percentile)) * 1000


def table_of(title: str, timings: Timings) -> Table:
    """Lay out timings, in milliseconds."""
    table = Table("milliseconds", title=title)
    for heading in ("median", "p90", "p99", "calls"):
        table.add_column(heading, justify="right")
    for name, seconds in timings.items():
        cells = [f"{milliseconds(seconds, percentile):.2f}" for percentile in (50, 90, 99)]
        table.add_row(name, *cells, str(len(seconds)))
    return table


def resident_megabytes(process: int | None = None) -> float:
    """Say how much memory a process holds: this one, or the one named (Linux)."""
    status = Path(f"/proc/{process or 'self'}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
