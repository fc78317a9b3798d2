"""Lists of declared engagements, the newest first: one's own, and those of a provider."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, or_

from models import tables
from models.api_keys import Scope
from models.declared_engagements import DeclarationState
from permissions.declarations import DeclarationPermission, declaration_grants
from permissions.viewer import Viewer
from resolvers.contact.place import Place
from resolvers.contact.standing import Asked, asked_of, enrolling
from resolvers.declarations.finding import SeenEngagement
from resolvers.declarations.standing import (
    engagements_with_provider,
    standing_of,
    standing_to_provider,
)
from resolvers.directory.cards import Card
from resolvers.paging import Stretch, Window
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Unauthenticated

engagement = tables.declared_engagement


@dataclass(frozen=True, slots=True)
class EngagementCriteria:
    """What is looked for; None: whatever it is. Of no provider: what the viewer declared."""

    states: Sequence[DeclarationState] | None = None
    activator_id: int | None = None


async def list_engagements(
    platform: Platform, viewer: Viewer, wanted: EngagementCriteria, window: Window
) -> Stretch[SeenEngagement]:
    """Give a page of them: two statements, whatever its length.

    Raises Unauthenticated for a visitor, Forbidden for a key that lacks `contact:write`,
    InvalidInput for a cursor of another list. Who asks for those of a provider sees them.
    """
    conditions = _matching(viewer, wanted)
    if window.after is not None:
        at, number = engagement.c.declared_at, engagement.c.id
        place = Place.read(window.after)
        conditions.append(or_(at < place.at, and_(at == place.at, number < place.number)))
    query = (
        engagements_with_provider()
        .where(*conditions)
        .order_by(engagement.c.declared_at.desc(), engagement.c.id.desc())
        .limit(window.count + 1)
    )
    async with platform.database.read() as session:
        rows = (await session.execute(query)).all()
        networks = await enrolling(session, {row.activator_id for row in rows})
    found = [
        SeenEngagement(row, standing_of(viewer, row, asked_of(row, networks[row.activator_id])))
        for row in rows
    ]
    return Stretch.of(found, window)


async def count_engagements(platform: Platform, viewer: Viewer, wanted: EngagementCriteria) -> int:
    """Count them; raises as `list_engagements` does."""
    conditions = _matching(viewer, wanted)
    query = engagements_with_provider().where(*conditions)
    async with platform.database.read() as session:
        counted = query.with_only_columns(func.count(engagement.c.id))
        return int((await session.execute(counted)).scalar_one())


def _matching(viewer: Viewer, wanted: EngagementCriteria) -> list[ColumnElement[bool]]:
    """Keep what is looked for, of what the viewer may have a list of."""
    if not viewer.authenticated:
        raise Unauthenticated("Sign in first; a private link opens one declared engagement.")
    check_scope(viewer, Scope.CONTACT_WRITE)
    own = engagement.c.activator_id == wanted.activator_id
    conditions = [_declared_by(viewer) if wanted.activator_id is None else own]
    if wanted.states is not None:
        conditions.append(engagement.c.state.in_(wanted.states))
    return conditions


def _declared_by(viewer: Viewer) -> ColumnElement[bool]:
    """Keep what the viewer's account, or its portal, declared."""
    if viewer.account_id is not None:
        return engagement.c.account_id == viewer.account_id
    if viewer.network_code is not None:
        return engagement.c.network_code == viewer.network_code
    return false()


def sees_those_of(viewer: Viewer, card: Card) -> bool:
    """Say whether the viewer sees what is declared of a provider, whoever declares it."""
    commune = card.address.commune
    department = None if commune is None else commune.department()
    region = None if department is None else department.parent
    provider = Asked(
        card.id,
        card.state,
        card.structure.id,
        frozenset(one.network.code for one in card.enrolments),
        None if region is None else region.code,
    )
    standing = standing_to_provider(viewer, provider)
    return DeclarationPermission.SEE in declaration_grants(standing)
