"""Which of the contact requests that a viewer sees it looks for: never by what they hold.

What tells of the activator that was asked keeps those requests alone whose activator the viewer
sees: else a filter would tell where somebody hidden works.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, not_, or_

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.request_steps import RequestState
from permissions.permission import Permission
from permissions.scopes import CELLS, Table, owners_table, strangers_table
from permissions.viewer import Viewer
from resolvers.contact.deadlines import late_requests
from resolvers.contact.scopes import enrolled_by, managed
from resolvers.directory.loading import IS_LISTED

request, activator = tables.contact_request, tables.activator

LISTED = IS_LISTED.element


@dataclass(frozen=True, slots=True)
class RequestCriteria:
    """What is looked for; None: whatever it is."""

    states: frozenset[RequestState] | None = None
    activator_id: int | None = None
    structure_id: int | None = None
    network_code: str | None = None
    late: bool | None = None


def matching(wanted: RequestCriteria, viewer: Viewer, now: datetime) -> list[ColumnElement[bool]]:
    """Give the conditions, for `requests_with_asked`."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.states is not None:
        conditions.append(request.c.state.in_(wanted.states))
    if wanted.late is not None:
        late = late_requests(now)
        never_due = request.c.due_at.is_(None)
        conditions.append(late if wanted.late else or_(never_due, not_(late)))
    of_asked: list[ColumnElement[bool]] = []
    if wanted.activator_id is not None:
        of_asked.append(request.c.activator_id == wanted.activator_id)
    if wanted.structure_id is not None:
        of_asked.append(activator.c.structure_id == wanted.structure_id)
    if wanted.network_code is not None:
        of_asked.append(enrolled_by(frozenset({wanted.network_code})))
    if of_asked:
        conditions += [*of_asked, sees_asked(viewer)]
    return conditions


def sees_asked(viewer: Viewer) -> ColumnElement[bool]:
    """Keep the requests whose activator the viewer sees, as the directory's rule book says."""
    itself = activator.c.id.in_(viewer.activator_ids)
    owned = or_(itself, managed(viewer))
    return or_(
        _in_cells(strangers_table(Permission.SEE, viewer)),
        and_(owned, _in_cells(owners_table(Permission.SEE, viewer))),
    )


def _in_cells(table: Table) -> ColumnElement[bool]:
    """Write a scope's table as SQL: which kinds, by state and by whether it is listed.

    Whom somebody sees never depends on stars.
    """
    kinds: dict[tuple[ActivatorState, bool], list[ActivatorKind]] = {}
    for facts, granted in zip(CELLS, table.tolist(), strict=True):
        if granted and not facts.rated:
            kinds.setdefault((facts.state, facts.listed), []).append(facts.kind)
    return or_(
        false(),
        *(
            and_(
                activator.c.state == state,
                LISTED if listed else not_(LISTED),
                activator.c.kind.in_(some),
            )
            for (state, listed), some in kinds.items()
        ),
    )
