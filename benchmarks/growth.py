"""How the snapshot fares as the directory grows: each size in a process of its own."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import structlog
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.filling import fill
from benchmarks.load import Load, drive
from benchmarks.scratch import SCRATCH
from benchmarks.servers import maillage
from benchmarks.snapshot import Changing, Loading, change, load, measure
from benchmarks.timing import Timings, milliseconds, table_of
from benchmarks.wire import OURS
from models.database import Database
from resolvers.directory.directory import Directory
from resolvers.directory.reference import Reference, load_reference

CARDS = 50_000
"""Cards a worker keeps, as `MAILLAGE_CARD_CACHE_SIZE` says where nobody sets it."""
KEY = "near and field, 20 cards in memory"
REQUEST = "near and field, a request over HTTP"
STRETCH, QUESTIONS = 10.0, 500


@dataclass(frozen=True)
class Measured:
    """One size."""

    size: int
    loading: Loading
    timings: Timings
    changing: Changing


def report(console: Console, sizes: list[int], url: str = "") -> None:
    """Measure each size and print what was found."""
    measured = [_measured(console, size, url) for size in sizes]
    for one in measured:
        console.print(table_of(f"{one.size:,} activators", one.timings))
    console.print(_costs(measured))
    for key in (KEY, REQUEST):
        console.print(_growth(key, measured[0], measured[-1]))


def _growth(key: str, first: Measured, last: Measured) -> str:
    small, big = milliseconds(first.timings[key]), milliseconds(last.timings[key])
    return (
        f"{key}: {small:.2f} ms at {first.size:,}, {big:.2f} ms at {last.size:,}: "
        f"{big / small:.1f} times as long."
    )


def _measured(console: Console, size: int, url: str) -> Measured:
    url = url or f"sqlite:///{SCRATCH / f'{size}.sqlite'}"
    SCRATCH.mkdir(parents=True, exist_ok=True)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(f"Inventing {size:,} activators", total=size)
        asyncio.run(_filled(url, size, lambda done: bar.update(task, completed=done)))
    with console.status(f"Measuring {size:,} activators"):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            measured = apart.submit(_measured_here, url, size).result()
        measured.timings[REQUEST] = _requests(url)
    return measured


def _requests(url: str) -> list[float]:
    """Ask a server with one worker, over one connection, each question once before it counts."""
    bodies = list(OURS.bodies(asyncio.run(_reference(url)), QUESTIONS))
    with maillage(url) as server:
        drive(Load(server.port, bodies, connections=1, seconds=STRETCH))
        return drive(Load(server.port, bodies, connections=1, seconds=STRETCH)).latencies


async def _reference(url: str) -> Reference:
    database = Database(url)
    async with database.read() as session:
        reference = await load_reference(session)
    await database.close()
    return reference


async def _filled(url: str, size: int, progress: Callable[[int], None]) -> None:
    database = Database(url)
    try:
        await fill(database, size, progress)
    finally:
        await database.close()


def _measured_here(url: str, size: int) -> Measured:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    return asyncio.run(_measure(url, size))


async def _measure(url: str, size: int) -> Measured:
    database = Database(url)
    directory = Directory(database, card_cache_size=CARDS)
    try:
        loading = await load(directory)
        timings = await measure(directory)
        return Measured(size, loading, timings, await change(database, directory))
    finally:
        await database.close()


def _costs(measured: list[Measured]) -> Table:
    table = Table("", title="What it takes")
    for one in measured:
        table.add_column(f"{one.size:,}", justify="right")
    lines: dict[str, Callable[[Measured], float]] = {
        "seconds to load": lambda one: one.loading.seconds,
        "megabytes of the process before": lambda one: one.loading.before,
        "megabytes of the process after": lambda one: one.loading.after,
        "milliseconds to apply a change, median": lambda one: milliseconds(one.changing.applied),
        "milliseconds to apply a change, p99": lambda one: milliseconds(one.changing.applied, 99),
        "seconds to merge 1,000 changes, in the background": lambda one: one.changing.merge,
        "milliseconds that the event loop stood still meanwhile, at most": (
            lambda one: one.changing.stall * 1000
        ),
    }
    for name, value in lines.items():
        table.add_row(name, *(f"{value(one):,.1f}" for one in measured))
    return table
