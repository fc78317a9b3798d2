"""Reviews for tests, put straight in the database, and what their author holds."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Language
from models.base import new_id
from models.contact_requests import Author
from models.moderation import CaseKind
from models.request_steps import RequestState, Step
from models.review_steps import SHOWN, ReviewState, ReviewStep
from models.reviews import ReviewAuthor, TextState
from models.revisions import Subject, record_changes
from resolvers.contact.steps import add_history as add_request_history
from resolvers.moderation.cases import open_case
from resolvers.reviews.stars import recount_stars
from resolvers.reviews.steps import add_history
from resolvers.reviews.texts import seal_comment
from schema.nodes import global_id
from tests.contact import Asked, put_request
from tests.service import Service

COMMENT = "Une écoute rare, et une vitrine en ligne au bout de trois semaines."


@dataclass(frozen=True)
class Reviewed:
    """A review, and the request that it is about."""

    id: int
    request: Asked

    @property
    def node(self) -> str:
        """Its id on the wire."""
        return global_id("Review", self.id)

    @property
    def token(self) -> str:
        """The secret of its author's private link."""
        return self.request.token


async def add_answered_request(service: Service, activator_id: int, **values: Any) -> Asked:
    """Add a request that its activator answered: its company may review it."""
    async with service.write() as session:
        return await put_answered_request(service, session, activator_id, **values)


async def put_answered_request(
    service: Service, session: AsyncSession, activator_id: int, **values: Any
) -> Asked:
    """Add one where others are added, too."""
    now = service.clock()
    state = RequestState.ANSWERED
    own = {"state": state, "answered_at": now, "answer_minutes": 60, **values}
    asked = await put_request(service, session, activator_id, **own)
    author = Author.ACTIVATOR
    await add_request_history(session, asked.id, Step.ANSWER, state, author, by=None, now=now)
    return asked


async def add_review(service: Service, activator_id: int, **values: Any) -> Reviewed:
    """Add a review to an activator, published with five stars unless it is said otherwise."""
    async with service.write() as session:
        added = await put_review(service, session, activator_id, **values)
        await record_changes(session, Subject.ACTIVATOR, [activator_id])
    return added


async def put_review(
    service: Service,
    session: AsyncSession,
    activator_id: int,
    *,
    stars: int = 5,
    comment: str | None = None,
    state: ReviewState = ReviewState.PUBLISHED,
    may_quote: bool = False,
    request: Asked | None = None,
    request_values: dict[str, Any] | None = None,
    **values: Any,
) -> Reviewed:
    """Add a review where others are added, too; the caller records the change of the activator.

    One that waits, or is doubted, has its case in the queue.
    """
    now, number = service.clock(), new_id()
    asked = request or await put_answered_request(
        service, session, activator_id, **(request_values or {})
    )
    shown, waits = state in SHOWN, state is ReviewState.PENDING
    was_shown = shown or state in {ReviewState.REMOVED, ReviewState.ENDED}
    row = {
        "id": number,
        "version": 1,
        "activator_id": activator_id,
        "request_id": asked.id,
        "state": state,
        "language": Language.FR,
        "stars": stars if was_shown else None,
        "may_quote": may_quote,
        "refusals": 1 if state is ReviewState.REJECTED else 0,
        "written_at": now,
        "published_at": now if was_shown else None,
        "closed_at": None if shown or waits else now,
        **values,
    }
    await session.execute(insert(tables.review).values(row))
    text_states = {
        ReviewState.PENDING: TextState.WAITING,
        ReviewState.REJECTED: TextState.REFUSED,
        ReviewState.WITHDRAWN: TextState.REPLACED,
    }
    text = {
        "id": new_id(),
        "review_id": number,
        "number": 1,
        "state": text_states.get(state, TextState.SHOWN),
        "stars": stars,
        "experienced_on": (now - timedelta(days=3)).date(),
        "may_quote": may_quote,
        "written_at": now,
        "shown_at": now if was_shown else None,
        "sealed": seal_comment(service.platform.sealer, comment),
    }
    await session.execute(insert(tables.review_text).values(text))
    wrote = ReviewStep.WRITE, state, ReviewAuthor.COMPANY
    await add_history(session, number, *wrote, by=None, now=now, text_number=1)
    kind = {
        ReviewState.PENDING: CaseKind.REVIEW,
        ReviewState.UNDER_DOUBT: CaseKind.REVIEW_DOUBT,
    }.get(state)
    if kind is not None:
        due = now + timedelta(days=7)
        await open_case(session, kind, number, activator_id, now=now, due_at=due)
    await recount_stars(session, activator_id)
    return Reviewed(number, asked)


async def state_of_review(service: Service, review_id: int) -> ReviewState:
    """Read where a review stands."""
    table = tables.review
    query = select(table.c.state).where(table.c.id == review_id)
    async with service.database.read() as session:
        state: ReviewState = (await session.execute(query)).scalar_one()
    return state
