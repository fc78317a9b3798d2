"""The median of comparable pages: of the same kind, in the same department, active and listed.

It tells nothing of a single other page: there are five of them at least, and five of which the
viewer does not know the figures, unless it knows those of all. Else who manages four of five would
learn those of the fifth.
"""

from collections import defaultdict
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, union_all

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.consultations import ConsultationKind
from models.database import Database
from permissions.audiences import Facts
from permissions.permission import Permission
from permissions.rulebook import may
from permissions.viewer import Viewer
from resolvers.consultations.statistics import Figures
from resolvers.contact.departments import DEPARTMENT, located
from resolvers.directory.cards import Card
from resolvers.loader import BatchLoader
from resolvers.paris_days import Period

FEWEST = 5
"""Pages, besides the one that is compared."""

activator, consultation = tables.activator, tables.consultation
territory, enrolment = tables.territory, tables.enrolment


class Compared(NamedTuple):
    """A page, and with which others it is compared."""

    activator_id: int
    kind: ActivatorKind
    department: str
    period: Period

    @classmethod
    def of(cls, card: Card, period: Period) -> "Compared | None":
        """Say what a page is compared with; None where nothing says in which department it is."""
        commune = card.address.commune
        department = None if commune is None else commune.department()
        return None if department is None else cls(card.id, card.kind, department.code, period)


class Medians(NamedTuple):
    """The median of each thing that was done."""

    views: float
    contact_clicks: float
    website_clicks: float


class Other(NamedTuple):
    """A page among comparable ones, and whether the viewer knows its figures anyway."""

    id: int
    known: bool
    figures: Figures


class ComparablePages(BatchLoader[Compared, Medians]):
    """Loads medians, as one viewer may know them: a statement a period."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        """Read nothing yet."""
        super().__init__()
        self._database = database
        self._viewer = viewer

    async def read(self, keys: list[Compared]) -> dict[Compared, Medians]:
        """Read those that may be told."""
        together: dict[Period, list[Compared]] = defaultdict(list)
        for one in keys:
            together[one.period].append(one)
        found: dict[Compared, Medians] = {}
        for period, several in together.items():
            groups = await self._groups(period, several)
            for one in several:
                group = groups[one.kind, one.department]
                others = [other for other in group if other.id != one.activator_id]
                if told(others):
                    columns = zip(*(other.figures for other in others), strict=True)
                    found[one] = Medians(*map(median, columns))
        return found

    async def _groups(
        self, period: Period, several: list[Compared]
    ) -> dict[tuple[ActivatorKind, str], list[Other]]:
        """Read all pages of these kinds in these departments."""
        counts: dict[tuple[Any, ...], dict[ConsultationKind, int]] = defaultdict(dict)
        query = _comparable(period, several, _owned(self._viewer))
        async with self._database.read() as session:
            for *page, kind, count in await session.execute(query):
                counts[tuple(page)][kind] = count
        groups: dict[tuple[ActivatorKind, str], list[Other]] = defaultdict(list)
        for (key, of, department, owned), counted in counts.items():
            known = bool(owned) or self._knows(of)
            groups[of, department].append(Other(key, known, Figures.of(counted)))
        return groups

    def _knows(self, kind: ActivatorKind) -> bool:
        """Whether the viewer sees the figures of pages that it does not own."""
        facts = Facts(kind, ActivatorState.ACTIVE)
        return may(Permission.SEE_CONSULTATIONS, self._viewer.standing(owner=False), facts)


def told(others: list[Other]) -> bool:
    """Whether a median of these tells nothing of one that the viewer does not know."""
    unknown = sum(not one.known for one in others)
    return len(others) >= FEWEST and (unknown == 0 or unknown >= FEWEST)


def _comparable(period: Period, several: list[Compared], owned: ColumnElement[bool]) -> Select[Any]:
    """Query pages with their counts: a row for each thing that was done, one if nothing was."""
    page = (activator.c.id, activator.c.kind, DEPARTMENT, owned)
    during = and_(
        consultation.c.activator_id == activator.c.id, consultation.c.day.between(*period)
    )
    there = (
        activator.c.kind.in_({one.kind for one in several}),
        activator.c.state == ActivatorState.ACTIVE,
        activator.c.lapsed_at.is_(None),
        activator.c.left_at.is_(None),
        activator.c.erased_at.is_(None),
        activator.c.commune_code.in_(_communes({one.department for one in several})),
    )
    counted = (consultation.c.kind, func.sum(consultation.c["count"]))
    pages = located(select(*page, *counted).select_from(activator))
    return pages.outerjoin(consultation, during).where(*there).group_by(*page, consultation.c.kind)


def _communes(departments: set[str]) -> Any:
    """Query the communes of departments, and the municipal districts within these."""
    within = select(territory.c.code).where(territory.c.parent_code.in_(departments))
    districts = select(territory.c.code).where(territory.c.parent_code.in_(within))
    return union_all(within, districts)


def _owned(viewer: Viewer) -> ColumnElement[bool]:
    """Whether the viewer owns a page, as `Viewer.owns` says."""
    enrolled = select(enrolment.c.activator_id).where(
        enrolment.c.network_code.in_(viewer.network_codes)
    )
    ways = [
        activator.c.id.in_(viewer.activator_ids),
        activator.c.structure_id.in_(viewer.structure_ids),
    ]
    if viewer.network_codes:
        ways.append(activator.c.id.in_(enrolled))
    return or_(false(), *ways)
