"""The queue: what waits for a decision, the oldest first, and how much of it there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from models import tables
from models.moderation import CaseKind
from permissions.viewer import Viewer
from resolvers.contact.place import Place
from resolvers.moderation.access import check_moderates, offered
from resolvers.moderation.finding import SeenCase
from resolvers.paging import Stretch, Window
from resolvers.platform import Platform

case = tables.moderation_case


@dataclass(frozen=True, slots=True)
class CaseCriteria:
    """Which cases are looked for: None asks for nothing."""

    kinds: frozenset[CaseKind] | None = None
    overdue: bool | None = None
    mine: bool | None = None
    """Whether the viewer has claimed it, and holds it still."""

    def conditions(self, viewer: Viewer, now: datetime) -> list[ColumnElement[bool]]:
        """Say them in SQL."""
        wanted: list[ColumnElement[bool]] = []
        if self.kinds is not None:
            wanted.append(case.c.kind.in_(self.kinds))
        if self.overdue is not None:
            wanted.append(case.c.due_at < now if self.overdue else case.c.due_at >= now)
        if self.mine is not None:
            held = case.c.claimed_until.is_not(None) & (case.c.claimed_until > now)
            mine = and_(
                held, case.c.claimed_by.is_not(None), case.c.claimed_by == viewer.account_id
            )
            wanted.append(func.coalesce(mine, False) if self.mine else ~func.coalesce(mine, False))
        return wanted


async def list_cases(
    platform: Platform, viewer: Viewer, wanted: CaseCriteria, window: Window
) -> Stretch[SeenCase]:
    """Give a page of those that the viewer is offered; two statements.

    Raises Unauthenticated, Forbidden, InvalidInput for a cursor of another list.
    """
    check_moderates(viewer)
    now = platform.now()
    conditions = wanted.conditions(viewer, now)
    if window.after is not None:
        conditions.append(_behind(Place.read(window.after)))
    async with platform.database.read() as session:
        conditions += await offered(platform, session, viewer)
        query = select(case).where(*conditions).order_by(case.c.opened_at, case.c.id)
        rows = (await session.execute(query.limit(window.count + 1))).all()
    return Stretch.of([SeenCase(row, viewer, now) for row in rows], window)


async def count_cases(
    platform: Platform, viewer: Viewer, wanted: CaseCriteria
) -> Mapping[CaseKind, int]:
    """Count those that the viewer is offered, by kind; raises as `list_cases`."""
    check_moderates(viewer)
    async with platform.database.read() as session:
        conditions = wanted.conditions(viewer, platform.now())
        conditions += await offered(platform, session, viewer)
        query = select(case.c.kind, func.count().label("waiting")).where(*conditions)
        found = await session.execute(query.group_by(case.c.kind))
        counts = {row.kind: row.waiting for row in found}
    return {kind: counts.get(kind, 0) for kind in CaseKind}


def _behind(place: Place) -> ColumnElement[bool]:
    at, number = case.c.opened_at, case.c.id
    return or_(at > place.at, and_(at == place.at, number > place.number))
