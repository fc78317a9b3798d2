"""Figures of contact requests: of a year, of all that the viewer may count, and by group."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from permissions.figures import FEWEST, Reach, reach_of
from permissions.viewer import Viewer
from resolvers.contact.counting import Counted, Figures, figures_of
from resolvers.contact.departments import REGION, located
from resolvers.contact.disclosure import NOWHERE, groups_to_show
from resolvers.directory.reference import Reference
from resolvers.paging import Stretch, Window
from resolvers.paris_days import PARIS
from resolvers.platform import Platform
from resolvers.refusal import Forbidden, InvalidInput, Unauthenticated

FIRST_YEAR, LAST_YEAR = 2020, 2100
AT_ONCE = 500
"""Rows that are taken from the database at once: a few milliseconds."""

request, activator = tables.contact_request, tables.activator
enrolment, engagement = tables.enrolment, tables.engagement


class Grouping(Enum):
    """By what requests are broken down."""

    ACTIVATOR = "ACTIVATOR"
    STRUCTURE = "STRUCTURE"
    NETWORK = "NETWORK"
    DEPARTMENT = "DEPARTMENT"
    REGION = "REGION"
    EXPERTISE = "EXPERTISE"


@dataclass(frozen=True, slots=True)
class Group:
    """The requests of one activator, structure, network, territory or field: its number or code."""

    key: str
    figures: Figures

    @property
    def cursor(self) -> str:
        """Its place in the list."""
        return self.key


@dataclass(frozen=True, slots=True)
class CountedYear:
    """The figures of a year; the total is None where it is of too few, `groups` by size."""

    year: int
    grouping: Grouping | None
    total: Figures | None
    groups: Sequence[Group] = ()
    others: Figures | None = None
    """Of the requests in no group that is shown; None where all are, or they are too few."""

    def page(self, window: Window) -> Stretch[Group]:
        """Give a page of the groups; raises InvalidInput for a cursor of another list."""
        keys = [one.key for one in self.groups]
        start = 0
        if window.after is not None:
            if window.after not in keys:
                raise InvalidInput("after", window.after, "a cursor that an earlier page gave")
            start = keys.index(window.after) + 1
        return Stretch.of(self.groups[start : start + window.count + 1], window)


async def contact_figures(
    platform: Platform, viewer: Viewer, *, year: int, grouping: Grouping | None
) -> CountedYear:
    """Count the requests that were sent in a year, by the clock of Paris.

    Raises Unauthenticated for visitors, Forbidden for who has nothing to count, InvalidInput.
    """
    reach = reach_of(viewer)
    if reach.nothing:
        if not viewer.authenticated:
            raise Unauthenticated("Sign in to read figures.")
        raise Forbidden(
            "Owners, institutions and staff count contact requests; a portal, by a key "
            "that has the scope statistics:read."
        )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput("year", year, f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    async with platform.database.read(at_one_moment=True) as session:
        counted = await _read(session, reach, year)
        of_networks = await _enrolled(session, year) if grouping is Grouping.NETWORK else {}
    reference = platform.directory.snapshot.reference
    sorting = Sorting(grouping, of_networks, partial(region_of, reference))
    return await asyncio.to_thread(_count, year, counted, sorting, reach)


async def _read(session: AsyncSession, reach: Reach, year: int) -> list[Counted]:
    """Read the requests within somebody's reach that were sent in a year, which may be very many.

    So they come some at a time, and others are answered in between.
    """
    columns = {one.name: one for one in request.c} | {
        "engaged_at": engagement.c.started_at,
        "outcome": engagement.c.outcome,
    }
    query = (
        select(*(columns[name].label(name) for name in Counted._fields))
        .join(activator, activator.c.id == request.c.activator_id)
        .outerjoin(engagement, engagement.c.request_id == request.c.id)
        .where(_sent_in(year))
    )
    if reach.region_codes:
        query = located(query)
    if not reach.everything:
        query = query.where(_within(reach))
    counted: list[Counted] = []
    async for some in (await session.stream(query)).partitions(AT_ONCE):
        counted += [Counted(*row) for row in some]
    return counted


async def _enrolled(session: AsyncSession, year: int) -> dict[int, set[str]]:
    """Read the codes of the networks that enrol those who were asked in a year."""
    asked = select(request.c.activator_id).where(_sent_in(year))
    query = select(enrolment.c.activator_id, enrolment.c.network_code).where(
        enrolment.c.activator_id.in_(asked)
    )
    codes: dict[int, set[str]] = defaultdict(set)
    async for some in (await session.stream(query)).partitions(AT_ONCE):
        for activator_id, code in some:
            codes[activator_id].add(code)
    return codes


def _sent_in(year: int) -> ColumnElement[bool]:
    begin, end = (datetime(one, 1, 1, tzinfo=PARIS) for one in (year, year + 1))
    return and_(request.c.sent_at >= begin, request.c.sent_at < end)


def _within(reach: Reach) -> ColumnElement[bool]:
    enrolled = select(enrolment.c.activator_id).where(
        enrolment.c.network_code.in_(reach.network_codes)
    )
    ways = [
        (reach.region_codes, REGION.in_(reach.region_codes)),
        (reach.network_codes, request.c.activator_id.in_(enrolled)),
        (reach.structure_ids, request.c.structure_id.in_(reach.structure_ids)),
        (reach.activator_ids, request.c.activator_id.in_(reach.activator_ids)),
    ]
    return or_(*(way for named, way in ways if named))


@dataclass(frozen=True, slots=True)
class Sorting:
    """How requests are put in groups."""

    grouping: Grouping | None
    networks: Mapping[int, AbstractSet[str]]
    """By activator; read for that grouping alone."""
    region: Callable[[str | None], str | None]

    def keys(self, one: Counted) -> Iterable[str | None]:
        """Say in which groups a request is; it may be in several, or in none."""
        match self.grouping:
            case Grouping.ACTIVATOR:
                return (str(one.activator_id),)
            case Grouping.STRUCTURE:
                return (str(one.structure_id),)
            case Grouping.NETWORK:
                return self.networks.get(one.activator_id, frozenset())
            case Grouping.DEPARTMENT:
                return (one.department_code,)
            case Grouping.REGION:
                return (self.region(one.department_code),)
            case Grouping.EXPERTISE:
                return one.expertise
        return ()

    def larger(self, one: Counted) -> str | None:
        """Name the larger group that another breakdown shows, in which its group stands."""
        if self.grouping is Grouping.ACTIVATOR:
            return str(one.structure_id)
        return self.region(one.department_code) if self.grouping is Grouping.DEPARTMENT else None


def region_of(reference: Reference, department_code: str | None) -> str | None:
    """Name the region of a department."""
    found = None if department_code is None else reference.territories.get(department_code)
    return None if found is None or found.parent is None else found.parent.code


def _count(year: int, counted: list[Counted], sorting: Sorting, reach: Reach) -> CountedYear:
    """Count all of it, each group that may be shown, and the rest."""
    groups: dict[str, list[Counted]] = defaultdict(list)
    within: dict[str, set[str]] = defaultdict(set)
    for one in counted:
        keys = {key for key in sorting.keys(one) if key is not None} or {NOWHERE}
        for key in keys:
            groups[key].append(one)
            if (larger := sorting.larger(one)) is not None:
                within[key].add(larger)
    sizes = {key: len(some) for key, some in groups.items()}
    shown = frozenset(sizes) - {NOWHERE} if reach.owner else groups_to_show(sizes, within)
    enough = 0 if reach.owner else FEWEST
    rest = {id(one): one for key in sizes if key not in shown for one in groups[key]}
    by_size = sorted(shown, key=lambda key: (-sizes[key], key))
    return CountedYear(
        year,
        sorting.grouping,
        figures_of(counted) if len(counted) >= enough else None,
        [Group(key, figures_of(groups[key])) for key in by_size] if sorting.grouping else [],
        figures_of([*rest.values()]) if sorting.grouping and rest and len(rest) >= enough else None,
    )
