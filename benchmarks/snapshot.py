"""The snapshot in a worker: what it takes to load, and how quickly it answers."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from benchmarks.questions import Questions
from benchmarks.timing import Timings, resident_megabytes, timed, timed_async
from models.database import Database
from permissions.viewer import VISITOR
from resolvers.activators import find_activators
from resolvers.directory.clusters import Bounds, clusters
from resolvers.directory.criteria import Criteria
from resolvers.directory.directory import Directory
from resolvers.directory.loading import records_of
from resolvers.directory.orders import Order
from resolvers.directory.search import Search
from resolvers.directory.snapshot import OVERLAY_FULL, Snapshot
from resolvers.paging import Window

TODAY = date(2026, 11, 24)
NEAR_CALLS, CALLS, FEW_CALLS = 1_000, 200, 50

REGION, REGION_ZOOM = Bounds(44.1, 2.0, 46.9, 7.2), 8
CITY, CITY_ZOOM = Bounds(45.70, 4.75, 45.82, 4.95), 13
"""What a map shows of Auvergne-Rhône-Alpes, and of Lyon."""


@dataclass(frozen=True)
class Loading:
    """What it took to load the directory."""

    seconds: float
    before: float
    after: float
    """Resident memory in megabytes: of the process without a directory, and with one."""


async def load(directory: Directory) -> Loading:
    """Load it as a worker does when it starts."""
    before, started = resident_megabytes(), time.perf_counter()
    await directory.start()
    return Loading(time.perf_counter() - started, before, resident_megabytes())


async def measure(directory: Directory) -> Timings:
    """Ask each kind of question many times."""
    questions = Questions(directory.snapshot.reference)
    near = [questions.near() for _ in range(NEAR_CALLS)]
    timings: Timings = {}
    for warm in (False, True):
        seconds = await timed_async(lambda asked: _find(directory, asked), near)
        state = "in memory" if warm else "read at need"
        timings[f"near and field, 20 cards {state}"] = seconds
    timings |= _near(directory.snapshot, questions, near)
    timings |= _anywhere(directory.snapshot, questions)
    timings |= _maps(directory.snapshot, questions)
    typed = [questions.typed() for _ in range(NEAR_CALLS)]
    timings["places"] = timed(lambda text: directory.places.search(text, 20), typed)
    return timings


async def _find(directory: Directory, asked: Criteria) -> None:
    await find_activators(
        directory, VISITOR, asked, order=Order.DISTANCE, window=Window(), today=TODAY
    )


def _first(snapshot: Snapshot, order: Order, *, total: bool = True) -> Callable[[Criteria], None]:
    def ask(asked: Criteria) -> None:
        search = Search(snapshot, VISITOR, asked)
        search.page(order, today=TODAY, count=20)
        if total:
            _ = search.total

    return ask


def _near(snapshot: Snapshot, questions: Questions, near: list[Criteria]) -> Timings:
    texts = [questions.text_near() for _ in range(CALLS)]
    distance, alone = Order.DISTANCE, _first(snapshot, Order.DISTANCE, total=False)
    return {
        "near and field, search alone": timed(alone, near),
        "near and field, with total": timed(_first(snapshot, distance), near),
        "near and field, pages 1 and 2": timed(lambda asked: _two(snapshot, asked), near[:CALLS]),
        "near and field, facets": timed(lambda asked: _facets(snapshot, asked), near[:CALLS]),
        "near and text": timed(_first(snapshot, distance), texts),
    }


def _anywhere(snapshot: Snapshot, questions: Questions) -> Timings:
    everything = [questions.everything()] * FEW_CALLS
    in_field = [questions.in_field() for _ in range(FEW_CALLS)]
    misspelled = [questions.misspelled() for _ in range(FEW_CALLS)]
    begun = [questions.begun() for _ in range(FEW_CALLS)]
    relevance = _first(snapshot, Order.RELEVANCE)
    rotation, name = _first(snapshot, Order.ROTATION), _first(snapshot, Order.NAME)
    return {
        "text, two letters swapped": timed(relevance, misspelled),
        "text, a word begun": timed(relevance, begun),
        "all, ROTATION": timed(rotation, everything),
        "all, ROTATION, no total": timed(_first(snapshot, Order.ROTATION, total=False), everything),
        "all, NAME": timed(name, everything),
        "all, RATING": timed(_first(snapshot, Order.RATING), everything),
        "a field, ROTATION": timed(rotation, in_field),
        "a field, NAME": timed(name, in_field),
        "all, facets": timed(lambda asked: _facets(snapshot, asked), everything),
    }


def _two(snapshot: Snapshot, asked: Criteria) -> None:
    """Take two pages, each by a search of its own, as two requests do."""
    after = None
    for _ in range(2):
        search = Search(snapshot, VISITOR, asked)
        page = search.page(Order.DISTANCE, today=TODAY, count=20, after=after)
        after = page.hits[-1].cursor if page.hits else None


def _facets(snapshot: Snapshot, asked: Criteria) -> None:
    search = Search(snapshot, VISITOR, asked)
    search.kind_counts()
    search.expertise_counts()
    search.network_counts()
    search.department_counts()


def _maps(snapshot: Snapshot, questions: Questions) -> Timings:
    everything = [questions.everything()] * FEW_CALLS

    def drawn(bounds: Bounds, zoom: int) -> list[float]:
        return timed(lambda asked: clusters(snapshot, VISITOR, asked, bounds, zoom), everything)

    return {
        "clusters of a region": drawn(REGION, REGION_ZOOM),
        "clusters of a city": drawn(CITY, CITY_ZOOM),
    }


@dataclass(frozen=True)
class Changing:
    """What it takes to keep up."""

    applied: list[float]
    """Seconds to apply a change of one activator, its rows at hand."""
    merge: float
    """Seconds of the merge in the background."""
    stall: float
    """The longest that the event loop stood still meanwhile, in seconds."""


async def change(database: Database, directory: Directory) -> Changing:
    """Apply changes one by one until a merge is due, then merge beside a ticking loop."""
    snapshot = directory.snapshot
    ids = [int(key) for key in islice(snapshot.base.segment.ids, OVERLAY_FULL)]
    async with database.read() as session:
        records = await records_of(session, snapshot.reference, ids)
    applied = []
    for record in records:
        started = time.perf_counter()
        snapshot = snapshot.changed(snapshot.revision, {record.id}, [record])
        applied.append(time.perf_counter() - started)
    ticking = asyncio.create_task(_longest_stall())
    await asyncio.sleep(0)
    started = time.perf_counter()
    await asyncio.to_thread(snapshot.merged)
    merge = time.perf_counter() - started
    await asyncio.sleep(0.01)
    ticking.cancel()
    return Changing(applied, merge, (await ticking))


async def _longest_stall(tick: float = 0.001) -> float:
    """Watch the event loop until it is cancelled."""
    longest = 0.0
    try:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(tick)
            longest = max(longest, time.perf_counter() - started - tick)
    except asyncio.CancelledError:
        return longest
