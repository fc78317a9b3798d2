"""Whom else a company may ask: those of the same expertise, the likeliest to help first.

Article 4 of the charter: who cannot help redirects the company to somebody else. It is read from
the database alone, for jobs propose too, and the same facts give the same order.
"""

import math
from collections.abc import Collection, Sequence
from datetime import date, datetime
from statistics import median
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Row, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.geography import HALF_WAY_ROUND, geodesic
from resolvers.contact.contactable import asked_already, is_contactable, is_there
from resolvers.contact.surroundings import Surroundings, surroundings_of
from resolvers.platform import Platform

NEAR = 50_000.0
"""Metres within which an activator works, wherever it says that it does."""
STEP = 30_000.0
"""Metres that make no difference: of two who are as near, the quicker one comes first."""
MOST = 300
"""The nearest that are looked at."""
RECENT = 20
"""Answers of an activator that say how quick it is: the last ones."""

activator, request, place = tables.activator, tables.contact_request, tables.territory
field, served = tables.activator_expertise, tables.activator_territory

latitude = func.coalesce(activator.c.latitude, place.c.latitude)
longitude = func.coalesce(activator.c.longitude, place.c.longitude)


async def propose(
    platform: Platform,
    session: AsyncSession,
    row: Row[Any],
    count: int,
    *,
    now: datetime,
    without: Collection[int] = (),
) -> list[int]:
    """Give at most so many activators to whom a request may go instead: nobody it asked already.

    The best come first, as `likeliest` says.
    """
    beside = {*without, *await asked_already(session, row)}
    return await likeliest(platform, session, row, count, now=now, beside=beside)


async def likeliest(
    platform: Platform,
    session: AsyncSession,
    row: Row[Any],
    count: int,
    *,
    now: datetime,
    beside: Collection[int] = (),
) -> list[int]:
    """Give at most so many other activators, the likeliest to help first.

    They share a field with the request, or with the activator asked where it names none. First
    those who work where the company is (they serve it, or are within 50 km), then those who help
    at a distance, then the rest; among these, other structures than that of the one asked; then the
    nearer, by steps of 30 km; then the quicker to answer. Nobody who is away.
    """
    around = await surroundings_of(platform, session, row, now=now)
    fields = row.expertise or await _fields_of(session, row.activator_id)
    query = _candidates(around, fields, around.today, {*beside, row.activator_id})
    found = (await session.execute(query)).all()
    ids = [one.id for one in found]
    serving, minutes = await _serving(session, ids, around), await _minutes(session, ids)
    apart = _apart(around, found)

    def rank(one: Row[Any]) -> tuple[float, ...]:
        metres = apart[one.id]
        works_there = one.id in serving or metres <= NEAR
        return (
            0 if works_there else 1 if one.remote else 2,
            one.structure_id == row.structure_id,
            metres // STEP,
            minutes.get(one.id, math.inf),
            metres,
            one.id,
        )

    return [one.id for one in sorted(found, key=rank)[:count]]


def _candidates(
    around: Surroundings, fields: Sequence[str], today: date, beside: Collection[int]
) -> Select[Any]:
    """Select the nearest, as the crow flies on a flat map, who may be asked."""
    query = (
        select(
            activator.c.id,
            activator.c.structure_id,
            activator.c.remote,
            latitude.label("latitude"),
            longitude.label("longitude"),
        )
        .outerjoin(place, place.c.code == activator.c.commune_code)
        .where(is_contactable(), is_there(today), activator.c.id.not_in(beside))
    )
    if fields:
        experts = select(field.c.activator_id).where(field.c.field_code.in_(fields))
        query = query.where(activator.c.id.in_(experts))
    return query.order_by(_flatly(around), activator.c.id).limit(MOST)


def _flatly(around: Surroundings) -> ColumnElement[float]:
    """Order by distance well enough to leave out the far ones."""
    if around.latitude is None or around.longitude is None:
        return literal(0.0)
    north, east = latitude - around.latitude, longitude - around.longitude
    squeezed = math.cos(math.radians(around.latitude)) ** 2
    return func.coalesce(north * north + east * east * squeezed, HALF_WAY_ROUND)


async def _fields_of(session: AsyncSession, activator_id: int) -> list[str]:
    query = select(field.c.field_code).where(field.c.activator_id == activator_id)
    return list((await session.execute(query)).scalars())


async def _serving(session: AsyncSession, ids: Sequence[int], around: Surroundings) -> set[int]:
    """Find those who say that they work there, or in the whole of what is around it."""
    query = select(served.c.activator_id).where(
        served.c.activator_id.in_(ids), served.c.territory_code.in_(around.codes)
    )
    return set((await session.execute(query)).scalars())


async def _minutes(session: AsyncSession, ids: Sequence[int]) -> dict[int, float]:
    """Give the median of the working minutes after which each answered lately."""
    latest = func.row_number().over(
        partition_by=request.c.activator_id, order_by=(request.c.answered_at.desc(), request.c.id)
    )
    answered = (
        select(request.c.activator_id, request.c.answer_minutes, latest.label("number"))
        .where(request.c.activator_id.in_(ids), request.c.answer_minutes.is_not(None))
        .subquery()
    )
    query = select(answered).where(answered.c.number <= RECENT)
    taken: dict[int, list[int]] = {}
    for one, minutes, _ in await session.execute(query):
        taken.setdefault(one, []).append(minutes)
    return {one: median(minutes) for one, minutes in taken.items()}


def _apart(around: Surroundings, found: Sequence[Row[Any]]) -> dict[int, float]:
    """Measure how far each is, in metres; half-way round the Earth where nothing says it."""
    far = dict.fromkeys((one.id for one in found), HALF_WAY_ROUND)
    placed = [one for one in found if one.latitude is not None]
    if around.latitude is None or around.longitude is None or not placed:
        return far
    degrees = np.array([(one.latitude, one.longitude) for one in placed], dtype=np.float64)
    metres = geodesic(around.latitude, around.longitude, degrees[:, 0], degrees[:, 1])
    return far | dict(zip((one.id for one in placed), metres.tolist(), strict=True))
