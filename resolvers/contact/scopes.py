"""Row scopes: the rule book of requests compiled to SQL, so that lists agree with single requests.

Each fact of a viewer's standing that a row decides is a condition of SQL; asking the rule book for
every set of them tells which sets are enough. More facts never take a permission away.
"""

from collections.abc import Mapping
from functools import cache
from itertools import combinations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true, union_all

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from permissions.requests import RequestPermission, RequestStanding, request_grants
from permissions.viewer import Viewer
from resolvers.contact.departments import REGION

request, activator, enrolment = tables.contact_request, tables.activator, tables.enrolment
own = request.alias("own")

Facts = Mapping[str, ColumnElement[bool]]


def may_see(viewer: Viewer) -> ColumnElement[bool]:
    """Keep, of `requests_with_asked`, the requests that the viewer may see."""
    facts = facts_of(viewer)
    ways = enough(
        RequestPermission.SEE,
        frozenset(facts),
        moderator=Role.MODERATOR in viewer.roles,
        administrator=Role.ADMINISTRATOR in viewer.roles,
    )
    return or_(false(), *(and_(true(), *(facts[one] for one in sorted(way))) for way in ways))


def look_for(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Look only where those are that a viewer may see, if indexes find them: few, and its own.

    Nothing that `may_see` keeps is left out. Of many, as of a network or a region, the newest are
    found sooner one after the other.
    """
    staff = viewer.roles & {Role.MODERATOR, Role.ADMINISTRATOR, Role.INSTITUTION}
    if staff or viewer.network_code is not None or viewer.network_codes:
        return []
    ways = [own.c.account_id == viewer.account_id] if viewer.account_id is not None else []
    if viewer.activator_ids:
        ways.append(own.c.activator_id.in_(viewer.activator_ids))
    if viewer.structure_ids:
        here = select(activator.c.id).where(activator.c.structure_id.in_(viewer.structure_ids))
        ways.append(own.c.activator_id.in_(here.correlate(None)))
    return [request.c.id.in_(union_all(*(select(own.c.id).where(way) for way in ways)))]


def facts_of(viewer: Viewer) -> Facts:
    """Say by SQL what `standing_of` says of one request; left out is what is true of none."""
    facts: dict[str, ColumnElement[bool]] = {"sent": request.c.sent_at.is_not(None)}
    if viewer.account_id is not None:
        facts["company"] = request.c.account_id == viewer.account_id
    if viewer.network_code is not None:
        facts["portal"] = request.c.network_code == viewer.network_code
    if viewer.activator_ids:
        own = request.c.activator_id.in_(viewer.activator_ids)
        facts["asked"] = and_(own, activator.c.state == ActivatorState.ACTIVE)
    if viewer.structure_ids or viewer.network_codes:
        facts["owner"] = managed(viewer)
    if Role.INSTITUTION in viewer.roles:
        reach = REGION.in_(viewer.region_codes)
        facts["institution"] = reach if viewer.region_codes else true()
    return facts


def managed(viewer: Viewer) -> ColumnElement[bool]:
    """Keep those whose activator is in a structure or a network that the viewer manages."""
    return or_(
        activator.c.structure_id.in_(viewer.structure_ids), enrolled_by(viewer.network_codes)
    )


def enrolled_by(network_codes: frozenset[str]) -> ColumnElement[bool]:
    """Keep those whose activator one of these networks enrols."""
    return exists().where(
        enrolment.c.activator_id == activator.c.id, enrolment.c.network_code.in_(network_codes)
    )


@cache
def enough(
    permission: RequestPermission, facts: frozenset[str], *, moderator: bool, administrator: bool
) -> tuple[frozenset[str], ...]:
    """Find the smallest sets of facts with which the rule book gives the permission."""
    found: list[frozenset[str]] = []
    for size in range(len(facts) + 1):
        for some in map(frozenset, combinations(sorted(facts), size)):
            standing = RequestStanding(
                **{name: name in some for name in facts},
                moderator=moderator,
                administrator=administrator,
            )
            if permission in request_grants(standing) and not any(one <= some for one in found):
                found.append(some)
    return tuple(found)
