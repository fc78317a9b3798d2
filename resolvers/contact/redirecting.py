"""Redirecting: a request goes on to another activator once its company agrees (charter, article 4).

Before that, the other one sees nothing of it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from models.request_steps import RequestState, Step
from models.revisions import Subject, record_changes
from permissions.requests import RequestPermission
from permissions.viewer import Viewer
from resolvers.contact.finding import SeenRequest, Which, find_request
from resolvers.contact.following import followed_by, write_following
from resolvers.contact.letters import enqueue_letter
from resolvers.contact.letters_to_managers import enqueue_manager_letters, network_managers
from resolvers.contact.offers import offer_others, still_offered
from resolvers.contact.steps import check_state, find_own_step, write_step
from resolvers.imports import in_one_transaction
from resolvers.platform import Platform
from resolvers.refusal import Conflict, NotFound

REDIRECTED, REDIRECTED_AWAY = "contact_redirected", "contact_redirected_away"
REDIRECTED_OFTEN = "contact_redirected_often"
"""Letters, by their templates: to the company, the activator before, and managers of networks."""

offer = tables.redirection_offer


async def agree_to_redirection(
    platform: Platform, viewer: Viewer, which: Which, *, activator_id: int
) -> SeenRequest:
    """Have a request go on to one of those who were offered; a second time alike, nothing changes.

    Raises as `find_to_step`, NotFound for one that was not offered; Conflict for one that cannot be
    asked any more, and then others are offered in its place.
    """
    now = platform.now()

    async def go_on(session: AsyncSession) -> SeenRequest | None:
        seen = await find_own_step(platform, session, viewer, which, Step.REDIRECT)
        row = seen.row
        went_on = row.state is RequestState.REDIRECTED
        if went_on and await followed_by(session, row.id) == activator_id:
            return seen
        check_state(row, Step.REDIRECT)
        await _check_offered(session, seen, activator_id)
        if await still_offered(platform, session, row, [activator_id], now=now):
            await redirect(platform, session, viewer, row, activator_id, seen.author, now=now)
            return await find_request(platform, session, viewer, which)
        await offer_others(platform, session, row.id, now=now)
        await record_changes(session, Subject.CONTACT_REQUEST, [row.id])
        return None

    seen = await in_one_transaction(platform.database, go_on)
    if seen is None:
        raise Conflict("It cannot be asked any more: see who is offered now.", "activator")
    return seen


async def _check_offered(session: AsyncSession, seen: SeenRequest, activator_id: int) -> None:
    """Let pass who was offered, as the viewer sees it: the one asked, those that it proposed."""
    query = select(offer.c.author).where(
        offer.c.request_id == seen.row.id, offer.c.activator_id == activator_id
    )
    author = (await session.execute(query)).scalar_one_or_none()
    own = author is Author.ACTIVATOR or RequestPermission.FOLLOW in seen.grants
    if author is None or not own:
        raise NotFound("It was not offered.", "activator")


async def redirect(
    platform: Platform,
    session: AsyncSession,
    by: Viewer,
    row: Row[Any],
    activator_id: int,
    author: Author,
    *,
    now: datetime,
) -> None:
    """Have a locked request go on; call it last.

    The company is acknowledged as of any request, and told why if it had agreed beforehand. The
    activator before is told that it is over. After too many of them, the managers of the networks
    of the one asked now are told that it is, whose request they see: its state and its delays.
    """
    number = await write_following(platform, session, by, row, activator_id, now=now)
    if author is Author.ACTIVATOR:
        await enqueue_letter(session, number, Author.COMPANY, REDIRECTED, "redirected", now=now)
    else:
        to = Author.ACTIVATOR
        await enqueue_letter(session, row.id, to, REDIRECTED_AWAY, "redirected", now=now)
    if row.hops + 1 >= platform.policy.contact_redirections:
        managers = await network_managers(session, activator_id)
        await enqueue_manager_letters(session, REDIRECTED_OFTEN, number, managers, now=now)
    await write_step(platform, session, by, row, Step.REDIRECT, author, now=now)
