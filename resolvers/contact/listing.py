"""Lists of contact requests: those that a viewer may see, the newest first."""

from sqlalchemy import func

from models import tables
from models.api_keys import Scope
from permissions.requests import RequestPermission, request_grants
from permissions.viewer import Viewer
from resolvers.contact.criteria import RequestCriteria, matching
from resolvers.contact.finding import SeenRequest
from resolvers.contact.place import Place
from resolvers.contact.scopes import look_for, may_see
from resolvers.contact.standing import (
    Asked,
    asked_of,
    enrolling,
    requests_with_asked,
    standing_of,
    standing_to_asked,
)
from resolvers.directory.cards import Card
from resolvers.paging import Stretch, Window
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Unauthenticated

request = tables.contact_request


async def list_requests(
    platform: Platform, viewer: Viewer, wanted: RequestCriteria, window: Window
) -> Stretch[SeenRequest]:
    """Give a page of them: two statements, whatever its length.

    Raises Unauthenticated for a visitor, Forbidden for a key that lacks `contact:write`,
    InvalidInput for a cursor of another list.
    """
    check_lists(viewer)
    conditions = [may_see(viewer), *look_for(viewer), *matching(wanted, viewer, platform.now())]
    if window.after is not None:
        conditions.append(Place.read(window.after).behind())
    query = (
        requests_with_asked()
        .where(*conditions)
        .order_by(request.c.created_at.desc(), request.c.id.desc())
        .limit(window.count + 1)
    )
    async with platform.database.read() as session:
        rows = (await session.execute(query)).all()
        networks = await enrolling(session, {row.activator_id for row in rows})
    found = [
        SeenRequest(row, standing_of(viewer, row, asked_of(row, networks[row.activator_id])))
        for row in rows
    ]
    return Stretch.of(found, window)


async def count_requests(platform: Platform, viewer: Viewer, wanted: RequestCriteria) -> int:
    """Count them; raises as `list_requests` does."""
    check_lists(viewer)
    conditions = [may_see(viewer), *look_for(viewer), *matching(wanted, viewer, platform.now())]
    query = requests_with_asked().where(*conditions).with_only_columns(func.count(request.c.id))
    async with platform.database.read() as session:
        return int((await session.execute(query)).scalar_one())


def check_lists(viewer: Viewer) -> None:
    """Let pass who may have a list at all."""
    if not viewer.authenticated:
        raise Unauthenticated("Sign in first; a private link opens one contact request.")
    check_scope(viewer, Scope.CONTACT_WRITE)


def sees_those_of(viewer: Viewer, card: Card) -> bool:
    """Say whether the viewer sees what an activator is asked, whoever asks.

    Its managers do, the institutions of its place, staff and itself; not who asked it, and not a
    portal, which find their own in the list of all.
    """
    commune = card.address.commune
    department = None if commune is None else commune.department()
    region = None if department is None else department.parent
    asked = Asked(
        card.id,
        card.state,
        card.structure.id,
        frozenset(one.network.code for one in card.enrolments),
        None if region is None else region.code,
    )
    return RequestPermission.SEE in request_grants(standing_to_asked(viewer, asked))
