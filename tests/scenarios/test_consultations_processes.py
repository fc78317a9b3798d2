"""Two workers count views together: right to the unit, but for a second's worth after a kill.

Issue 5, acceptance 6. With a few views on PostgreSQL (`test_workers_together.py` has some on
SQLite); or on both, as many as `VIEWS` says: `make views` looks at pages 10,000 times in a minute.
"""

import asyncio
import logging
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from models.database import Database
from tests.conftest import BACKENDS
from tests.live_server import PATIENCE, LiveServer, serving
from tests.people import add_activator
from tests.service import address_of
from tests.visitors import Crowd, counted, until_counted

log = logging.getLogger(__name__)

VIEWS = int(os.environ.get("VIEWS", "120"))
SECOND = float(os.environ.get("SECOND", "3"))
"""What a kill may lose: one second, but for a machine that does other things too."""


def a_worker(server: LiveServer) -> int:
    """Find the worker that was started last."""
    pid = server.process.pid
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[-1])


def left_behind(folder: Path) -> list[Path]:
    """List what the workers shared."""
    return [*folder.glob("maillage-viewers-*"), *folder.glob("maillage-metrics-*")]


@pytest.mark.parametrize(
    "database", BACKENDS if "VIEWS" in os.environ else ["postgresql"], indirect=True
)
async def test_two_workers_count_each_viewer_once_and_lose_a_second_at_most_by_a_kill(
    database: Database, tmp_path: Path
) -> None:
    async with database.write() as session:
        pages = [await add_activator(session) for _ in range(5)]
    first, last = range(VIEWS), range(VIEWS, VIEWS + VIEWS // 4)
    settings: Any = {"trusted_proxies": "127.0.0.1"}

    with serving(address_of(database), tmp_path, workers=2, **settings) as (server,):
        crowd = Crowd(server, pages)
        begun = time.monotonic()
        await crowd.look(first, twice=True)
        seconds = time.monotonic() - begun
        assert len(crowd.answered) == VIEWS
        await until_counted(database, VIEWS)

        looking = asyncio.create_task(crowd.look(last))
        await asyncio.sleep(min(0.3, seconds / 8))
        killed, killed_at = a_worker(server), time.monotonic()
        os.kill(killed, signal.SIGKILL)
        await looking
        await crowd.look(first)
        await asyncio.sleep(2 * SECOND)
        kept, answered = await counted(database), len(crowd.answered)
        recent = sum(killed_at - SECOND < at <= killed_at for at in crowd.answered.values())
        assert answered - recent <= kept <= VIEWS + len(last)

        before, others = len(crowd.answered), range(2 * VIEWS, 2 * VIEWS + VIEWS // 2)
        looking = asyncio.create_task(crowd.look(others))
        await asyncio.sleep(seconds / 4)
        server.process.send_signal(signal.SIGTERM)
        await looking
        await asyncio.to_thread(server.process.wait, PATIENCE)

    told = len(crowd.answered) - before
    log.info("%s views in %.1f s; a kill lost %s", VIEWS, seconds, answered - kept)
    log.info("%s more were answered before it stopped, of %s", told, len(others))
    assert await counted(database) == kept + told
    assert "Traceback" not in server.log.read_text()
    assert left_behind(tmp_path) == []
