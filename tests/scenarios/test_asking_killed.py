"""The service is killed between a request and its mails: nothing is lost, nothing is stuck.

Issue 4, acceptance 5. At every step, within this process; and as a process, by SIGKILL, six times,
or as often as `KILLS` says: `make kills` has it killed a hundred times.
"""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from models import tables
from models.accounts import Language
from models.contact_requests import CompanySize
from models.database import Database
from models.jobs import JobState
from models.request_steps import RequestState
from permissions.viewer import VISITOR
from resolvers.contact.acknowledgement import CONTACT_ACKNOWLEDGEMENT
from resolvers.contact.asking import request_contact
from resolvers.contact.given_request import GivenCompany, GivenPerson, GivenRequest
from resolvers.jobs.worker import Worker
from resolvers.platform import Platform
from tests.askings import REQUEST, asked
from tests.jobs import forget_jobs, jobs_of
from tests.killing import Life, mine, mortal
from tests.live_server import PATIENCE, LiveServer, serving
from tests.mail_server import MailServer, mail_server
from tests.people import add_activator
from tests.service import Service, address_of

KILLS = int(os.environ.get("KILLS", "6")) // 2
"""On each database."""
AT_ONCE = 4
"""Requests that are asked before each kill."""
MOST_STEPS = 200
WORKING: Any = {"work_in_serve": "true", "job_lease_seconds": "5"}


def given_by(number: int, activator_id: int) -> GivenRequest:
    """Ask under a key of this number."""
    return GivenRequest(
        activator_id=activator_id,
        company=GivenCompany("Peignes Vuillermoz", CompanySize.MICRO, "COM-01283"),
        person=GivenPerson("Odile Vuillermoz", f"odile.{number}@vuillermoz.example.org"),
        need=f"Vendre nos peignes en ligne ({number}).",
        consent=True,
        idempotency_key=f"key of a kill {number}",
        expertise=[],
        language=Language.FR,
        agrees_to_redirection=False,
    )


async def live(platform: Platform, given: GivenRequest, steps: int) -> bool:
    """Ask and do the jobs, for so many steps; say whether all was done before they were over."""
    life = Life(steps)

    async def lives() -> None:
        mine.set(life)
        await request_contact(platform, VISITOR, given)
        await Worker(platform).run_due()

    task = asyncio.create_task(lives())
    await asyncio.wait({task})
    if not life.over:
        task.result()
    return not life.over


async def test_killed_at_any_step_it_loses_nothing_and_nothing_is_stuck(
    shared_service: Service,
) -> None:
    service, request = shared_service, tables.contact_request
    done, steps = False, 0

    with mortal(service.platform) as platform:
        while not done:
            assert steps < MOST_STEPS
            async with service.write() as session:
                activator = await add_activator(session, email=f"asked.{steps}@example.org")
            given = given_by(steps, activator)

            done = await live(platform, given, steps)

            await request_contact(service.platform, VISITOR, given)  # the client tries again
            service.clock.advance(minutes=2)  # the lease of the dead is over
            await service.work()
            query = select(request.c.state).where(request.c.activator_id == activator)
            async with service.database.read() as session:
                states = (await session.execute(query)).scalars().all()
            assert states == [RequestState.ACKNOWLEDGED], f"killed at step {steps}"
            steps += 1

    assert steps > 30
    mailed = Counter(mail["To"] for mail in service.mails())
    assert mailed == {
        address: 1
        for step in range(steps)
        for address in (f"odile.{step}@vuillermoz.example.org", f"asked.{step}@example.org")
    }
    left = [job for job in await jobs_of(service.database) if job.run_at <= service.clock()]
    assert {job.state for job in left} == {JobState.DONE}
    await forget_jobs(service.database)


async def ask_over(server: LiveServer, given: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Ask a server for all of these; give the references that it answered, by key."""
    few, patience = httpx.Limits(max_connections=AT_ONCE), httpx.Timeout(60, pool=None)
    async with httpx.AsyncClient(base_url=server.url, timeout=patience, limits=few) as client:

        async def one(asking: dict[str, Any]) -> tuple[str, str] | None:
            try:
                body = {"query": REQUEST, "variables": {"input": asking}}
                answer = (await client.post("/graphql", json=body)).json()["data"]
            except httpx.TransportError:
                return None  # it was killed meanwhile
            assert answer["requestContact"]["userErrors"] == []
            return asking["idempotencyKey"], answer["requestContact"]["contactRequest"]["reference"]

        answers = await asyncio.gather(*(one(asking) for asking in given))
    return dict(answer for answer in answers if answer is not None)


async def until_acknowledged(database: Database, number: int) -> None:
    """Wait until so many requests are acknowledged, each of them; tell what holds them up."""
    request, job, deadline = tables.contact_request, tables.job, time.monotonic() + PATIENCE
    while True:
        async with database.read() as session:
            states = Counter((await session.execute(select(request.c.state))).scalars())
        if states == {RequestState.ACKNOWLEDGED: number}:
            return
        if time.monotonic() > deadline:
            undone = (job.c.kind == CONTACT_ACKNOWLEDGEMENT, job.c.state != JobState.DONE)
            async with database.read() as session:
                stuck = (await session.execute(select(job).where(*undone))).all()
            raise AssertionError(f"{states}: {stuck}")
        await asyncio.sleep(0.1)


async def test_a_service_that_is_killed_again_and_again_acknowledges_each_request(
    database: Database, tmp_path: Path
) -> None:
    async with database.write() as session:
        activator = await add_activator(session, email="asked@example.org")
    moments = random.Random(4)  # noqa: S311  the same ones each time
    answered: dict[str, str] = {}
    everything: list[dict[str, Any]] = []

    with mail_server(seconds=0.02) as mails:
        url = address_of(database)
        for _ in range(KILLS):
            everything += [asked(activator) for _ in range(AT_ONCE)]
            with serving(url, tmp_path, smtp_url=mails.url, **WORKING) as (server,):
                asking = asyncio.create_task(ask_over(server, unanswered(everything, answered)))
                await asyncio.sleep(moments.uniform(0.0, 0.8))
                os.kill(server.process.pid, signal.SIGKILL)
                answered |= await asking
        with serving(url, tmp_path, smtp_url=mails.url, **WORKING) as (server,):
            again = await ask_over(server, everything)
            await until_acknowledged(database, len(everything))

    assert again.keys() == {asking["idempotencyKey"] for asking in everything}
    assert again | answered == again
    assert sent_once_named(mails, everything)


def unanswered(everything: list[dict[str, Any]], answered: dict[str, str]) -> list[dict[str, Any]]:
    """List what a client tries again."""
    return [asking for asking in everything if asking["idempotencyKey"] not in answered]


def sent_once_named(mails: MailServer, everything: list[dict[str, Any]]) -> bool:
    """Say whether each company was mailed, and by one name if twice."""
    names: dict[str, set[str]] = {}
    for mail in mails.mails():
        names.setdefault(mail["To"], set()).add(mail["Message-ID"])
    return all(len(names.get(asking["person"]["email"], ())) == 1 for asking in everything)
