"""Reporting an activator's page: anybody who sees it says what is wrong; a moderator decides.

The reported one never learns who did.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.api_keys import Scope
from models.base import new_id
from models.moderation import CaseKind, ReportReason
from permissions.viewer import Viewer
from resolvers.activators import may_see
from resolvers.cells import Unexpected
from resolvers.cells import email as email_of
from resolvers.contact.finding import hold_account
from resolvers.editing import lock_activator
from resolvers.input_checks import InputChecks
from resolvers.moderation.cases import open_case
from resolvers.moderation.decisions import LONGEST
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import NotFound
from resolvers.safe_markdown import lines

SHORTEST = 10
"""Characters of a report: who decides has to know what is wrong."""
FIELD = "activator"

report, case = tables.profile_report, tables.moderation_case


@dataclass(frozen=True, slots=True)
class GivenReport:
    """What somebody says of a page; told of the outcome at the address, or the account's."""

    activator_id: int
    reason: ReportReason
    words: str
    email: str | None
    language: Language


async def report_activator(platform: Platform, viewer: Viewer, given: GivenReport) -> None:
    """Put a report in the queue; nothing for one whose author has one there about this page.

    Its author is the account, else the address, else whoever writes the very same.
    Raises Forbidden for a key without `contact:write`, Refusals, NotFound for a page that the
    viewer does not see.
    """
    check_scope(viewer, Scope.CONTACT_WRITE)
    checks = InputChecks()
    words = checks.as_given("words", given.words, _words) or ""
    email = checks.field("email", given.email, email_of)
    checks.end()
    if not may_see(platform.directory, viewer, given.activator_id):
        raise NotFound("No such activator.", FIELD)
    author = f"account {viewer.account_id}" if viewer.account_id else f"told {email or words}"
    hashed = platform.sealer.hash("report", f"{given.activator_id} {author}")
    async with platform.database.write() as session:
        await hold_account(session, viewer)
        await lock_activator(session, given.activator_id, FIELD)
        if await _waits(session, hashed):
            return
        now, number = platform.now(), new_id()
        row = {
            "id": number,
            "activator_id": given.activator_id,
            "account_id": viewer.account_id,
            "reason": given.reason,
            "language": given.language,
            "reporter_hash": hashed,
            "reported_at": now,
            "sealed": platform.sealer.seal({"words": words, "email": email}),
        }
        await session.execute(insert(report).values(row))
        due = now + timedelta(days=platform.policy.report_days)
        about = CaseKind.PROFILE_REPORT, number, given.activator_id
        await open_case(session, *about, now=now, due_at=due)
        after = {"reason": given.reason.value}
        action, subject = "profile_report.write", "ProfileReport"
        await platform.audit.record(session, viewer, action, subject, number, now=now, after=after)


def _words(text: str) -> str:
    clean = lines(text, LONGEST)
    if clean is None or len(clean) < SHORTEST:
        raise Unexpected(f"{SHORTEST} to {LONGEST} characters")
    return clean


async def _waits(session: AsyncSession, hashed: str) -> bool:
    """Say whether a report by the same one about the same page waits for a decision."""
    opened = (case.c.kind == CaseKind.PROFILE_REPORT) & case.c.decided_at.is_(None)
    query = (
        select(report.c.id)
        .join(case, (case.c.subject_id == report.c.id) & opened)
        .where(report.c.reporter_hash == hashed)
    )
    return (await session.execute(query)).first() is not None
