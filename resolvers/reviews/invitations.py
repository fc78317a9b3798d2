"""Inviting companies to say how it went: one letter for each request, and nothing in return.

It is sent the morning after the engagement was completed, or else some days after the first answer:
an activator that never says that it is done keeps nobody from being asked.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from models import tables
from models.activators import ActivatorState
from models.request_steps import RequestState, Step
from resolvers.contact.erasing import months_before
from resolvers.contact.letters import send_to_company
from resolvers.contact.links import newest_secret, page_of_requests
from resolvers.jobs.handling import TakenJob
from resolvers.jobs.queue import enqueue_each
from resolvers.jobs.walks import go_on, next_due
from resolvers.platform import Platform
from resolvers.policy import Policy
from resolvers.reviews.given_text import OLDEST_EXPERIENCE
from resolvers.reviews.helped import was_helped
from resolvers.reviews.reviewable import KINDS

REVIEW_INVITATIONS = "review_invitations"
"""The kind of the daily job, and of those that go on: their payload is `step` and `after`."""
REVIEW_INVITATION = "review_invitation"
"""Its payload: `request_id`. Its letter's template has its name."""

request, step = tables.contact_request, tables.contact_request_step
activator, review = tables.activator, tables.review


async def invite_to_review(platform: Platform, job: TakenJob) -> None:
    """Invite those who are to be invited today, some at a time; nobody is twice."""
    now = platform.now()
    due, after = _due(platform.policy, now), job.payload.get("after", 0)
    ids = await next_due(platform.database, request.c.id, due, after=after)
    locked = select(request.c.id).where(request.c.id.in_(ids), due).with_for_update(key_share=True)
    async with platform.database.write() as session:
        still = (await session.execute(locked)).scalars().all()
        own = update(request).where(request.c.id.in_(still))
        await session.execute(own.values(review_invited_at=now))
        letters: list[tuple[dict[str, Any], str | None]] = [
            ({"request_id": one}, f"{REVIEW_INVITATION}:{one}") for one in still
        ]
        await enqueue_each(session, REVIEW_INVITATION, letters, now=now)
        await go_on(session, REVIEW_INVITATIONS, ids, now=now)


def _due(policy: Policy, now: datetime) -> ColumnElement[bool]:
    """Say which requests: their companies were helped, and may say so."""
    long_ago = now - timedelta(days=policy.review_invitation_days)
    answered = exists().where(
        step.c.request_id == request.c.id, step.c.step == Step.ANSWER, step.c.at <= long_ago
    )
    goes_on = request.c.state.in_([RequestState.ANSWERED, RequestState.IN_PROGRESS])
    return and_(
        request.c.review_invited_at.is_(None),
        request.c.created_at > months_before(now, OLDEST_EXPERIENCE),
        or_(request.c.state == RequestState.COMPLETED, and_(goes_on, answered)),
        _may_be_reviewed(),
    )


def _may_be_reviewed() -> ColumnElement[bool]:
    """Say which requests may be reviewed and are not, of members whose kind is."""
    members = select(activator.c.id).where(
        activator.c.kind.in_(KINDS), activator.c.state == ActivatorState.ACTIVE
    )
    return and_(
        was_helped(),
        request.c.activator_id.in_(members),
        ~exists().where(review.c.request_id == request.c.id),
    )


async def send_review_invitation(platform: Platform, job: TakenJob) -> None:
    """Write to a company, unless it has said how it went meanwhile."""
    request_id = job.payload["request_id"]
    query = select(request.c.id).where(request.c.id == request_id, _may_be_reviewed())
    async with platform.database.read() as session:
        found = (await session.execute(query)).first()
        secret = await newest_secret(platform, session, request_id)
    if found is None:
        return
    page = page_of_requests(platform)
    link = page if secret is None else f"{page}#write-review={secret}"
    await send_to_company(platform, job, request_id, REVIEW_INVITATION, {"link": link})
