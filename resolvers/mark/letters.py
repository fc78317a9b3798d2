"""What activators are told by mail of their licence to use the mark (charter, article 5).

Whether a letter is still true, and what it says, is read when it is sent.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.mark_licences import LicenceState
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mail.days import written
from resolvers.mail.sending import send_mail
from resolvers.mark.conditions import ConditionCode, conditions_of
from resolvers.paris_days import day_of
from resolvers.platform import Platform
from resolvers.recipients import find_activator

MARK_LETTER = "mark_letter"
"""Its payload: `letter`, `licence_id`, and `activator_id`, of whose licence it is."""

GRANTED, REFUSED, REVOKED = "mark_granted", "mark_refused", "mark_revoked"
FAILING, FAILED = "mark_failing", "mark_failed"
ENDING, ENDED = "mark_ending", "mark_ended"
"""Letters, by their templates."""

WHILE: dict[str, LicenceState] = {
    GRANTED: LicenceState.GRANTED,
    REFUSED: LicenceState.REFUSED,
    REVOKED: LicenceState.REVOKED,
    FAILING: LicenceState.GRANTED,
    FAILED: LicenceState.REVOKED,
    ENDING: LicenceState.GRANTED,
    ENDED: LicenceState.EXPIRED,
}
"""In which state of the licence each is true."""

licence = tables.mark_licence
other = licence.alias("other")


async def enqueue_letter(
    session: AsyncSession,
    letter: str,
    row: Row[Any],
    *,
    now: datetime,
    run_at: datetime | None = None,
) -> None:
    """Have a letter about a licence sent, now or at `run_at`: each once for what was then."""
    told = {"letter": letter, "licence_id": row.id, "activator_id": row.activator_id}
    key = f"{letter}:{row.id}:{(run_at or now).isoformat()}"
    await enqueue(session, MARK_LETTER, told, now=now, run_at=run_at, dedupe_key=key)


async def send_letter(platform: Platform, job: TakenJob) -> None:
    """Send a letter, if it is still true and the activator has an address."""
    letter = job.payload["letter"]
    follows = exists().where(
        other.c.activator_id == licence.c.activator_id,
        other.c.state.in_([LicenceState.REQUESTED, LicenceState.GRANTED]),
        other.c.requested_at > licence.c.requested_at,
    )
    query = select(licence, follows.label("is_followed")).where(
        licence.c.id == job.payload["licence_id"], licence.c.state == WHILE[letter]
    )
    async with platform.database.read() as session:
        row = (await session.execute(query)).one_or_none()
        found = await find_activator(session, job.payload["activator_id"])
    if row is None or found is None or not _is_true(letter, row):
        return
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template=letter,
        values={"given_name": found.given_name, **_values(platform, row, found.language)},
    )


def _is_true(letter: str, row: Row[Any]) -> bool:
    """Say whether what it tells has not changed: it fails yet, or no other licence follows."""
    if letter == FAILING:
        return row.failing_since is not None
    return letter not in {ENDING, ENDED} or not row.is_followed


def _values(platform: Platform, row: Row[Any], language: Language) -> dict[str, str]:
    public_url = platform.mail.public_url.rstrip("/")
    return {
        "number": row.number,
        "ground": row.ground or "",
        "day": "" if row.expires_at is None else written(day_of(row.expires_at), language),
        "days": str(platform.policy.mark_failing_days),
        "conditions": "; ".join(_sentences(platform, row.failing, language)),
        "badge": f"{public_url}/mark/{row.number}.svg?lang={language.value.lower()}",
    }


def _sentences(platform: Platform, codes: list[str], language: Language) -> list[str]:
    wanted = conditions_of(platform.policy, None)
    labels = [wanted[ConditionCode(code)].sentence for code in codes]
    return [one.en if language is Language.EN else one.fr for one in labels]
