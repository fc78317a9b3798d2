"""Lists of licences to use the mark, for staff, who decide on the oldest request first."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from models import tables
from models.activators import ActivatorState
from models.mark_licences import LicenceState, LicenceStep
from permissions.mark import LicencePermission, LicenceStanding, licence_grants
from permissions.viewer import Viewer
from resolvers.activators import get_activators
from resolvers.contact.place import Place
from resolvers.mark.finding import SeenLicence, grants_to
from resolvers.paging import Stretch, Window
from resolvers.platform import Platform
from resolvers.refusal import Forbidden, Unauthenticated

licence, activator = tables.mark_licence, tables.activator

TO_DECIDE = (
    select(licence.c.id)
    .join(activator, activator.c.id == licence.c.activator_id)
    .where(licence.c.state == LicenceState.REQUESTED, activator.c.state != ActivatorState.WITHDRAWN)
)
"""Those that wait for staff."""


async def list_licences(
    platform: Platform,
    viewer: Viewer,
    states: Collection[LicenceState] | None,
    window: Window,
) -> Stretch[SeenLicence]:
    """Give a page of them, by when they were asked for; all states where none is named.

    Raises Unauthenticated for a visitor, Forbidden for who is no staff, InvalidInput for a cursor.
    """
    check_lists(viewer)
    conditions = _in(states)
    if window.after is not None:
        conditions.append(_behind(Place.read(window.after)))
    in_order = licence.c.requested_at, licence.c.id
    query = select(licence).where(*conditions).order_by(*in_order).limit(window.count + 1)
    async with platform.database.read() as session:
        rows = (await session.execute(query)).all()
    return Stretch.of(await _seen(platform, viewer, rows), window)


async def count_licences(
    platform: Platform, viewer: Viewer, states: Collection[LicenceState] | None
) -> int:
    """Count them; raises as `list_licences` does."""
    check_lists(viewer)
    query = select(func.count(licence.c.id)).where(*_in(states))
    async with platform.database.read() as session:
        return int((await session.execute(query)).scalar_one())


def decides_on_licences(viewer: Viewer) -> bool:
    """Say whether a viewer decides on some, if not on all: it may have an interest."""
    return LicenceStep.GRANT in licence_grants(LicenceStanding(staff=viewer.staff))


def check_lists(viewer: Viewer) -> None:
    """Let pass who may have the list of all."""
    if not viewer.authenticated:
        raise Unauthenticated("Sign in first.")
    if LicencePermission.SEE not in licence_grants(LicenceStanding(staff=viewer.staff)):
        raise Forbidden("Moderators and administrators list licences.")


async def _seen(platform: Platform, viewer: Viewer, rows: Sequence[Row[Any]]) -> list[SeenLicence]:
    """Join them with whom they are of; one whose activator was just erased goes with it."""
    ids = [row.activator_id for row in rows]
    found = await get_activators(platform.directory, viewer, ids)
    return [
        SeenLicence(row, seen, grants_to(platform, viewer, seen.card))
        for row, seen in zip(rows, found, strict=True)
        if seen is not None
    ]


def _in(states: Collection[LicenceState] | None) -> list[ColumnElement[bool]]:
    return [] if states is None else [licence.c.state.in_(states)]


def _behind(place: Place) -> ColumnElement[bool]:
    at, number = licence.c.requested_at, licence.c.id
    return or_(at > place.at, and_(at == place.at, number > place.number))
