"""Declining a contact request: a coded reason, and a word to the company (charter, article 4)."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from models.request_reasons import DeclineReason
from models.request_steps import RequestState, Step
from permissions.viewer import Viewer
from resolvers.contact.finding import SeenRequest, Which, find_request
from resolvers.contact.letters import enqueue_letter
from resolvers.contact.offers import offer_others
from resolvers.contact.steps import check_state, find_own_step, write_step
from resolvers.contact.thread import add_message, is_last
from resolvers.contact.words import checked_words
from resolvers.imports import in_one_transaction
from resolvers.input_checks import InputChecks
from resolvers.platform import Platform

history = tables.contact_request_step


async def decline(
    platform: Platform, viewer: Viewer, which: Which, *, reason: DeclineReason, message: str
) -> SeenRequest:
    """Tell the company that the activator cannot help, and offer it others.

    Declined a second time alike, nothing changes. The reason stands in the history, as a code; the
    words are a message to the company alone.
    Raises as `find_to_step`; Refusals for a text that is empty or too long.
    """
    checks = InputChecks()
    text = checked_words(checks, "message", message)
    checks.end()
    author, now = Author.ACTIVATOR, platform.now()

    async def decline_it(session: AsyncSession) -> SeenRequest:
        seen = await find_own_step(platform, session, viewer, which, Step.DECLINE)
        row = seen.row
        if (
            row.state is RequestState.DECLINED
            and await _declined_for(session, row.id) == reason.value
            and await is_last(platform, session, row.id, author, text)
        ):
            return seen
        check_state(row, Step.DECLINE)
        await add_message(platform, session, row.id, author, text, now=now)
        await offer_others(platform, session, row.id, now=now)
        template = "contact_declined"
        await enqueue_letter(session, row.id, Author.COMPANY, template, "declined", now=now)
        why = reason.value
        await write_step(platform, session, viewer, row, Step.DECLINE, author, now=now, reason=why)
        return await find_request(platform, session, viewer, which)

    return await in_one_transaction(platform.database, decline_it)


async def _declined_for(session: AsyncSession, request_id: int) -> str | None:
    query = select(history.c.reason).where(
        history.c.request_id == request_id, history.c.step == Step.DECLINE
    )
    reason: str | None = (await session.execute(query)).scalar_one_or_none()
    return reason
