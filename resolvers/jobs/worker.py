"""The worker: takes jobs that are due, a few at once, until it is told to stop.

A commit of its own process that changes something has it look at once: who asks for help is
acknowledged within moments. For the rest it looks every half second.

At least once: a job whose worker is killed is taken again when its lease is over. A handler gets
less time than the lease, so that nothing runs on a lease that is over. What fails is put back,
four times longer each time, and is dead after `job_attempts`; one that kills its worker each time
ends the same way.
"""

import asyncio
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta

import structlog

from models.revisions import Written
from resolvers.jobs import leases
from resolvers.jobs.counts import JOBS_DONE, JOBS_FAILED
from resolvers.jobs.daily import enqueue_daily
from resolvers.jobs.failures import Permanent, UnknownKind, WorkerLost
from resolvers.jobs.handling import Handler, TakenJob
from resolvers.jobs.registry import DAILY, HANDLERS
from resolvers.platform import Platform

log = structlog.get_logger()

AT_ONCE = 10
"""Jobs that one worker runs at the same time."""
POLL_INTERVAL = 0.5
"""Seconds between two looks for jobs: a read by an index, which costs less than a millisecond."""
PATIENCE = 0.8
"""Part of the lease that a handler may take; the rest is for saying how it ended."""
STOP_SECONDS = 5.0
"""How long a stop waits for the jobs that run, before it gives them back."""
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=6)


def delay_after(attempts: int) -> timedelta:
    """Say how long a job waits that has failed so often: 30 s, 2 min, 8 min, ... 6 h."""
    longer: int = 4 ** min(attempts - 1, 10)
    return min(FIRST_DELAY * longer, LONGEST_DELAY)


class Worker:
    """Runs the jobs of one database, beside any number of other workers."""

    def __init__(self, platform: Platform, handlers: Mapping[str, Handler] = HANDLERS) -> None:
        """Prepare; nothing is taken before `start` or `run_due`."""
        self._platform = platform
        self._handlers = handlers
        self._running: dict[asyncio.Task[None], TakenJob] = {}
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()
        self._settling = asyncio.Lock()  # it waits in memory: not for SQLite, with a connection
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work in the background."""
        self._platform.database.on_commit.append(self._wake)
        self._loop = asyncio.create_task(self._run())

    async def stop(self, *, within: float = STOP_SECONDS) -> None:
        """Take nothing more, wait so many seconds for what runs, and give back the rest."""
        self._stopping.set()
        self._woken.set()
        if self._loop is None:
            return
        self._platform.database.on_commit.remove(self._wake)
        await asyncio.wait({self._loop}, timeout=within)
        left = dict(self._running)
        for task in (self._loop, *left):
            task.cancel()
        await asyncio.gather(self._loop, *left, return_exceptions=True)
        try:
            async with asyncio.timeout(within):
                await leases.give_back(self._platform.database, left.values())
        except Exception as error:  # noqa: BLE001  their leases will be over
            log.warning("jobs_not_given_back", error=type(error).__name__)

    async def begin_day(self) -> date | None:
        """Write the jobs of each day that it can do, once the hour has come; give the day then."""
        kinds = tuple(kind for kind in DAILY if kind in self._handlers)
        return await enqueue_daily(self._platform.database, kinds, now=self._platform.now())

    async def run_due(self) -> int:
        """Run what is due now, until nothing is; give how many times a job was run."""
        ran = 0
        while True:
            if not self._stopping.is_set():
                ran += await self._begin(AT_ONCE - len(self._running))
            if not self._running:
                return ran
            ended, _ = await asyncio.wait(
                self._running, timeout=POLL_INTERVAL, return_when=asyncio.FIRST_COMPLETED
            )
            for task in ended:
                self._running.pop(task)

    async def _run(self) -> None:
        day: date | None = None
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                if day != self._platform.now().date():
                    day = await self.begin_day()
                await self.run_due()
            except Exception as error:  # noqa: BLE001  whatever happened, it must go on
                log.warning("jobs_not_taken", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), POLL_INTERVAL)

    async def _wake(self, _written: Written) -> None:
        self._woken.set()

    async def _begin(self, most: int) -> int:
        database, now = self._platform.database, self._platform.now()
        if most == 0 or not await leases.is_any_due(database, now=now):
            return 0
        lease = self._platform.policy.job_lease
        taken = await leases.take_due(database, now=now, lease=lease, most=most)
        for job in taken:
            self._running[asyncio.create_task(self._attempt(job))] = job
        return len(taken)

    async def _attempt(self, job: TakenJob) -> None:
        begun, error, where = time.perf_counter(), None, ""
        try:
            await self._handle(job)
        except Exception as raised:  # noqa: BLE001  whatever it was, the job is kept
            error, where = raised, _where(raised)
        try:
            async with self._settling:
                outcome = await self._settle(job, error)
        except Exception:  # noqa: BLE001  its lease will be over, and it is run again
            outcome = "not settled"
        log.info(
            "job",
            job_id=job.id,
            kind=job.kind,
            attempts=job.attempts,
            outcome=outcome,
            milliseconds=round((time.perf_counter() - begun) * 1000, 2),
            **({"error": type(error).__name__, "where": where} if error else {}),
        )

    async def _handle(self, job: TakenJob) -> None:
        policy = self._platform.policy
        if job.attempts > policy.job_attempts:
            raise WorkerLost
        handler = self._handlers.get(job.kind)
        if handler is None:
            raise UnknownKind
        lease = policy.job_lease.total_seconds()
        left = (job.leased_until - self._platform.now()).total_seconds()
        async with asyncio.timeout(max(0.0, left - lease * (1 - PATIENCE))):
            await handler(self._platform, job)

    async def _settle(self, job: TakenJob, error: Exception | None) -> str:
        """Write how an attempt ended, and say it in a word."""
        database, now = self._platform.database, self._platform.now()
        if error is None:
            if await leases.finish(database, job, now=now):
                JOBS_DONE.labels(job.kind).inc()
            return "done"
        JOBS_FAILED.labels(job.kind).inc()
        name = type(error).__name__
        if isinstance(error, Permanent) or job.attempts >= self._platform.policy.job_attempts:
            await leases.bury(database, job, now=now, error=name)
            return "dead"
        run_at = now + delay_after(job.attempts)
        await leases.put_back(database, job, run_at=run_at, error=name)
        return "put back"


def _where(error: Exception) -> str:
    """Name the place in the code; the message may be personal data."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
