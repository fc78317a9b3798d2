"""Dead jobs: what was given up, for administrators to see and to have tried again."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row, Select, select, tuple_, update

from models import tables
from models.jobs import JobState
from permissions.duties import Duty, has_duty
from permissions.viewer import Viewer
from resolvers.paging import Stretch, Window
from resolvers.platform import Platform
from resolvers.refusal import Conflict, Forbidden, InvalidInput, NotFound

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_CURSOR = 100

table = tables.job


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job without its payload, which is nobody's to read."""

    id: int
    kind: str
    state: JobState
    attempts: int
    created_at: datetime
    run_at: datetime
    finished_at: datetime | None
    last_error: str | None

    @property
    def cursor(self) -> str:
        """Write its place in the list, as a client holds it."""
        microseconds = ((self.finished_at or EPOCH) - EPOCH) // timedelta(microseconds=1)
        return urlsafe_b64encode(orjson.dumps([microseconds, self.id])).decode()


async def list_dead_jobs(platform: Platform, viewer: Viewer, *, window: Window) -> Stretch[JobRow]:
    """List the dead, the last one first; raises Forbidden for those who do not tend jobs."""
    _check_duty(viewer)
    place = tuple_(table.c.finished_at, table.c.id)
    query = _rows().where(table.c.state == JobState.DEAD)
    if window.after is not None:
        query = query.where(place < _place(window.after))
    newest_first = query.order_by(table.c.finished_at.desc(), table.c.id.desc())
    async with platform.database.read() as session:
        rows = (await session.execute(newest_first.limit(window.count + 1))).all()
    return Stretch.of([_job(row) for row in rows], window)


async def retry_job(platform: Platform, viewer: Viewer, *, job_id: int) -> JobRow:
    """Have a dead job tried again, now, and as often as a new one.

    Raises Forbidden, NotFound, or Conflict for one that is not dead.
    """
    _check_duty(viewer)
    own, now = table.c.id == job_id, platform.now()
    alive = {"state": JobState.WAITING, "run_at": now, "attempts": 0, "finished_at": None}
    async with platform.database.write() as session:
        before = (await session.execute(_rows().where(own).with_for_update())).one_or_none()
        if before is None:
            raise NotFound("No such job.", "id")
        if before.state is not JobState.DEAD:
            raise Conflict(f"A job that is {before.state.value} is not tried again.", "id")
        await session.execute(update(table).where(own).values(alive))
        row = (await session.execute(_rows().where(own))).one()
        await platform.audit.record(
            session,
            viewer,
            "job.retry",
            "Job",
            job_id,
            now=now,
            before={"state": JobState.DEAD.value},
            after={"state": JobState.WAITING.value},
        )
    return _job(row)


def _check_duty(viewer: Viewer) -> None:
    if not has_duty(viewer, Duty.TEND_JOBS):
        raise Forbidden("Only administrators tend jobs.")


def _rows() -> Select[Any]:
    """Select what a `JobRow` holds, in its order."""
    return select(*(table.c[one.name] for one in fields(JobRow)))


def _job(row: Row[Any]) -> JobRow:
    values: tuple[Any, ...] = tuple(row)
    return JobRow(*values)


def _place(text: str) -> tuple[datetime, int]:
    """Read a cursor; raises InvalidInput for one that this list did not make."""
    try:
        if len(text) > LONGEST_CURSOR:
            raise ValueError("too long")
        microseconds, job_id = orjson.loads(urlsafe_b64decode(text.encode("ascii")))
        if type(microseconds) is not int or type(job_id) is not int or not 0 <= job_id < 2**63:
            raise TypeError("not two numbers")
        return EPOCH + timedelta(microseconds=microseconds), job_id
    except (ValueError, TypeError, OverflowError, UnicodeError, binascii.Error):
        raise InvalidInput("after", text, "a cursor that an earlier page gave") from None
