"""One step in the life of a contact request, whoever takes it: checked, written, audited, told.

`models.request_steps.STEPS` says which states a step may leave, `permissions.requests` whose it is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.contact_requests import Author
from models.request_steps import CLOSED, STEPS, RequestState, Step
from models.revisions import Subject, record_changes
from models.working_days import calendar_of, working_minutes
from permissions.viewer import Viewer
from resolvers.contact.departments import department_of
from resolvers.contact.finding import NOT_YOURS, SeenRequest, Which, find_request
from resolvers.platform import Platform
from resolvers.refusal import Conflict, Forbidden

request, history = tables.contact_request, tables.contact_request_step

FIRST_REACTIONS = frozenset({Step.ANSWER, Step.DECLINE, Step.PROPOSE})
"""What ends the wait of the company, if the activator does it; the first one counts."""


async def find_to_step(
    platform: Platform, session: AsyncSession, viewer: Viewer, which: Which, step: Step
) -> SeenRequest:
    """Find and lock a request with which the viewer takes a step.

    Raises as `find_own_step`, and Conflict where the state does not allow it.
    """
    seen = await find_own_step(platform, session, viewer, which, step)
    check_state(seen.row, step)
    return seen


async def find_own_step(
    platform: Platform, session: AsyncSession, viewer: Viewer, which: Which, step: Step
) -> SeenRequest:
    """Find and lock a request with which a step is the viewer's, in some state or other.

    Raises NotFound for one that the viewer may not see, Forbidden where the step is not its own.
    """
    seen = await find_request(platform, session, viewer, which, lock=True)
    if step not in seen.grants:
        raise Forbidden(NOT_YOURS)
    return seen


def check_state(row: Row[Any], step: Step) -> None:
    """Raise Conflict where the state, or a purge, does not let the step be taken."""
    if row.purged_at is not None:
        raise Conflict("What identified the company was erased: nothing can be done any more.")
    if row.state not in STEPS[step].leaves:
        raise Conflict(f"A contact request that is {row.state.value} does not allow this.", "state")


async def write_step(
    platform: Platform,
    session: AsyncSession,
    by: Viewer | None,
    before: Row[Any],
    step: Step,
    author: Author,
    *,
    now: datetime,
    reason: str | None = None,
    audited: Mapping[str, Any] | None = None,
    **values: Any,
) -> RequestState:
    """Write a step of a locked request, and give the state it is in now; call it last.

    `values` are other columns that change with it, `audited` what else the audit says. None takes
    the step for the service itself.
    """
    state = STEPS[step].leads_to or before.state
    if state in CLOSED and before.closed_at is None:
        values["closed_at"] = now
    if author is Author.ACTIVATOR and step in FIRST_REACTIONS and before.answered_at is None:
        values |= await answered(session, before, now)
    values |= {"state": state, "version": before.version + 1}
    await session.execute(update(request).where(request.c.id == before.id).values(values))
    await add_history(session, before.id, step, state, author, by=by, now=now, reason=reason)
    was, becomes = {"state": before.state.value}, {"state": state.value, "step": step.value}
    await platform.audit.record(
        session,
        by,
        "contact_request.step",
        "ContactRequest",
        before.id,
        now=now,
        before=was,
        after={**becomes, **(audited or {})},
    )
    await record_changes(session, Subject.CONTACT_REQUEST, [before.id])
    return state


async def answered(session: AsyncSession, before: Row[Any], now: datetime) -> dict[str, Any]:
    """Give the columns that say when it was answered, and after how much working time."""
    calendar = calendar_of(await department_of(session, before.activator_id))
    minutes = working_minutes(before.sent_at, now, calendar)
    return {"answered_at": now, "answer_minutes": minutes}


async def add_history(
    session: AsyncSession,
    request_id: int,
    step: Step,
    state: RequestState,
    author: Author,
    *,
    by: Viewer | None,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Add a line to the history of a request, which is new or locked."""
    lines = select(func.count()).where(history.c.request_id == request_id)
    line = {
        "id": new_id(),
        "request_id": request_id,
        "number": (await session.execute(lines)).scalar_one() + 1,
        "at": now,
        "step": step,
        "state": state,
        "author": author,
        "account_id": None if by is None else by.account_id,
        "reason": reason,
    }
    await session.execute(insert(history).values(line))
