"""An account for the company, if it wants one: it then finds its requests without their links.

A private link lasts long, and may be shared with a colleague: it opens no session. It has an
account made for the address that asked, to which a sign-in link is mailed (ADR 0020).
"""

from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.revisions import Subject, record_changes
from permissions.requests import RequestPermission
from permissions.viewer import Viewer
from resolvers.account_actions import find_or_make_account, normal_email
from resolvers.contact.content import content_of
from resolvers.contact.finding import SeenRequest, Which, find_request, find_to
from resolvers.declarations.binding import bind_engagements
from resolvers.imports import in_one_transaction
from resolvers.platform import Platform
from resolvers.refusal import Conflict
from resolvers.sign_in_actions import enqueue_sign_in_link

request = tables.contact_request


class Opened(NamedTuple):
    """The request, and whether a link to sign in is on its way to the address that asked."""

    seen: SeenRequest
    link_sent: bool


async def open_company_account(platform: Platform, viewer: Viewer, which: Which) -> Opened:
    """Have the requests of an address in its account, which is made where there is none.

    Those that are in an account already stay there. Who is signed in with this very account is
    sent no link. Raises NotFound, Forbidden, Conflict for a request of another account.
    """

    async def open_it(session: AsyncSession) -> Opened:
        permission = RequestPermission.OPEN_ACCOUNT
        seen = await find_to(platform, session, viewer, which, permission)
        held, now = content_of(platform.sealer, seen.row), platform.now()
        accounts = await _locked(session, seen.row.email_hash)
        if held is None or seen.row.id not in accounts:
            raise Conflict("What identified the company was erased: nothing can be done any more.")
        address = normal_email(held["email"])
        account_id = await find_or_make_account(session, address, now, seen.row.language)
        if accounts[seen.row.id] not in (None, account_id):
            raise Conflict("Who asked was signed in: this contact request is in their account.")
        link_sent = viewer.account_id != account_id
        if link_sent:
            await enqueue_sign_in_link(session, address, seen.row.language, now=now)
        await bind_engagements(platform, session, viewer, seen.row.email_hash, account_id)
        await bind_requests(platform, session, viewer, seen.row.email_hash, account_id)
        return Opened(await find_request(platform, session, viewer, which), link_sent)

    return await in_one_transaction(platform.database, open_it)


async def _locked(session: AsyncSession, email_hash: str | None) -> dict[int, int | None]:
    """Lock all that an address asked, in one order; give the account of each."""
    query = select(request.c.id, request.c.account_id).where(request.c.email_hash == email_hash)
    ordered = query.order_by(request.c.id).with_for_update(key_share=True)
    return {row.id: row.account_id for row in await session.execute(ordered)}


async def bind_requests(
    platform: Platform, session: AsyncSession, by: Viewer, email_hash: str, account_id: int
) -> None:
    """Put all that an address asked, and is in no account, into this one; call it last."""
    accounts = await _locked(session, email_hash)
    free = [number for number, account in accounts.items() if account is None]
    if not free:
        return
    values = {"account_id": account_id, "version": request.c.version + 1}
    await session.execute(update(request).where(request.c.id.in_(free)).values(values))
    await platform.audit.record(
        session,
        by,
        "account.take_contact_requests",
        "Account",
        account_id,
        now=platform.now(),
        after={"contact_requests": [str(one) for one in free]},
    )
    await record_changes(session, Subject.CONTACT_REQUEST, free)
