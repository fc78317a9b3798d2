"""What counting consultations takes: of a view, and of the searches beside it.

One application, asked in this process. Stretches whose views are counted, each by somebody new,
take turns with stretches of robots, who are not. Times are those of the event loop's thread, so
that what else the machine does matters little.
"""

import asyncio
import time
from itertools import count
from typing import Any

import httpx
import orjson
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import select

from benchmarks.filling import fill
from benchmarks.scratch import SCRATCH
from benchmarks.servers import SECRET
from benchmarks.timing import Timings, milliseconds, table_of
from benchmarks.wire import OURS
from models import tables
from models.database import Database
from schema.nodes import global_id
from server import Settings, create_app

VIEW = "query ($id: ID!) { activator(id: $id) { id displayName headline structure { name } } }"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
HERE = "http://maillage.test"
ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
WHAT = ("search", "view")
Body = dict[str, Any]
STRETCHES, EACH = 20, 100
"""Stretches of each sort, and how many searches and views each has."""


def report(console: Console, size: int) -> None:
    """Measure, and print what was found."""
    url = f"sqlite:///{SCRATCH / f'{size}.sqlite'}"
    SCRATCH.mkdir(parents=True, exist_ok=True)
    with console.status(f"Looking at pages of {size:,} activators"):
        timings = asyncio.run(_measured(url, size))
    console.print(table_of(f"{size:,} activators, of the event loop's thread", timings))
    for what in WHAT:
        beside, alone = (milliseconds(timings[f"{what}, {how}"]) for how in ("counted", "not"))
        console.print(f"{what}: {beside / alone:.3f} times as long where views are counted.")


async def _measured(url: str, size: int) -> Timings:
    database = Database(url)
    await fill(database, size, lambda _done: None)
    async with database.read() as session:
        ids = (await session.execute(select(tables.activator.c.id).limit(EACH))).scalars().all()
    await database.close()
    views: list[Body] = [
        {"query": VIEW, "variables": {"id": global_id("Activator", one)}} for one in ids
    ]
    settings = Settings(
        database_url=url, secret_key=SecretStr(SECRET), work_in_serve=False, rate_limits="off"
    )
    app = create_app(settings)
    timings: Timings = {f"{one}, {how}": [] for one in WHAT for how in ("counted", "not")}
    async with app.router.lifespan_context(app):
        reference = app.state.platform.directory.snapshot.reference
        searches: list[Body] = [orjson.loads(body) for body in OURS.bodies(reference, EACH)]
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            await _stretch(client, searches, views, ROBOT, {key: [] for key in timings}, "not")
            numbers = count()
            for _ in range(STRETCHES):
                browser = f"{BROWSER} {next(numbers)}"
                await _stretch(client, searches, views, browser, timings, "counted")
                await _stretch(client, searches, views, ROBOT, timings, "not")
    return timings


async def _stretch(
    client: httpx.AsyncClient,
    searches: list[Body],
    views: list[Body],
    agent: str,
    timings: Timings,
    how: str,
) -> None:
    """Search and look in turn, and note the seconds of each."""
    headers = {"User-Agent": agent}
    for search, view in zip(searches, views, strict=True):
        for what, body in (("search", search), ("view", view)):
            started = time.thread_time()
            response = await client.post("/graphql", json=body, headers=headers)
            timings[f"{what}, {how}"].append(time.thread_time() - started)
            if "errors" in response.json():
                raise ValueError(response.text)
