"""Letters about a review: to the company that wrote it, and to the activator that it is about.

Addresses, names and a moderator's words are read when a letter is sent. No letter has a word of the
other party: it leads to where that is read.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.review_grounds import GROUNDS, ReviewGround
from models.reviews import ReviewAuthor
from resolvers.contact.links import page_of_requests
from resolvers.directory.slugs import digits_of
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue
from resolvers.mail.days import written
from resolvers.mail.sending import send_mail
from resolvers.paris_days import day_of
from resolvers.platform import Platform
from resolvers.recipients import find_activator
from resolvers.reviews.companies import Company, company_of
from resolvers.reviews.texts import words_of

REVIEW_LETTER = "review_letter"
"""Its payload: `review_id`, `to` (`COMPANY` or `ACTIVATOR`), and the `template`."""

review, activator, history = tables.review, tables.activator, tables.review_history


async def tell_author(
    session: AsyncSession, review_id: int, template: str, key: str, *, now: datetime
) -> None:
    """Have the company written to, once for the `key`: what happened, as `refused:1`."""
    await _enqueue(session, review_id, ReviewAuthor.COMPANY, template, key, now=now)


async def tell_activator(
    session: AsyncSession, review_id: int, template: str, key: str, *, now: datetime
) -> None:
    """Have the activator written to, once for the `key`: what happened, as `shown:1`."""
    await _enqueue(session, review_id, ReviewAuthor.ACTIVATOR, template, key, now=now)


async def _enqueue(
    session: AsyncSession,
    review_id: int,
    to: ReviewAuthor,
    template: str,
    key: str,
    *,
    now: datetime,
) -> None:
    told = {"review_id": review_id, "to": to.value, "template": template}
    dedupe_key = f"{REVIEW_LETTER}:{review_id}:{to.value}:{key}"
    await enqueue(session, REVIEW_LETTER, told, now=now, dedupe_key=dedupe_key)


async def send_review_letter(platform: Platform, job: TakenJob) -> None:
    """Send a letter; nothing to who has no address any more."""
    async with platform.database.read() as session:
        row = await _told_of(session, job.payload["review_id"])
        if row is None:
            return
        company = await company_of(platform, session, row)
        asked = await find_activator(session, row.activator_id)
        decision = await _decision_before(session, row.id, job.created_at)
    if job.payload["to"] == ReviewAuthor.COMPANY.value and company is not None:
        await _send_to_author(platform, job, row, company, decision)
    if job.payload["to"] == ReviewAuthor.ACTIVATOR.value and asked is not None:
        await _send_to_activator(platform, job, row, asked, decision)


async def _send_to_author(
    platform: Platform, job: TakenJob, row: Row[Any], company: Company, decision: Row[Any] | None
) -> None:
    """Write to the company, with its private link."""
    page, secret = page_of_requests(platform), company.secret
    days = timedelta(days=platform.policy.review_moderation_days)
    await send_mail(
        platform,
        job,
        to=company.email,
        language=row.language,
        template=job.payload["template"],
        values={
            "person": company.name,
            "activator": f"{row.given_name} {row.family_name}",
            "due": written(day_of(job.created_at + days), row.language),
            "link": page if secret is None else f"{page}#review={secret}",
            "token": secret or "",
            "rewrite": "yes" if row.refusals == 1 else "",
            **_decided(platform, decision, row.language),
        },
    )


async def _send_to_activator(
    platform: Platform, job: TakenJob, row: Row[Any], asked: Row[Any], decision: Row[Any] | None
) -> None:
    """Write to the activator, with a link to its page."""
    page = page_of_requests(platform)
    await send_mail(
        platform,
        job,
        to=asked.email,
        language=asked.language,
        template=job.payload["template"],
        values={
            "given_name": asked.given_name,
            "link": f"{page}#activator-reviews={digits_of(row.activator_id)}",
            **_decided(platform, decision, asked.language),
        },
    )


def _decided(platform: Platform, decision: Row[Any] | None, language: Language) -> dict[str, str]:
    """Give the ground and the words of a moderator, for letters that tell of a decision."""
    if decision is None:
        return {"ground": "", "words": ""}
    ground = "" if decision.ground is None else _meaning(decision.ground, language)
    return {"ground": ground, "words": words_of(platform.sealer, decision.sealed) or ""}


def _meaning(ground: str, language: Language) -> str:
    """Say in a sentence what a ground means."""
    meaning = GROUNDS[ReviewGround(ground)].meaning
    return meaning.fr if language is Language.FR else meaning.en


async def _decision_before(session: AsyncSession, review_id: int, at: datetime) -> Row[Any] | None:
    """Read the newest decision of a moderator that a letter of this time can tell of."""
    query: Select[Any] = (
        select(history.c.ground, history.c.sealed)
        .where(
            history.c.review_id == review_id,
            history.c.author == ReviewAuthor.MODERATOR,
            history.c.at <= at,
        )
        .order_by(history.c.number.desc())
        .limit(1)
    )
    found: Row[Any] | None = (await session.execute(query)).one_or_none()
    return found


async def _told_of(session: AsyncSession, review_id: int) -> Row[Any] | None:
    """Read a review with the name of its activator."""
    query: Select[Any] = (
        select(review, activator.c.given_name, activator.c.family_name)
        .join(activator, activator.c.id == review.c.activator_id)
        .where(review.c.id == review_id)
    )
    found: Row[Any] | None = (await session.execute(query)).one_or_none()
    return found
