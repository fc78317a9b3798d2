"""The first diagnosis of a company: free, whatever follows (charter, article 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from models.request_steps import Step
from permissions.viewer import Viewer
from resolvers.contact.expertise import checked_expertise
from resolvers.contact.finding import SeenRequest, Which, find_request
from resolvers.contact.letters import enqueue_letter
from resolvers.contact.steps import find_to_step, write_step
from resolvers.contact.words import checked_words
from resolvers.input_checks import InputChecks
from resolvers.platform import Platform

table = tables.diagnosis


class DiagnosisWords(TypedDict):
    """What is sealed of a diagnosis."""

    findings: str
    next_steps: str


@dataclass(frozen=True, slots=True)
class GivenDiagnosis:
    """What an activator found; `expertise` are the codes of the fields that it recommends."""

    findings: str
    next_steps: str
    expertise: Sequence[str]


async def record_diagnosis(
    platform: Platform, viewer: Viewer, which: Which, given: GivenDiagnosis
) -> SeenRequest:
    """Record it and share it with the company, in the place of an earlier one.

    What is recorded already changes nothing. Raises as `find_to_step`; Refusals with all that is
    wrong.
    """
    checks = InputChecks()
    words: DiagnosisWords = {
        "findings": checked_words(checks, "findings", given.findings),
        "next_steps": checked_words(checks, "nextSteps", given.next_steps),
    }
    expertise = checked_expertise(checks, platform, given.expertise, least=0)
    checks.end()
    author, now = Author.ACTIVATOR, platform.now()
    async with platform.database.write() as session:
        seen = await find_to_step(platform, session, viewer, which, Step.DIAGNOSE)
        row = seen.row
        if not await _write(platform, session, row.id, expertise, words, now):
            return seen
        key = f"diagnosis:{row.version}"
        await enqueue_letter(session, row.id, Author.COMPANY, "contact_diagnosis", key, now=now)
        await write_step(platform, session, viewer, row, Step.DIAGNOSE, author, now=now)
        return await find_request(platform, session, viewer, which)


async def _write(
    platform: Platform,
    session: AsyncSession,
    request_id: int,
    expertise: list[str],
    words: DiagnosisWords,
    now: datetime,
) -> bool:
    """Write a diagnosis; give whether it differs from what was there."""
    own = table.c.request_id == request_id
    before: Row[Any] | None = (await session.execute(select(table).where(own))).one_or_none()
    known = None if before is None else (before.expertise, platform.sealer.open(before.sealed))
    if known == (expertise, words):
        return False
    new = insert(table).values(request_id=request_id)
    statement = new if before is None else update(table).where(own)
    sealed = platform.sealer.seal(words)
    await session.execute(statement.values(recorded_at=now, expertise=expertise, sealed=sealed))
    return True
