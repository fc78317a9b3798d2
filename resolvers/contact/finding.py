"""Finding a contact request: by its id or by its private link, and how the viewer stands to it."""

from dataclasses import dataclass, replace
from typing import Any, Self

from sqlalchemy import Row, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.api_keys import Scope
from models.contact_requests import Author
from models.request_steps import STEPS, Step
from models.sessions import secret_hash
from permissions.requests import RequestPermission, RequestStanding, request_grants
from permissions.viewer import Viewer
from resolvers.contact.place import Place
from resolvers.contact.standing import asked_of, enrolling, requests_with_asked, standing_of
from resolvers.link_secrets import LinkTo
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Forbidden, InvalidInput, NotFound, Unauthenticated

request, link = tables.contact_request, tables.contact_request_link
account = tables.account

RequestGrants = frozenset[RequestPermission | Step]

NOT_YOURS = "This is not yours to do with this contact request."


@dataclass(frozen=True, slots=True)
class Which:
    """Which request is meant: by its number or reference, signed in; or by its link's secret."""

    id: int | None = None
    token: str | None = None
    reference: str | None = None

    @property
    def given(self) -> list[str]:
        """Name the ways in which it is named."""
        named = {"id": self.id, "token": self.token, "reference": self.reference}
        return [name for name, value in named.items() if value is not None]


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as it was read, and how the viewer stands to it."""

    row: Row[Any]
    standing: RequestStanding
    is_revealed: bool = False
    """Whether an administrator gave a reason to read it, just now."""

    @property
    def grants(self) -> RequestGrants:
        """What the viewer may do with it, in some state or other."""
        grants = request_grants(self.standing)
        return grants | {RequestPermission.READ} if self.is_revealed else grants

    def revealed(self) -> Self:
        """Let the viewer read this one, this once."""
        return replace(self, is_revealed=True)

    @property
    def cursor(self) -> str:
        """Its place in a list."""
        return Place.of(self.row).cursor

    def may(self, step: Step) -> bool:
        """Whether the viewer may take a step now; `find_to_step` says why not."""
        allows = self.row.purged_at is None and self.row.state in STEPS[step].leaves
        return allows and step in self.grants

    @property
    def author(self) -> Author:
        """As whom the viewer acts; the rule book has let it act."""
        if self.standing.company:
            return Author.COMPANY
        if self.standing.asked:
            return Author.ACTIVATOR
        return Author.ADMINISTRATOR if self.standing.administrator else Author.MODERATOR


def no_such_request(which: Which) -> NotFound:
    """Refuse, alike for what does not exist, is hidden, or was revoked."""
    return NotFound("No such contact request.", which.given[0])


async def find_request(
    platform: Platform, session: AsyncSession, viewer: Viewer, which: Which, *, lock: bool = False
) -> SeenRequest:
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
        number = await number_called(session, which.reference)
    if number is None:
        raise no_such_request(which)
    if lock:
        await hold_account(session, viewer)
        own = select(request.c.id).where(request.c.id == number)
        await session.execute(own.with_for_update(key_share=True))
    try:
        seen = await seen_by(session, viewer, number, by_link=which.token is not None)
    except NoResultFound:
        raise no_such_request(which) from None
    if RequestPermission.SEE not in seen.grants:
        raise no_such_request(which)
    return seen


async def hold_account(session: AsyncSession, viewer: Viewer) -> None:
    """Have the viewer's account stay, if it has one, until the transaction ends; call it first.

    Who deletes an account locks it before its requests: else we would wait for each other. Raises
    Unauthenticated for one that is gone.
    """
    if viewer.account_id is None:
        return
    own = select(account.c.id).where(account.c.id == viewer.account_id)
    held = await session.execute(own.with_for_update(read=True, key_share=True))
    if held.first() is None:
        raise Unauthenticated("The account is gone.")


async def seen_by(
    session: AsyncSession, viewer: Viewer, number: int, *, by_link: bool = False
) -> SeenRequest:
    """Read one that exists, and how the viewer stands to it, whether or not it may see it."""
    row = (await session.execute(requests_with_asked().where(request.c.id == number))).one()
    networks = await enrolling(session, {row.activator_id})
    asked = asked_of(row, networks[row.activator_id])
    return SeenRequest(row, standing_of(viewer, row, asked, by_link=by_link))


async def find_to(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    which: Which,
    permission: RequestPermission,
    *,
    lock: bool = False,
) -> SeenRequest:
    """Find one with which the viewer may do this; raises Forbidden beside the others."""
    seen = await find_request(platform, session, viewer, which, lock=lock)
    if permission not in seen.grants:
        raise Forbidden(NOT_YOURS)
    return seen


async def read_request(platform: Platform, viewer: Viewer, which: Which) -> SeenRequest | None:
    """Read one, as `find_request` does; None for one that the viewer may not see."""
    try:
        async with platform.database.read() as session:
            return await find_request(platform, session, viewer, which)
    except NotFound:
        return None


async def number_behind(platform: Platform, session: AsyncSession, token: str) -> int | None:
    """Read which request a private link opens; None for one that we did not write or revoked."""
    link_id = platform.link_secrets.read(LinkTo.CONTACT_REQUEST, token)
    if link_id is None:
        return None
    query = select(link.c.request_id).where(
        link.c.id == link_id,
        link.c.token_hash == secret_hash(token),
        link.c.revoked_at.is_(None),
    )
    number: int | None = (await session.execute(query)).scalar_one_or_none()
    return number


async def number_called(session: AsyncSession, reference: str) -> int | None:
    """Read which request a reference names, as a letter says it; case does not matter."""
    if not (reference.isascii() and reference.isalnum()):
        return None
    query = select(request.c.id).where(request.c.reference == reference.upper())
    number: int | None = (await session.execute(query)).scalar_one_or_none()
    return number
