"""Letters about reports and sanctions: to who reported, and to the activator.

Addresses and the moderator's words are read when a letter is sent. Neither of the two is told a
word of the other, nor the activator who reported it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.moderation import CaseKind, Verdict
from resolvers.directory.slugs import digits_of
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mail.sending import send_mail
from resolvers.platform import Platform
from resolvers.recipients import find_activator
from resolvers.reviews.permalinks import page_of_activator
from resolvers.reviews.texts import words_of

REPORT_LETTER = "report_letter"
"""Its payload: `report_id`."""
SANCTION_LETTER = "sanction_letter"
"""Its payload: `sanction_id`, and the `template`."""

report, case, sanction = tables.profile_report, tables.moderation_case, tables.sanction
account, activator = tables.account, tables.activator


async def tell_reporter(session: AsyncSession, report_id: int, *, now: datetime) -> None:
    """Have who reported a page told what was decided, once."""
    key = f"{REPORT_LETTER}:{report_id}"
    await enqueue(session, REPORT_LETTER, {"report_id": report_id}, now=now, dedupe_key=key)


async def tell_sanctioned(
    session: AsyncSession, sanction_id: int, template: str, *, now: datetime
) -> None:
    """Have an activator told that it has a sanction, or no more, once."""
    told = {"sanction_id": sanction_id, "template": template}
    key = f"{SANCTION_LETTER}:{sanction_id}:{template}"
    await enqueue(session, SANCTION_LETTER, told, now=now, dedupe_key=key)


async def send_report_letter(platform: Platform, job: TakenJob) -> None:
    """Tell who reported a page; nothing to who gave no address and has no account any more."""
    async with platform.database.read() as session:
        found = (await session.execute(_decided(job.payload["report_id"]))).one_or_none()
    if found is None or found.sealed is None:
        return
    address = platform.sealer.open(found.sealed)["email"] or found.account_email
    if address is None:
        return
    await send_mail(
        platform,
        job,
        to=address,
        language=found.language,
        template="report_decided",
        values={
            "activator": _name(found),
            "founded": "yes" if found.verdict is Verdict.ACCEPTED else "",
            "words": _told_to_reporter(platform, found),
        },
    )


def _decided(report_id: int) -> Select[Any]:
    """Select a report that was decided, with how, its author's account and whom it is about."""
    decided = and_(case.c.kind == CaseKind.PROFILE_REPORT, case.c.subject_id == report.c.id)
    return (
        select(
            report,
            case.c.verdict,
            case.c.sealed.label("decision"),
            account.c.email.label("account_email"),
            activator.c.given_name,
            activator.c.family_name,
        )
        .join(case, and_(decided, case.c.verdict.is_not(None)))
        .join(activator, activator.c.id == report.c.activator_id)
        .outerjoin(account, account.c.id == report.c.account_id)
        .where(report.c.id == report_id)
    )


def _name(found: Row[Any]) -> str:
    return f"{found.given_name} {found.family_name}"


def _told_to_reporter(platform: Platform, found: Row[Any]) -> str:
    """Give the words of a refusal: those of a sanction are for the activator."""
    if found.verdict is not Verdict.REFUSED:
        return ""
    return words_of(platform.sealer, found.decision) or ""


async def send_sanction_letter(platform: Platform, job: TakenJob) -> None:
    """Tell the activator; nothing to one that has no address any more."""
    query = select(sanction).where(sanction.c.id == job.payload["sanction_id"])
    async with platform.database.read() as session:
        row = (await session.execute(query)).one_or_none()
        found = None if row is None else await find_activator(session, row.activator_id)
    if row is None or found is None:
        return
    await send_mail(
        platform,
        job,
        to=found.email,
        language=found.language,
        template=job.payload["template"],
        values={
            "given_name": found.given_name,
            "words": words_of(platform.sealer, row.sealed) or "",
            "link": page_of_activator(platform, digits_of(row.activator_id)),
        },
    )
