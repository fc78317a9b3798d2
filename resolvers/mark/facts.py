"""Reading what the conditions of the mark look at: four or five statements for many activators."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, case, func, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from resolvers.charter_standing import version_in_force
from resolvers.mark.conditions import MarkFacts

A_YEAR = timedelta(days=365)
"""The last 12 months, in which answers were due."""

activator, request = tables.activator, tables.contact_request
accepted, sanction = tables.charter_acceptance, tables.sanction


async def read_facts(
    session: AsyncSession, activator_ids: Collection[int], now: datetime
) -> dict[int, MarkFacts]:
    """Read them, by the activator's number."""
    version = await version_in_force(session)
    agreed = await _accepted(session, activator_ids, version)
    answers = await _answers(session, activator_ids, now)
    sanctions = await _sanctions(session, activator_ids)
    query = select(activator).where(activator.c.id.in_(activator_ids))
    return {
        row.id: MarkFacts(
            state=row.state,
            active_since=row.state_changed_at,
            said_true_at=row.confirmed_at or row.state_changed_at,
            listed=row.lapsed_at is None and row.left_at is None,
            charter=version,
            charter_accepted=version is None or row.id in agreed,
            due=answers[row.id].due if row.id in answers else 0,
            in_time=answers[row.id].in_time if row.id in answers else 0,
            sanctions=sanctions.get(row.id, 0),
        )
        for row in await session.execute(query)
    }


async def _accepted(
    session: AsyncSession, activator_ids: Collection[int], version: str | None
) -> set[int]:
    if version is None:
        return set()
    query = select(accepted.c.activator_id).where(
        accepted.c.activator_id.in_(activator_ids), accepted.c.version == version
    )
    return set((await session.execute(query)).scalars())


async def _answers(
    session: AsyncSession, activator_ids: Collection[int], now: datetime
) -> dict[int, Row[Any]]:
    """Count the requests that were due, and those of them that were answered in time.

    One that its company took back, or took elsewhere, before the answer was due counts for nothing.
    """
    taken_back = and_(
        request.c.answered_at.is_(None),
        request.c.closed_at.is_not(None),
        request.c.closed_at <= request.c.due_at,
    )
    in_time = case((request.c.answered_at <= request.c.due_at, 1), else_=0)
    query = (
        select(
            request.c.activator_id,
            func.count().label("due"),
            func.sum(in_time).label("in_time"),
        )
        .where(
            request.c.activator_id.in_(activator_ids),
            request.c.sent_at.is_not(None),
            request.c.due_at > now - A_YEAR,
            request.c.due_at <= now,
            not_(taken_back),
        )
        .group_by(request.c.activator_id)
    )
    return {row.activator_id: row for row in await session.execute(query)}


async def _sanctions(session: AsyncSession, activator_ids: Collection[int]) -> dict[int, int]:
    query = (
        select(sanction.c.activator_id, func.count().label("open"))
        .where(sanction.c.activator_id.in_(activator_ids), sanction.c.lifted_at.is_(None))
        .group_by(sanction.c.activator_id)
    )
    return {row.activator_id: row.open for row in await session.execute(query)}
