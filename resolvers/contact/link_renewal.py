"""A private link that was lost, or fell into other hands: a new one is mailed, those before end.

Whether an address asked under a reference is looked at by a job, never by the request: what fits
and what does not take the same statements and the same time.
"""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.api_keys import Scope
from models.base import new_id
from models.contact_requests import Author
from models.revisions import Subject, record_changes
from permissions.requests import RequestPermission
from permissions.viewer import Viewer
from resolvers.cells import LONGEST_EMAIL, required
from resolvers.cells import email as an_address
from resolvers.contact.finding import (
    SeenRequest,
    Which,
    find_to,
    no_such_request,
    number_behind,
)
from resolvers.contact.letters import enqueue_letter
from resolvers.contact.links import add_link, revoke_links
from resolvers.input_checks import InputChecks
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform
from resolvers.portals import check_scope

LINK_RENEWAL = "contact_link_renewal"
"""The kind of the job that looks; its payload: `reference` and `email_hash`."""
LONGEST_REFERENCE = 16
A_WHILE = timedelta(minutes=1)
"""Within it, asking again is asking once."""

request, link = tables.contact_request, tables.contact_request_link


async def ask_for_link(platform: Platform, viewer: Viewer, *, reference: str, email: str) -> None:
    """Have a new private link mailed to who asked under this reference; at most one in a minute.

    Raises Forbidden for a key that lacks `contact:write`, Refusals for what can be neither
    reference nor address.
    """
    check_scope(viewer, Scope.CONTACT_WRITE)
    checks = InputChecks()
    code = checks.field("reference", reference, partial(required, longest=LONGEST_REFERENCE))
    address = checks.field("email", email, partial(required, longest=LONGEST_EMAIL))
    known = checks.field("email", address, an_address) if address else None
    checks.end()
    now = platform.now()
    told = {
        "reference": (code or "").upper(),
        "email_hash": platform.sealer.hash("email", known or ""),
    }
    key = platform.sealer.hash(LINK_RENEWAL, " ".join(told.values()))
    async with platform.database.write() as session:
        await enqueue(
            session,
            LINK_RENEWAL,
            told,
            now=now,
            dedupe_key=f"{LINK_RENEWAL}:{key}:{now:%Y%m%d%H%M}",
        )


async def renew_link(platform: Platform, job: TakenJob) -> None:
    """Replace the private links of a request, if there is such a one and it was sent.

    The new link has the number of the job, so that a job that runs twice makes one.
    """
    wanted = select(request.c.id).where(
        request.c.reference == job.payload["reference"],
        request.c.email_hash == job.payload["email_hash"],
        request.c.sent_at.is_not(None),
        request.c.purged_at.is_(None),
    )
    made = select(link.c.id).where(link.c.id == job.id)
    async with platform.database.write() as session:
        locked = await session.execute(wanted.with_for_update(key_share=True))
        number = locked.scalar_one_or_none()
        if number is not None and (await session.execute(made)).first() is None:
            await replace_links(platform, session, None, number, job.id, now=platform.now())


async def revoke_request_links(platform: Platform, viewer: Viewer, which: Which) -> SeenRequest:
    """Revoke the private links of a request; the company gets a new one by mail.

    By its id, asked for again within a minute of the last time, nothing more is done. Raises
    NotFound, Forbidden, as `find_to`.
    """
    now = platform.now()
    async with platform.database.write() as session:
        permission = RequestPermission.REVOKE_LINKS
        seen = await find_to(platform, session, viewer, which, permission, lock=True)
        number = seen.row.id
        if which.token is None:
            done = await _revoked_since(session, number, now - A_WHILE)
        else:  # who came first has revoked the link while we waited for the lock
            done = False
            if await number_behind(platform, session, which.token) is None:
                raise no_such_request(which)
        if not done:
            await replace_links(
                platform, session, viewer, number, new_id(), now=now, sent=seen.standing.sent
            )
    return seen


async def _revoked_since(session: AsyncSession, request_id: int, since: datetime) -> bool:
    lately = select(link.c.id).where(link.c.request_id == request_id, link.c.revoked_at > since)
    return (await session.execute(lately.limit(1))).first() is not None


async def replace_links(
    platform: Platform,
    session: AsyncSession,
    by: Viewer | None,
    request_id: int,
    number: int,
    *,
    now: datetime,
    sent: bool = True,
) -> None:
    """Revoke the links of a locked request and have a new one mailed; call it last.

    While a request is held, nobody is written to: its acknowledgement will hold the new link. Who
    follows the request by an old one is told that it changed, and finds nothing any more.
    """
    await revoke_links(session, request_id, now=now)
    await add_link(platform, session, request_id, now=now, number=number)
    if sent:
        key = f"link:{number}"
        await enqueue_letter(session, request_id, Author.COMPANY, "contact_link", key, now=now)
    await platform.audit.record(
        session, by, "contact_request.replace_links", "ContactRequest", request_id, now=now
    )
    await record_changes(session, Subject.CONTACT_REQUEST, [request_id])
