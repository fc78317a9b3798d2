"""Clicks on a page: on « contact », and on the link to the website."""

from models.api_keys import Scope
from models.consultations import ConsultationKind
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activators import get_activators
from resolvers.consultations.visitors import Visitor
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Forbidden, NotFound

NEEDED = {
    ConsultationKind.CONTACT_CLICK: Permission.REQUEST_CONTACT,
    ConsultationKind.WEBSITE_CLICK: Permission.FOLLOW_WEBSITE,
}
"""What somebody may do who can click there."""


async def record_click(
    platform: Platform,
    viewer: Viewer,
    visitor: Visitor | None,
    *,
    activator_id: int,
    kind: ConsultationKind,
) -> None:
    """Count a click; nothing tells whether it was counted.

    Raises NotFound for a page that the viewer does not see, Forbidden where nothing is to click.
    """
    check_scope(viewer, Scope.DIRECTORY_READ)
    (seen,) = await get_activators(platform.directory, viewer, [activator_id])
    if seen is None:
        raise NotFound("No such activator.", "activator")
    nowhere = kind is ConsultationKind.WEBSITE_CLICK and not seen.card.website_url
    if nowhere or NEEDED[kind] not in seen.grants:
        raise Forbidden("The viewer may not do this with this activator.", "kind")
    platform.consultations.count(viewer, visitor, seen.card, kind)
