"""Finding a declared engagement: by its id, its reference or its private link."""

from dataclasses import dataclass, replace
from typing import Any, Self

from sqlalchemy import Row, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.api_keys import Scope
from models.declared_engagements import STEPS, DeclarationState, DeclarationStep
from models.sessions import secret_hash
from permissions.declarations import (
    DeclarationPermission,
    DeclarationStanding,
    declaration_grants,
)
from permissions.viewer import Viewer
from resolvers.contact.finding import Which, hold_account
from resolvers.contact.place import Place
from resolvers.contact.standing import asked_of, enrolling
from resolvers.declarations.standing import engagements_with_provider, standing_of
from resolvers.link_secrets import LinkTo
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Forbidden, InvalidInput, NotFound

engagement = tables.declared_engagement

DeclarationGrants = frozenset[DeclarationPermission | DeclarationStep]

NOT_YOURS = "This is not yours to do with this declared engagement."


@dataclass(frozen=True, slots=True)
class SeenEngagement:
    """A declared engagement as it was read, and how the viewer stands to it."""

    row: Row[Any]
    standing: DeclarationStanding
    is_examined: bool = False
    """Whether a moderator, who has its case in hand, reads it just now."""

    @property
    def grants(self) -> DeclarationGrants:
        """What the viewer may do with it, in some state or other."""
        grants = declaration_grants(self.standing)
        return grants | {DeclarationPermission.READ} if self.is_examined else grants

    def examined(self) -> Self:
        """Let the viewer read this one, this once."""
        return replace(self, is_examined=True)

    @property
    def cursor(self) -> str:
        """Its place in a list."""
        return Place(self.row.declared_at, self.row.id).cursor

    def may(self, step: DeclarationStep) -> bool:
        """Whether the viewer may take a step now; `find_to_step` says why not."""
        allows = self.row.purged_at is None and self.row.state in STEPS[step].leaves
        return allows and step in self.grants

    @property
    def may_examine(self) -> bool:
        """Whether the viewer may read it, once it has the case in hand."""
        disputed = self.row.state is DeclarationState.DISPUTED and self.row.purged_at is None
        return disputed and DeclarationPermission.EXAMINE in self.grants


def no_such_engagement(which: Which) -> NotFound:
    """Refuse, alike for what does not exist and what is hidden."""
    return NotFound("No such declared engagement.", which.given[0])


async def find_engagement(
    platform: Platform, session: AsyncSession, viewer: Viewer, which: Which, *, lock: bool = False
) -> SeenEngagement:
    """Find one that the viewer may see; locked, nobody else changes it until the transaction ends.

    Raises NotFound, InvalidInput where not exactly one thing names it, Forbidden for a key that
    lacks `contact:write`; and, to lock it, as `hold_account`.
    """
    check_scope(viewer, Scope.CONTACT_WRITE)
    if len(which.given) != 1:
        raise InvalidInput("id", which.id, "one thing that names it: an id, a reference or a token")
    number = which.id
    if which.token is not None:
        number = await number_behind(platform, session, which.token)
    if which.reference is not None:
        number = await _number_called(session, which.reference)
    if number is None:
        raise no_such_engagement(which)
    if lock:
        await hold_account(session, viewer)
        own = select(engagement.c.id).where(engagement.c.id == number)
        await session.execute(own.with_for_update(key_share=True))
    try:
        seen = await seen_by(session, viewer, number, by_link=which.token is not None)
    except NoResultFound:
        raise no_such_engagement(which) from None
    if DeclarationPermission.SEE not in seen.grants:
        raise no_such_engagement(which)
    return seen


async def seen_by(
    session: AsyncSession, viewer: Viewer, number: int, *, by_link: bool = False
) -> SeenEngagement:
    """Read one that exists, and how the viewer stands to it, whether or not it may see it."""
    query = engagements_with_provider().where(engagement.c.id == number)
    row = (await session.execute(query)).one()
    networks = await enrolling(session, {row.activator_id})
    provider = asked_of(row, networks[row.activator_id])
    return SeenEngagement(row, standing_of(viewer, row, provider, by_link=by_link))


async def find_to(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    which: Which,
    wanted: DeclarationPermission | DeclarationStep,
) -> SeenEngagement:
    """Find and lock one with which this is the viewer's to do, in some state or other.

    Raises Forbidden beside what `find_engagement` does.
    """
    seen = await find_engagement(platform, session, viewer, which, lock=True)
    if wanted not in seen.grants:
        raise Forbidden(NOT_YOURS)
    return seen


async def read_engagement(
    platform: Platform, viewer: Viewer, which: Which
) -> SeenEngagement | None:
    """Read one, as `find_engagement` does; None for one that the viewer may not see."""
    try:
        async with platform.database.read() as session:
            return await find_engagement(platform, session, viewer, which)
    except NotFound:
        return None


async def number_behind(platform: Platform, session: AsyncSession, token: str) -> int | None:
    """Read what a private link opens; None for one that we did not write, or whose time is over."""
    number = platform.link_secrets.read(LinkTo.DECLARED_ENGAGEMENT, token)
    if number is None:
        return None
    query = select(engagement.c.id).where(
        engagement.c.id == number,
        engagement.c.link_hash == secret_hash(token),
        engagement.c.purged_at.is_(None),
    )
    found: int | None = (await session.execute(query)).scalar_one_or_none()
    return found


async def _number_called(session: AsyncSession, reference: str) -> int | None:
    """Read what a reference names, as a letter says it; case does not matter."""
    if not (reference.isascii() and reference.isalnum()):
        return None
    query = select(engagement.c.id).where(engagement.c.reference == reference.upper())
    number: int | None = (await session.execute(query)).scalar_one_or_none()
    return number
