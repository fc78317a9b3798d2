"""Activators that are away: they say so, and nobody is directed to them meanwhile (article 4)."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from models import tables
from models.absence import LONGEST_DAYS, Absence
from models.revisions import Subject, record_changes
from models.working_days import calendar_of
from permissions.viewer import Viewer
from resolvers.activators import Seen
from resolvers.directory.cards import Card
from resolvers.editing import find_to_edit, lock_to_edit
from resolvers.input_checks import InputChecks
from resolvers.platform import Platform

SET, ENDED = "activator.set_absence", "activator.end_absence"

activator = tables.activator


def today_of(platform: Platform, card: Card) -> date:
    """Give the day where an activator is; that of Paris, where nothing says where it is."""
    commune = card.address.commune
    department = None if commune is None else commune.department()
    calendar = calendar_of(None if department is None else department.code)
    return platform.now().astimezone(calendar.zone).date()


def absence_of(card: Card, today: date) -> Absence | None:
    """Give its absence that lasts or is to come; one that is over is none."""
    if card.away_from is None:
        return None
    absence = Absence(card.away_from, card.away_until)
    return None if absence.is_over(today) else absence


async def set_absence(
    platform: Platform, viewer: Viewer, *, activator_id: int, begins: date, ends: date
) -> Seen:
    """Say from when to when it is away, in place of what was said before.

    Raises as `find_to_edit` and `lock_to_edit`; Refusals for days that have passed, are in no
    order, or are more than a year away.
    """
    seen = await find_to_edit(platform, viewer, activator_id)
    _check_days(today_of(platform, seen.card), begins, ends)
    return await _write(platform, viewer, activator_id, SET, away_from=begins, away_until=ends)


async def end_absence(platform: Platform, viewer: Viewer, *, activator_id: int) -> Seen:
    """Say that it is back, or will not be away; nothing changes where it is not.

    Raises as `find_to_edit` and `lock_to_edit`.
    """
    await find_to_edit(platform, viewer, activator_id)
    return await _write(platform, viewer, activator_id, ENDED, away_from=None, away_until=None)


def _check_days(today: date, begins: date, ends: date) -> None:
    checks = InputChecks()
    last = today + timedelta(days=LONGEST_DAYS)
    if not today <= begins <= last:
        checks.refuse("from", begins, f"a day from {today} to {last}")
    if not begins <= ends <= last:
        checks.refuse("until", ends, f"a day from {max(begins, today)} to {last}")
    checks.end()


async def _write(
    platform: Platform, viewer: Viewer, activator_id: int, action: str, **days: date | None
) -> Seen:
    async with platform.database.write() as session:
        row = await lock_to_edit(session, activator_id)
        if any(getattr(row, name) != day for name, day in days.items()):
            values: dict[str, Any] = {**days, "version": row.version + 1}
            own = update(activator).where(activator.c.id == activator_id)
            await session.execute(own.values(values))
            told = {name: day and day.isoformat() for name, day in days.items()}
            await platform.audit.record(
                session,
                viewer,
                action,
                "Activator",
                activator_id,
                now=platform.now(),
                after=told,
            )
            await record_changes(session, Subject.ACTIVATOR, [activator_id])
    await platform.directory.catch_up()  # another may have said the same just before
    return await find_to_edit(platform, viewer, activator_id)
