"""The request that follows another one, to somebody else: the same company, the same words.

The new activator reads it from here on, and nothing that was written to the one before.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.contact_requests import Author
from models.request_steps import RequestState, Step
from models.revisions import Subject, record_changes
from permissions.viewer import Viewer
from resolvers.contact.content import content_of
from resolvers.contact.links import add_link
from resolvers.contact.references import new_reference
from resolvers.contact.sending import send_request
from resolvers.contact.steps import add_history
from resolvers.platform import Platform

request, activator = tables.contact_request, tables.activator

COPIED = (
    *("language", "network_code", "account_id", "size", "sector_code", "department_code"),
    *("expertise", "email_hash", "may_redirect"),
)
"""What stays the same. The hash of its text does not: the company has not written it again, and
that it was passed on makes nobody suspect it of writing to many."""


async def write_following(
    platform: Platform,
    session: AsyncSession,
    by: Viewer | None,
    before: Row[Any],
    activator_id: int,
    *,
    now: datetime,
) -> int:
    """Write and send the request that follows a locked one, which is not purged; give its number.

    It has a private link of its own; that of the one before stays good.
    """
    number, content = new_id(), content_of(platform.sealer, before)
    attached = select(activator.c.structure_id).where(activator.c.id == activator_id)
    await session.execute(
        insert(request).values(
            **{name: getattr(before, name) for name in COPIED},
            id=number,
            reference=new_reference(),
            version=1,
            activator_id=activator_id,
            structure_id=(await session.execute(attached)).scalar_one(),
            state=RequestState.SUBMITTED,
            sealed=platform.sealer.seal(content),
            held_for=[],
            previous_id=before.id,
            root_id=before.root_id or before.id,
            hops=before.hops + 1,
            created_at=now,
        )
    )
    await add_link(platform, session, number, now=now)
    await send_request(platform, session, number, now=now)
    state, author = RequestState.SUBMITTED, Author.COMPANY
    await add_history(session, number, Step.ASK, state, author, by=by, now=now)
    becomes = {"state": state.value, "step": Step.ASK.value}
    await platform.audit.record(
        session, by, "contact_request.step", "ContactRequest", number, now=now, after=becomes
    )
    await record_changes(session, Subject.CONTACT_REQUEST, [number])
    return number


async def followed_by(session: AsyncSession, request_id: int) -> int | None:
    """Give the activator to whom a request went on; None where it did not."""
    query = select(request.c.activator_id).where(request.c.previous_id == request_id)
    activator_id: int | None = (await session.execute(query)).scalar_one_or_none()
    return activator_id
