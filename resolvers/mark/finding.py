"""Finding a licence to use the mark: as its viewer sees it, and how the viewer stands to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.api_keys import Scope
from models.mark_licences import STEPS, LicenceState, LicenceStep
from permissions.mark import (
    LicenceGrants,
    LicencePermission,
    LicenceStanding,
    is_interested,
    licence_grants,
)
from permissions.moderation import is_conflicted
from permissions.viewer import Viewer
from resolvers.activators import Seen
from resolvers.contact.place import Place
from resolvers.directory.cards import Card
from resolvers.editing import lock_activator, seen_activator
from resolvers.moderation.interests import interest_of
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Conflict, Forbidden, NotFound

licence = tables.mark_licence

NOT_YOURS = "This is not yours to do with this licence."
INTERESTED = "You have an interest in it: another moderator decides."


@dataclass(frozen=True, slots=True)
class SeenLicence:
    """A licence as it was read, whose it is, and what the viewer may do with it."""

    row: Row[Any]
    activator: Seen
    grants: LicenceGrants

    @property
    def cursor(self) -> str:
        """Its place in a list, by when it was asked for."""
        return Place(self.row.requested_at, self.row.id).cursor

    def may(self, step: LicenceStep) -> bool:
        """Whether the viewer may take a step now."""
        return step in self.grants and self.row.state in STEPS[step].leaves

    def is_valid(self, now: datetime) -> bool:
        """Whether it gives the right to use the mark, as the public is told."""
        granted = self.row.state is LicenceState.GRANTED
        return granted and self.row.expires_at > now and self.activator.card.facts.shown


def standing_to(platform: Platform, viewer: Viewer, card: Card) -> LicenceStanding:
    """Say how a viewer stands to the licences of an activator."""
    interest = interest_of(platform.directory.snapshot, viewer, card.id)
    return LicenceStanding(
        itself=card.id in viewer.activator_ids,
        owner=viewer.owns(card.id, card.structure.id, card.network_codes),
        staff=viewer.staff,
        conflicted=is_conflicted(interest),
    )


def grants_to(platform: Platform, viewer: Viewer, card: Card) -> LicenceGrants:
    """List what a viewer may do with the licences of an activator."""
    return licence_grants(standing_to(platform, viewer, card))


async def find_licence(platform: Platform, viewer: Viewer, licence_id: int) -> SeenLicence:
    """Find one that the viewer may see; raises NotFound, alike for none and for another's.

    Raises Forbidden for a key that may not read the directory, whatever there is.
    """
    check_scope(viewer, Scope.DIRECTORY_READ)
    query = select(licence).where(licence.c.id == licence_id)
    async with platform.database.read() as session:
        row = (await session.execute(query)).one_or_none()
    if row is None:
        raise no_such_licence()
    try:
        seen = await seen_activator(platform, viewer, row.activator_id, "id")
    except NotFound:
        raise no_such_licence() from None
    grants = grants_to(platform, viewer, seen.card)
    if LicencePermission.SEE not in grants:
        raise no_such_licence()
    return SeenLicence(row, seen, grants)


def no_such_licence() -> NotFound:
    """Refuse, alike for what does not exist and what is hidden."""
    return NotFound("No such licence.", "id")


async def find_own_step(
    platform: Platform, viewer: Viewer, licence_id: int, step: LicenceStep
) -> SeenLicence:
    """Find a licence with which a step is the viewer's, in some state or other.

    Raises NotFound for one that the viewer may not see, Forbidden where the step is not its own.
    """
    seen = await find_licence(platform, viewer, licence_id)
    if step not in seen.grants:
        standing = standing_to(platform, viewer, seen.activator.card)
        raise Forbidden(INTERESTED if is_interested(standing, step) else NOT_YOURS)
    return seen


async def lock_licence(session: AsyncSession, seen: SeenLicence) -> Row[Any]:
    """Read a licence again, which nobody else changes until the transaction ends.

    Its activator is locked first, as by whoever asks for one.
    """
    await lock_activator(session, seen.row.activator_id, "id")
    query = select(licence).where(licence.c.id == seen.row.id).with_for_update()
    row: Row[Any] | None = (await session.execute(query)).one_or_none()
    if row is None:
        raise no_such_licence()
    return row


def check_state(row: Row[Any], step: LicenceStep) -> None:
    """Raise Conflict where the state does not let the step be taken."""
    if row.state not in STEPS[step].leaves:
        raise Conflict(f"A licence that is {row.state.value} does not allow this.", "state")
