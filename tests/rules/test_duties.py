"""What is done for the service: each kind of viewer, and each duty; a refusal changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from models import tables
from models.base import new_id
from models.jobs import JobState
from schema.nodes import global_id
from tests.rules.charter import VIEWERS
from tests.rules.world import World, rows_of
from tests.service import NOW

LIST = """query ($first: Int, $after: String) {
  deadJobs(first: $first, after: $after) {
    edges { cursor node { id } }
    nodes { id kind state attempts createdAt runAt finishedAt lastError }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
RETRY = """mutation ($id: ID!) {
  retryJob(input: { id: $id }) { job { id state attempts finishedAt } userErrors { code field } }
}"""
HAS_DUTY = {viewer: viewer == "administrator" for viewer in VIEWERS}
SECRET = "what the job is about"


@pytest.fixture(autouse=True)
async def dead_jobs(world: World) -> list[int]:
    """Five jobs that were given up, the last one first, beside one of each other state."""
    rows = [job(JobState.WAITING, 0), job(JobState.DONE, 0)]
    rows += [job(JobState.DEAD, minutes // 2) for minutes in range(5)]  # some at the same time
    async with world.service.write() as session:
        await session.execute(delete(tables.job))
        await session.execute(insert(tables.job), rows)
    dead = [row for row in rows if row["state"] is JobState.DEAD]
    dead.sort(key=lambda row: (row["finished_at"], row["id"]), reverse=True)
    return [row["id"] for row in dead]


def job(state: JobState, minutes: int) -> dict[str, Any]:
    """Make a job that ended so many minutes ago, if it did."""
    return {
        "id": new_id(),
        "kind": "note",
        "payload": {"secret": SECRET},
        "state": state,
        "created_at": NOW,
        "run_at": NOW + timedelta(days=1),
        "attempts": 8,
        "last_error": "SMTPConnectError",
        "finished_at": None if state is JobState.WAITING else NOW - timedelta(minutes=minutes),
    }


async def retry(world: World, viewer: str, id: str) -> Any:
    """Ask for a job to be tried again."""
    return (await world.service.data(RETRY, {"id": id}, token=world.tokens[viewer]))["retryJob"]


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_administrators_alone_list_dead_jobs(
    world: World, dead_jobs: list[int], viewer: str
) -> None:
    answer = await world.service.ask(LIST, token=world.tokens[viewer])

    assert SECRET not in str(answer)
    if HAS_DUTY[viewer]:
        assert [one["id"] for one in answer["data"]["deadJobs"]["nodes"]] == [
            global_id("Job", id) for id in dead_jobs
        ]
    else:
        (error,) = answer["errors"]
        assert (answer.get("data"), error["extensions"]) == (None, {"code": "FORBIDDEN"})


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_administrators_alone_have_a_dead_job_tried_again(
    world: World, dead_jobs: list[int], viewer: str
) -> None:
    watched = (tables.job, tables.audit_entry, tables.audit_head, tables.revision)
    before = await rows_of(world.service.database, *watched)
    id = global_id("Job", dead_jobs[0])

    answer = await retry(world, viewer, id)

    if HAS_DUTY[viewer]:
        alive = {"id": id, "state": "WAITING", "attempts": 0, "finishedAt": None}
        assert answer == {"job": alive, "userErrors": []}
    else:
        assert answer == {"job": None, "userErrors": [{"code": "FORBIDDEN", "field": None}]}
        assert await rows_of(world.service.database, *watched) == before


async def test_a_job_that_is_tried_again_is_due_now_and_its_retry_is_in_the_audit(
    world: World, dead_jobs: list[int]
) -> None:
    await retry(world, "administrator", global_id("Job", dead_jobs[0]))

    table, entry = tables.job, tables.audit_entry
    async with world.service.database.read() as session:
        row = (await session.execute(select(table).where(table.c.id == dead_jobs[0]))).one()
        last = (await session.execute(select(entry).order_by(entry.c.sequence.desc()))).first()
    assert (row.run_at, row.payload) == (NOW, {"secret": SECRET})
    assert last is not None
    assert (last.action, last.subject, last.subject_id) == ("job.retry", "Job", str(dead_jobs[0]))
    assert (last.before, last.after) == ({"state": "DEAD"}, {"state": "WAITING"})
    assert last.account_id is not None


async def test_what_is_not_dead_or_does_not_exist_is_not_tried_again(world: World) -> None:
    table = tables.job
    async with world.service.database.read() as session:
        query = select(table.c.id).where(table.c.state != JobState.DEAD)
        alive = [global_id("Job", id) for id in (await session.execute(query)).scalars()]
    before = await rows_of(world.service.database, table, tables.audit_entry)

    codes = {}
    for id in (*alive, global_id("Job", 1), global_id("Activator", 1), "nonsense"):
        answer = await retry(world, "administrator", id)
        codes[id] = [(error["code"], error["field"]) for error in answer["userErrors"]]

    assert list(codes.values()) == [
        *[[("CONFLICT", "id")]] * 2,
        *[[("NOT_FOUND", "id")]] * 2,
        [("BAD_USER_INPUT", "id")],
    ]
    assert await rows_of(world.service.database, table, tables.audit_entry) == before


async def test_pages_show_each_dead_job_once_in_order(world: World, dead_jobs: list[int]) -> None:
    seen: list[str] = []
    pages: list[Any] = []
    after = None
    while after is not None or not pages:
        page = (
            await world.service.data(
                LIST, {"first": 2, "after": after}, token=world.tokens["administrator"]
            )
        )["deadJobs"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        pages.append(page["pageInfo"])
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None

    assert seen == [global_id("Job", id) for id in dead_jobs]
    assert [page["hasPreviousPage"] for page in pages] == [False, True, True]


@pytest.mark.parametrize("after", ["", "nonsense", "bnVsbA==", "WzEsMl0", "W251bGwsIDFd", "é"])
async def test_a_cursor_of_another_hand_is_refused(world: World, after: str) -> None:
    answer = await world.service.ask(LIST, {"after": after}, token=world.tokens["administrator"])

    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "after"}
