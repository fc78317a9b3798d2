"""Sending a contact request to the activator that is asked, whoever causes it.

Asked, released by a moderator, or made by a redirection: the company is acknowledged at once, the
activator is told, and the delays begin (charter, article 4).
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from models.working_days import calendar_of, due_after
from resolvers.contact.acknowledgement import enqueue_acknowledgement
from resolvers.contact.deadlines import enqueue_deadlines
from resolvers.contact.departments import department_of
from resolvers.contact.letters import enqueue_letter
from resolvers.platform import Platform

request = tables.contact_request


async def send_request(
    platform: Platform, session: AsyncSession, request_id: int, *, now: datetime
) -> None:
    """Send one that is written and has a private link: its times, its letters, its deadlines.

    An answer is due by the working days of where the activator is. Who calls it writes the step.
    """
    department = await department_of_asked(session, request_id)
    due_at = due_after(now, platform.policy.contact_answer_days, calendar_of(department))
    own = update(request).where(request.c.id == request_id)
    await session.execute(own.values(sent_at=now, due_at=due_at))
    await enqueue_acknowledgement(session, request_id, now=now)
    await enqueue_letter(session, request_id, Author.ACTIVATOR, "contact_asked", "asked", now=now)
    await enqueue_deadlines(platform, session, request_id, due_at, department, now=now)


async def department_of_asked(session: AsyncSession, request_id: int) -> str | None:
    """Give the department of the activator that was asked; None where nothing says where it is."""
    asked = select(request.c.activator_id).where(request.c.id == request_id)
    return await department_of(session, (await session.execute(asked)).scalar_one())
