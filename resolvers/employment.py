"""Who works in a structure, as its managers and staff say: once a year, and when one arrives."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, or_, select

from models import tables
from models.activators import ActivatorState
from permissions.duties import Duty, has_duty
from permissions.viewer import Viewer
from resolvers.platform import Platform
from resolvers.policy import Policy

MOST = 100
"""Activators of whom one call says something, and of whom one list asks."""

activator = tables.activator


class Employment(NamedTuple):
    """Somebody who works in a structure, or says so."""

    id: int
    given_name: str
    family_name: str
    employed_at: datetime | None
    arrives: bool

    @property
    def display_name(self) -> str:
        """Name it as people do."""
        return f"{self.given_name} {self.family_name}"


def to_confirm(policy: Policy, now: datetime) -> ColumnElement[bool]:
    """Say of whom a structure's managers are asked: nobody confirmed it for a year."""
    return and_(
        activator.c.state == ActivatorState.ACTIVE,
        activator.c.left_at.is_(None),
        or_(
            activator.c.employed_at.is_(None),
            activator.c.employed_at <= now - policy.employment_time,
        ),
    )


async def activators_to_confirm(
    platform: Platform, viewer: Viewer, structure_id: int
) -> list[Employment] | None:
    """List who says that it has come, then whom nobody confirmed for long; None if no duty."""
    if not has_duty(viewer, Duty.VOUCH_FOR_STRUCTURE, structure_id=structure_id):
        return None
    arrives = and_(
        activator.c.next_structure_id == structure_id,
        activator.c.state != ActivatorState.WITHDRAWN,
    )
    works = activator.c.structure_id == structure_id
    first = case((arrives, 1), else_=0)
    never = case((activator.c.employed_at.is_(None), 1), else_=0)
    names = ("id", "given_name", "family_name", "employed_at")
    query = (
        select(*(activator.c[name] for name in names), first.label("arrives"))
        .where(
            activator.c.erased_at.is_(None),
            or_(arrives, and_(works, to_confirm(platform.policy, platform.now()))),
        )
        .order_by(first.desc(), never.desc(), activator.c.employed_at, activator.c.id)
    )
    async with platform.database.read() as session:
        found = (await session.execute(query.limit(MOST))).all()
    return [
        Employment(row.id, row.given_name, row.family_name, row.employed_at, bool(row.arrives))
        for row in found
    ]
