"""The deadlines of contact requests: when an answer is due, late, and no longer waited for.

They are counted in working days where the activator is, each at the closing time, and written as
jobs with the request itself, by the delays that the operator has chosen then.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.request_steps import AWAITING
from models.working_days import calendar_of, due_after
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform
from resolvers.policy import Policy

CONTACT_DUE = "contact_due"
CONTACT_LATE = "contact_late"
CONTACT_EXPIRY = "contact_expiry"
"""Kinds of jobs. Their payload: `request_id`; `before`, the time of the next deadline, if one
follows; an expiry's `held`: whether no moderator had decided on the request, or it was sent."""


def deadlines_of(policy: Policy, due_at: datetime, department: str | None) -> dict[str, datetime]:
    """Say when a request that is due then is due, late and expired, by the kinds of the jobs."""
    calendar = calendar_of(department)
    return {
        CONTACT_DUE: due_at,
        CONTACT_LATE: due_after(due_at, policy.contact_escalation_days, calendar),
        CONTACT_EXPIRY: due_after(due_at, policy.contact_expiry_days, calendar),
    }


async def enqueue_deadlines(
    platform: Platform,
    session: AsyncSession,
    request_id: int,
    due_at: datetime,
    department: str | None,
    *,
    now: datetime,
) -> None:
    """Have a request that was sent looked after at each of its deadlines.

    `department` is that of its activator, by whose days they are counted.
    """
    times = deadlines_of(platform.policy, due_at, department)
    before = {CONTACT_DUE: times[CONTACT_LATE], CONTACT_LATE: times[CONTACT_EXPIRY]}
    for kind, run_at in times.items():
        more = {"before": before[kind].isoformat()} if kind in before else {"held": False}
        told = {"request_id": request_id, **more}
        key = f"{kind}:{request_id}"
        await enqueue(session, kind, told, now=now, run_at=run_at, dedupe_key=key)


async def enqueue_held_expiry(
    platform: Platform,
    session: AsyncSession,
    request_id: int,
    due_at: datetime,
    department: str | None,
    *,
    now: datetime,
) -> None:
    """Have a held request expire when it would have, had it been sent with that due time."""
    run_at = deadlines_of(platform.policy, due_at, department)[CONTACT_EXPIRY]
    told = {"request_id": request_id, "held": True}
    key = f"{CONTACT_EXPIRY}:{request_id}:held"
    await enqueue(session, CONTACT_EXPIRY, told, now=now, run_at=run_at, dedupe_key=key)


def passed_by(payload: Mapping[str, Any], now: datetime) -> bool:
    """Say whether the deadline that follows the one of a job has come."""
    return "before" in payload and datetime.fromisoformat(payload["before"]) <= now


def is_late(row: Row[Any], now: datetime) -> bool:
    """Say whether a request waits for a reaction of its activator that was due."""
    waits = row.state in AWAITING and row.answered_at is None
    return waits and row.due_at is not None and row.due_at < now


def late_requests(now: datetime) -> ColumnElement[bool]:
    """Keep the requests that are late, as `is_late` says; unknown of one that was never due."""
    request = tables.contact_request
    waits = and_(request.c.state.in_(AWAITING), request.c.answered_at.is_(None))
    return and_(waits, request.c.due_at < now)
