"""Ending the engagement that follows a contact request: success or not, and why."""

from typing import Any

from sqlalchemy import Row, update

from models import tables
from models.contact_requests import Author
from models.engagements import Outcome
from models.request_steps import RequestState, Step
from permissions.viewer import Viewer
from resolvers.contact.engaging import opened, read_engagement
from resolvers.contact.finding import SeenRequest, Which, find_request
from resolvers.contact.letters import enqueue_letter
from resolvers.contact.steps import check_state, find_own_step, write_step
from resolvers.contact.words import checked_words
from resolvers.input_checks import InputChecks
from resolvers.platform import Platform

table = tables.engagement


async def complete_engagement(
    platform: Platform, viewer: Viewer, which: Which, *, outcome: Outcome, why: str
) -> SeenRequest:
    """End the engagement; ended a second time alike, nothing changes.

    How it ended is in no history: managers and institutions see figures alone.
    Raises as `find_to_step`; Refusals for a text that is empty or too long.
    """
    checks = InputChecks()
    text = checked_words(checks, "why", why)
    checks.end()
    author, now = Author.ACTIVATOR, platform.now()
    async with platform.database.write() as session:
        seen = await find_own_step(platform, session, viewer, which, Step.COMPLETE)
        row, before = seen.row, await read_engagement(session, seen.row.id)
        if row.state is RequestState.COMPLETED and _ended_so(platform, before, outcome, text):
            return seen
        check_state(row, Step.COMPLETE)
        sealed = platform.sealer.seal({**(opened(platform, before) or {}), "why": text})
        own = update(table).where(table.c.request_id == row.id)
        await session.execute(own.values(outcome=outcome, completed_at=now, sealed=sealed))
        template = "contact_completed"
        await enqueue_letter(session, row.id, Author.COMPANY, template, "completed", now=now)
        await write_step(platform, session, viewer, row, Step.COMPLETE, author, now=now)
        return await find_request(platform, session, viewer, which)


def _ended_so(platform: Platform, row: Row[Any] | None, outcome: Outcome, why: str) -> bool:
    words = opened(platform, row)
    if row is None or words is None:
        return False
    return row.outcome is outcome and words["why"] == why
