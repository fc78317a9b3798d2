"""Jobs: each is taken by one worker, done or tried again or given up, and none is lost."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from models.database import Database
from models.jobs import JobState
from models.revisions import Subject, record_changes
from resolvers.jobs import leases
from resolvers.jobs import worker as worker_module
from resolvers.jobs.failures import Permanent
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.jobs.worker import AT_ONCE, Worker
from resolvers.platform import Platform
from tests.jobs import Diary, add_job, jobs_of, platform_on, the_job
from tests.service import NOW, Clock

LEASE = timedelta(seconds=60)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform(database: Database, clock: Clock, tmp_path: Path) -> Platform:
    return platform_on(database, clock, tmp_path, job_attempts=3)


async def test_a_job_is_done_once_and_what_it_was_about_is_forgotten(platform: Platform) -> None:
    diary = Diary()
    await add_job(platform.database, "note", {"about": 1})

    ran = [await Worker(platform, {"note": diary}).run_due() for _ in range(2)]

    assert ran == [1, 0]
    assert [(job.kind, job.payload, job.attempts) for job in diary.done] == [
        ("note", {"about": 1}, 1)
    ]
    job = await the_job(platform.database)
    assert (job.state, job.payload, job.finished_at) == (JobState.DONE, {}, NOW)
    assert (job.leased_until, job.last_error) == (None, None)


async def test_two_workers_at_once_never_take_the_same_job(platform: Platform) -> None:
    diary, number = Diary(), 40
    for one in range(number):
        await add_job(platform.database, "note", {"about": one})

    workers = [Worker(platform, {"note": diary}) for _ in range(3)]
    ran = await asyncio.gather(*(worker.run_due() for worker in workers))

    assert sum(ran) == number
    assert sorted(job.payload["about"] for job in diary.done) == list(range(number))


async def test_a_worker_runs_a_few_jobs_at_once_and_no_more(platform: Platform) -> None:
    running, most = 0, 0

    async def slow(_platform: Platform, _job: TakenJob) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1

    for one in range(AT_ONCE + 5):
        await add_job(platform.database, "slow", {"about": one})

    assert await Worker(platform, {"slow": slow}).run_due() == AT_ONCE + 5
    assert most == AT_ONCE


async def test_a_job_waits_for_its_time(platform: Platform, clock: Clock) -> None:
    worker = Worker(platform, {"note": Diary()})
    await add_job(platform.database, "note", {}, run_at=NOW + timedelta(hours=1))

    assert await worker.run_due() == 0
    clock.advance(hours=1)
    assert await worker.run_due() == 1


async def test_a_lease_that_is_over_is_taken_by_another_and_its_first_worker_changes_nothing(
    platform: Platform, clock: Clock
) -> None:
    database = platform.database
    await add_job(database, "note", {"about": 1})
    (lost,) = await leases.take_due(database, now=NOW, lease=LEASE, most=9)

    clock.advance(seconds=59)
    assert await leases.take_due(database, now=clock(), lease=LEASE, most=9) == []
    clock.advance(seconds=1)
    (taken,) = await leases.take_due(database, now=clock(), lease=LEASE, most=9)

    assert (taken.id, taken.payload, taken.attempts) == (lost.id, {"about": 1}, 2)
    assert not await leases.finish(database, lost, now=clock())
    assert not await leases.bury(database, lost, now=clock(), error="Late")
    assert (await the_job(database)).state is JobState.WAITING
    assert await leases.finish(database, taken, now=clock())


async def test_what_fails_is_put_back_longer_each_time_and_is_dead_in_the_end(
    platform: Platform, clock: Clock
) -> None:
    diary = Diary(*(ValueError("camille@example.org") for _ in range(3)))
    worker = Worker(platform, {"note": diary})
    await add_job(platform.database, "note", {"about": 1})
    seen = []

    for seconds in (30, 120, 0):
        assert await worker.run_due() == 1
        assert await worker.run_due() == 0
        job = await the_job(platform.database)
        seen.append((job.state, job.attempts, job.run_at - clock(), job.last_error))
        clock.advance(seconds=seconds)

    assert seen[:2] == [
        (JobState.WAITING, 1, timedelta(seconds=30), "ValueError"),
        (JobState.WAITING, 2, timedelta(seconds=120), "ValueError"),
    ]
    assert (job.state, job.attempts, job.last_error) == (JobState.DEAD, 3, "ValueError")
    assert (job.payload, job.finished_at) == ({"about": 1}, clock())
    clock.advance(hours=24)
    assert await worker.run_due() == 0
    assert diary.done == []


async def test_what_failed_once_is_done_later(platform: Platform, clock: Clock) -> None:
    diary = Diary(OSError())
    worker = Worker(platform, {"note": diary})
    await add_job(platform.database, "note", {})

    await worker.run_due()
    clock.advance(seconds=30)
    await worker.run_due()

    job = await the_job(platform.database)
    assert (job.state, job.attempts, job.last_error) == (JobState.DONE, 2, None)


async def test_what_would_fail_each_time_is_dead_at_once(platform: Platform) -> None:
    await add_job(platform.database, "note", {"about": 1})

    await Worker(platform, {"note": Diary(Permanent())}).run_due()

    job = await the_job(platform.database)
    assert (job.state, job.attempts, job.last_error) == (JobState.DEAD, 1, "Permanent")
    assert job.payload == {"about": 1}


async def test_a_kind_that_this_version_does_not_know_waits_for_one_that_does(
    platform: Platform, clock: Clock
) -> None:
    diary = Diary()
    await add_job(platform.database, "of a newer version", {})

    await Worker(platform, {}).run_due()

    job = await the_job(platform.database)
    assert (job.state, job.last_error) == (JobState.WAITING, "UnknownKind")
    clock.advance(seconds=30)
    await Worker(platform, {"of a newer version": diary}).run_due()
    assert len(diary.done) == 1


async def test_a_job_that_kills_its_workers_is_given_up_as_well(
    platform: Platform, clock: Clock
) -> None:
    diary = Diary()
    await add_job(platform.database, "note", {})
    for _ in range(3):
        await leases.take_due(platform.database, now=clock(), lease=LEASE, most=1)
        clock.advance(seconds=60)

    await Worker(platform, {"note": diary}).run_due()

    job = await the_job(platform.database)
    assert (job.state, job.last_error, diary.done) == (JobState.DEAD, "WorkerLost", [])


async def test_a_handler_that_hangs_is_stopped_before_its_lease_is_over(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    async def hang(_platform: Platform, _job: TakenJob) -> None:
        await asyncio.sleep(60)

    platform = platform_on(database, clock, tmp_path, job_lease_seconds=1)
    await add_job(database, "hang", {})

    async with asyncio.timeout(1):
        await Worker(platform, {"hang": hang}).run_due()

    job = await the_job(database)
    assert (job.state, job.last_error) == (JobState.WAITING, "TimeoutError")


async def test_the_same_cause_makes_one_job_even_once_it_is_done(platform: Platform) -> None:
    diary = Diary()
    worker = Worker(platform, {"note": diary})
    for key in ("a:1", "a:1", "a:2"):
        await add_job(platform.database, "note", {"key": key}, dedupe_key=key)

    assert await worker.run_due() == 2
    await add_job(platform.database, "note", {}, dedupe_key="a:1")

    assert await worker.run_due() == 0
    assert sorted(job.payload["key"] for job in diary.done) == ["a:1", "a:2"]


async def test_a_job_is_not_seen_before_its_cause_is_committed_nor_if_it_never_is(
    platform: Platform,
) -> None:
    diary, database = Diary(), platform.database
    worker = Worker(platform, {"note": diary})

    async def change_one_s_mind() -> None:
        async with database.write() as session:
            await enqueue(session, "note", {}, now=NOW)
            assert await worker.run_due() == 0
            raise LookupError

    with pytest.raises(LookupError):
        await change_one_s_mind()

    assert await worker.run_due() == 0
    assert await jobs_of(database) == []


async def test_a_worker_in_the_background_does_what_is_written_within_a_second(
    platform: Platform,
) -> None:
    done = asyncio.Event()

    async def tell(_platform: Platform, _job: TakenJob) -> None:
        done.set()

    worker = Worker(platform, {"tell": tell})
    worker.start()
    await asyncio.sleep(0.05)
    await add_job(platform.database, "tell", {})

    async with asyncio.timeout(1):
        await done.wait()
    await worker.stop()

    assert (await the_job(platform.database)).state is JobState.DONE


async def test_a_commit_that_changes_something_has_a_worker_look_at_once(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "POLL_INTERVAL", 60)
    done = asyncio.Event()

    async def tell(_platform: Platform, _job: TakenJob) -> None:
        done.set()

    worker = Worker(platform, {"tell": tell})
    worker.start()
    await asyncio.sleep(0.05)
    async with platform.database.write() as session:
        await enqueue(session, "tell", {}, now=NOW)
        await record_changes(session, Subject.CONTACT_REQUEST, [1])

    async with asyncio.timeout(5):
        await done.wait()
    async with asyncio.timeout(5):
        await worker.stop()

    assert (await the_job(platform.database)).state is JobState.DONE
    assert platform.database.on_commit == []


async def test_a_worker_goes_on_after_the_database_failed_it(platform: Platform) -> None:
    lost, noted = asyncio.Event(), asyncio.Event()

    async def rename(was: str, now: str) -> None:
        async with platform.database.write() as session:
            await session.execute(text(f"ALTER TABLE {was} RENAME TO {now}"))

    async def lose(_platform: Platform, _job: TakenJob) -> None:
        await rename("job", "lost")
        lost.set()

    async def note(_platform: Platform, _job: TakenJob) -> None:
        noted.set()

    await add_job(platform.database, "lose", {})
    worker = Worker(platform, {"lose": lose, "note": note})
    worker.start()
    await lost.wait()
    await asyncio.sleep(0.1)
    await rename("lost", "job")
    await add_job(platform.database, "note", {})
    async with asyncio.timeout(3):
        await noted.wait()
    await worker.stop()

    jobs = {job.kind: job for job in await jobs_of(platform.database)}
    assert jobs["note"].state is JobState.DONE
    assert (jobs["lose"].state, jobs["lose"].leased_until) == (JobState.WAITING, NOW + LEASE)


async def test_a_stop_waits_for_what_runs_and_gives_back_what_takes_too_long(
    platform: Platform,
) -> None:
    begun = asyncio.Semaphore(0)

    async def wait(_platform: Platform, job: TakenJob) -> None:
        begun.release()
        await asyncio.sleep(job.payload["seconds"])

    for seconds in (0.05, 60):
        await add_job(platform.database, "wait", {"seconds": seconds})
    worker = Worker(platform, {"wait": wait})
    worker.start()
    for _ in range(2):
        await begun.acquire()

    await worker.stop(within=0.3)

    jobs = {job.state: job for job in await jobs_of(platform.database)}
    assert jobs.keys() == {JobState.DONE, JobState.WAITING}
    left = jobs[JobState.WAITING]
    assert (left.attempts, left.leased_until, left.last_error) == (0, None, None)
    assert left.payload == {"seconds": 60}
