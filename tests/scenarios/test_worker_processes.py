"""Workers as processes: one that is killed in the middle of its mails loses none."""

import asyncio
import json
import logging
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from models.database import Database
from models.jobs import JobState
from resolvers.activator_mails import STATE_CHANGED
from resolvers.jobs.queue import enqueue
from resolvers.jobs.registry import DAILY
from resolvers.jobs.worker import AT_ONCE
from tests.databases import sqlite_copy
from tests.jobs import jobs_of
from tests.live_server import PATIENCE, serving, working
from tests.mail_server import mail_server
from tests.people import add_activator
from tests.service import NOW, address_of, mails_in

log = logging.getLogger(__name__)

MAILS = 300


async def write_jobs(database: Database, number: int) -> None:
    """Write so many mails to a person."""
    async with database.write() as session:
        person = {"email": "somebody@people.example", "confirmed_at": datetime.now(UTC)}
        activator_id = await add_activator(session, **person)
        for _ in range(number):
            payload = {"activator_id": activator_id, "template": "state_active"}
            await enqueue(session, STATE_CHANGED, payload, now=NOW)


async def until(true: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.01)


async def test_a_worker_killed_in_the_middle_of_its_mails_loses_none_and_repeats_few(
    database: Database, tmp_path: Path
) -> None:
    await write_jobs(database, MAILS)
    url, logs = address_of(database), [tmp_path / "first.log", tmp_path / "second.log"]
    begun = time.perf_counter()

    with mail_server(seconds=0.03) as server:
        settings = {"smtp_url": server.url, "job_lease_seconds": "2"}
        with working(url, logs[0], **settings) as killed:
            await until(lambda: len(server.names) >= MAILS // 3)
            os.kill(killed.pid, signal.SIGKILL)
            await asyncio.to_thread(killed.wait)
        before = len(server.names)
        with working(url, logs[1], **settings) as second:
            await until(lambda: len(set(server.names)) == MAILS)
            second.terminate()
            assert await asyncio.to_thread(second.wait) == 0

    names = Counter(server.names)
    repeated = [name for name, times in names.items() if times > 1]
    log.info("%s mails, %s twice", len(names), len(repeated))
    log.info("in %.1f s; %s came before the kill", time.perf_counter() - begun, before)
    assert before < MAILS
    assert len(names) == MAILS
    assert len(repeated) <= AT_ONCE
    assert max(names.values()) <= 2
    mails = [job for job in await jobs_of(database) if job.kind == STATE_CHANGED]
    assert {job.state for job in mails} == {JobState.DONE}
    for file in logs:
        assert '"event": "job"' in file.read_text()
        assert "people.example" not in file.read_text()
        assert "Camille" not in file.read_text()


@pytest.fixture
def migrated(sqlite_template: Path, tmp_path: Path) -> Path:
    path = tmp_path / "maillage.sqlite"
    shutil.copy(sqlite_template, path)
    return path


async def write_a_job(path: Path) -> None:
    """Write one mail."""
    database = Database(f"sqlite:///{path}")
    await write_jobs(database, 1)
    await database.close()


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_on_sqlite_mail_goes_to_a_folder_beside_the_database_and_the_log_says_so(
    migrated: Path, tmp_path: Path
) -> None:
    await write_a_job(migrated)
    mailbox, file = tmp_path / "maillage.sqlite.mailbox", tmp_path / "work.log"

    with working(f"sqlite:///{migrated}", file) as process:
        await until(lambda: bool(mailbox.exists() and mails_in(mailbox)))
        process.terminate()
        assert await asyncio.to_thread(process.wait) == 0

    told = [one for one in lines(file) if "folder" in str(one["event"])]
    assert [one["folder"] for one in told] == [str(mailbox)]


async def test_serve_sends_mail_between_its_requests_and_stops_when_told_to(
    migrated: Path, tmp_path: Path
) -> None:
    with (
        mail_server() as mails,
        serving(f"sqlite:///{migrated}", tmp_path, smtp_url=mails.url, work_in_serve="true") as (
            server,
        ),
    ):
        await write_a_job(migrated)
        await until(lambda: len(mails.envelopes) == 1, seconds=5)
        text = mails.mails()[0].get_body(("plain",))
        assert text is not None
        assert server.url in text.get_content(), "mails lead to where it listens, if told no other"
        server.process.terminate()
        await asyncio.to_thread(server.process.wait, 15)

    assert server.process.returncode in {0, -signal.SIGTERM}
    jobs = [one for one in lines(server.log) if one["event"] == "job" and one["kind"] not in DAILY]
    assert [one["outcome"] for one in jobs] == ["done"]
    assert "people.example" not in server.log.read_text()


async def test_workers_of_one_server_count_a_client_together(
    sqlite_template: Path, tmp_path: Path
) -> None:
    asked, few = {"query": "{ __typename }"}, "100"
    async with sqlite_copy(sqlite_template, tmp_path) as database:
        url = address_of(database)
        with serving(url, tmp_path, workers=2, rate_units_per_minute=few) as (server,):
            begun, at = time.monotonic(), f"{server.url}/graphql"
            alone = httpx.Limits(max_keepalive_connections=0)
            async with httpx.AsyncClient(limits=alone, timeout=PATIENCE) as client:
                answers = await asyncio.gather(*(client.post(at, json=asked) for _ in range(40)))
            regained = int((time.monotonic() - begun) / 12)

    passed = [answer.status_code for answer in answers].count(200)
    assert 5 <= passed <= 5 + regained
    assert {answer.status_code for answer in answers} == {200, 429}
