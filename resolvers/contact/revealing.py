"""Revealing a contact request to an administrator, who reads it by giving a reason (DESIGN).

The reason stands in the audit, and both parties are told it: before anything is read.
"""

from sqlalchemy import select

from models import tables
from models.contact_requests import Author
from models.request_steps import Step
from permissions.viewer import Viewer
from resolvers.cells import Unexpected, required
from resolvers.contact.finding import SeenRequest, Which, find_request
from resolvers.contact.letters import send_to_activator, send_to_company
from resolvers.contact.steps import find_to_step, write_step
from resolvers.input_checks import InputChecks
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.platform import Platform

CONTACT_REVEALED = "contact_revealed"
"""Its payload: `request_id`, `to` (`COMPANY` or `ACTIVATOR`), and the `entry` of the audit."""

SHORTEST_REASON, LONGEST_REASON = 10, 500
"""Characters."""


async def reveal_request(
    platform: Platform, viewer: Viewer, request_id: int, *, reason: str
) -> SeenRequest:
    """Let an administrator read a request this once: the next reading needs another reason.

    Raises NotFound and Forbidden as each step does, Conflict for one that was purged, Refusals for
    a reason of another length.
    """
    which, now = Which(request_id), platform.now()
    async with platform.database.write() as session:
        seen = await find_to_step(platform, session, viewer, which, Step.REVEAL)
        told = {"reason": checked_reason(reason)}
        author = Author.ADMINISTRATOR
        await write_step(
            platform, session, viewer, seen.row, Step.REVEAL, author, now=now, audited=told
        )
        head = (await session.execute(select(tables.audit_head.c.sequence))).scalar_one()
        parties = [Author.COMPANY, *([Author.ACTIVATOR] if seen.standing.sent else [])]
        for to in parties:
            letter = {"request_id": request_id, "to": to.value, "entry": head}
            await enqueue(session, CONTACT_REVEALED, letter, now=now)
    async with platform.database.read() as session:
        return (await find_request(platform, session, viewer, which)).revealed()


def checked_reason(reason: str) -> str:
    """Check that a reason says something; raises Refusals."""
    checks = InputChecks()
    given = checks.field("reason", reason, _reason)
    checks.end()
    return given or ""


def _reason(text: str) -> str:
    if len(text) < SHORTEST_REASON:
        raise Unexpected(f"{SHORTEST_REASON} to {LONGEST_REASON} characters")
    return required(text, LONGEST_REASON)


async def tell_revealed(platform: Platform, job: TakenJob) -> None:
    """Tell a party that an administrator read the request, and why."""
    entry = tables.audit_entry
    query = select(entry.c.after).where(entry.c.sequence == job.payload["entry"])
    async with platform.database.read() as session:
        told = (await session.execute(query)).scalar_one()
    to_company = job.payload["to"] == Author.COMPANY.value
    send = send_to_company if to_company else send_to_activator
    template = f"contact_revealed_{job.payload['to'].lower()}"
    more = {"reason": told["reason"]}
    await send(platform, job, job.payload["request_id"], template, more)
