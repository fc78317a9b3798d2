"""Profiles that nobody confirms: a reminder, a notice, and they leave the directory (article 3).

The steps follow one another, each some days after the one before was mailed: a service that was
off for a year begins with the reminder, as it must. Who confirms begins anew. Days are whole ones,
so that a job that runs a little sooner than on the day before is not a day late. One without an
address cannot be told, and is left alone.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.revisions import Subject, record_changes
from resolvers.contact.orphans import enqueue_orphaned
from resolvers.imports import in_one_transaction
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.walks import go_on, next_due
from resolvers.platform import Platform
from resolvers.policy import Policy
from resolvers.profile_mails import LAPSED, NOTICE, REMINDER, enqueue_letter

PROFILE_REMINDERS = "profile_reminders"
"""The kind of the daily job, and of those that go on: their payload is `step` and `after`."""

activator = tables.activator

said_true = func.coalesce(activator.c.confirmed_at, activator.c.state_changed_at)
"""When it was last said to be true: it became a member with a profile that was."""
REMINDED = and_(activator.c.reminded_at.is_not(None), activator.c.reminded_at >= said_true)
NOTICED = and_(
    REMINDED,
    activator.c.noticed_at.is_not(None),
    activator.c.noticed_at >= activator.c.reminded_at,
)
KEPT = and_(
    activator.c.state == ActivatorState.ACTIVE,
    activator.c.lapsed_at.is_(None),
    activator.c.left_at.is_(None),
    activator.c.email.is_not(None),
    said_true.is_not(None),
)
"""Whom this is about: members whose page is in the directory, and who can be told."""


class Due(NamedTuple):
    """A profile with which a step is due, and since when it was not confirmed."""

    id: int
    since: datetime


Take = Callable[[Platform, AsyncSession, Sequence[Due], datetime], Awaitable[None]]


async def remind_of_profiles(platform: Platform, job: TakenJob) -> None:
    """Take the steps that are due with some profiles; of each step, a job takes the next ones.

    A step is due some days after the one before, so that nobody takes two of a day.
    """
    steps = _steps(platform.policy, platform.now().date())
    for step in [job.payload["step"]] if "step" in job.payload else steps:
        due, take = steps[step]
        await _take(platform, step, and_(KEPT, due), take, after=job.payload.get("after", 0))


def _steps(policy: Policy, today: date) -> dict[str, tuple[ColumnElement[bool], Take]]:
    """Say of each step with whom it is due, and how it is taken."""
    until_notice = policy.profile_notice_days - policy.profile_reminder_days
    until_lapse = policy.profile_lapse_days - policy.profile_notice_days
    reminded, noticed = activator.c.reminded_at, activator.c.noticed_at
    lapse_due = and_(NOTICED, noticed < _end_of(today, until_lapse))
    notice_due = and_(REMINDED, not_(NOTICED), reminded < _end_of(today, until_notice))
    long_ago = _end_of(today, policy.profile_reminder_days)
    reminder_due = and_(or_(reminded.is_(None), reminded < said_true), said_true < long_ago)
    return {
        LAPSED: (lapse_due, _lapse),
        NOTICE: (notice_due, _notice),
        REMINDER: (reminder_due, _remind),
    }


def _end_of(today: date, days_ago: int) -> datetime:
    """Give the end of the day that was so many days ago, in UTC."""
    return datetime.combine(today - timedelta(days=days_ago - 1), time(), tzinfo=UTC)


async def _take(
    platform: Platform, step: str, due: ColumnElement[bool], take: Take, *, after: int
) -> None:
    """Take a step with the next ones with whom it is due."""
    some = await next_due(platform.database, activator.c.id, due, after=after)
    if not some:
        return

    async def with_some(session: AsyncSession) -> None:
        query = select(activator.c.id, said_true).where(activator.c.id.in_(some), due)
        locked = query.order_by(activator.c.id).with_for_update(of=activator, key_share=True)
        now = platform.now()
        await take(platform, session, [Due(*row) for row in await session.execute(locked)], now)
        await go_on(session, PROFILE_REMINDERS, some, now=now, step=step)

    await in_one_transaction(platform.database, with_some)


async def _remind(
    platform: Platform, session: AsyncSession, some: Sequence[Due], now: datetime
) -> None:
    policy = platform.policy
    await _mark(session, some, reminded_at=now)
    left = timedelta(days=policy.profile_lapse_days - policy.profile_reminder_days)
    await _tell(session, REMINDER, some, now.date() + left, now)


async def _notice(
    platform: Platform, session: AsyncSession, some: Sequence[Due], now: datetime
) -> None:
    policy = platform.policy
    await _mark(session, some, noticed_at=now)
    left = timedelta(days=policy.profile_lapse_days - policy.profile_notice_days)
    await _tell(session, NOTICE, some, now.date() + left, now)


async def _lapse(
    platform: Platform, session: AsyncSession, some: Sequence[Due], now: datetime
) -> None:
    await _mark(session, some, lapsed_at=now, version=activator.c.version + 1)
    await _tell(session, LAPSED, some, now.date(), now)
    await enqueue_orphaned(session, [one.id for one in some], now=now)
    for one in some:
        was, is_now = {"lapsed": False}, {"lapsed": True}
        await platform.audit.record(
            session, None, "activator.lapse", "Activator", one.id, now=now, before=was, after=is_now
        )
    if some:
        await record_changes(session, Subject.ACTIVATOR, [one.id for one in some])


async def _mark(session: AsyncSession, some: Sequence[Due], **values: Any) -> None:
    ids = [one.id for one in some]
    await session.execute(update(activator).where(activator.c.id.in_(ids)).values(**values))


async def _tell(
    session: AsyncSession, letter: str, some: Sequence[Due], day: date, now: datetime
) -> None:
    for one in some:
        await enqueue_letter(session, letter, one.id, since=one.since, day=day, now=now)
