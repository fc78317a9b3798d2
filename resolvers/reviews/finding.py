"""Finding a review: by its id, or by its author's private link, and how the viewer stands to it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.api_keys import Scope
from models.review_steps import SHOWN, STEPS, ReviewStep
from models.reviews import ReviewAuthor, TextState
from permissions.moderation import is_conflicted
from permissions.permission import Permission
from permissions.reviews import ReviewPermission, ReviewStanding, review_grants
from permissions.rulebook import is_reviewed
from permissions.viewer import Viewer
from resolvers.activators import is_granted
from resolvers.contact.finding import hold_account, number_behind
from resolvers.declarations.finding import number_behind as engagement_behind
from resolvers.moderation.interests import interest_of
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import InvalidInput, NotFound

review, text, activator = tables.review, tables.review_text, tables.activator
request, engagement = tables.contact_request, tables.declared_engagement

ReviewGrants = frozenset[ReviewPermission | ReviewStep]

COMPANY_ACCOUNT = func.coalesce(request.c.account_id, engagement.c.account_id)
"""The account of who wrote a review, if it has one."""


@dataclass(frozen=True, slots=True)
class WhichReview:
    """Which review is meant: by its number; or by the secret of its author's private link."""

    id: int | None = None
    token: str | None = None

    @property
    def given(self) -> list[str]:
        """Name the ways in which it is named."""
        named = {"id": self.id, "token": self.token}
        return [name for name, value in named.items() if value is not None]


@dataclass(frozen=True, slots=True)
class SeenReview:
    """A review as it was read, with the text that is shown, and how the viewer stands to it."""

    row: Row[Any]
    standing: ReviewStanding

    @property
    def grants(self) -> ReviewGrants:
        """What the viewer may do with it, in some state or other."""
        return review_grants(self.standing)

    def may(self, step: ReviewStep) -> bool:
        """Whether the viewer may take a step now; `find_to_step` says why not."""
        allows = self.row.erased_at is None and self.row.state in STEPS[step].leaves
        return allows and step in self.grants

    @property
    def author(self) -> ReviewAuthor:
        """As whom the viewer acts; the rule book has let it act."""
        if self.standing.author:
            return ReviewAuthor.COMPANY
        return ReviewAuthor.ACTIVATOR if self.standing.reviewed else ReviewAuthor.MODERATOR


def reviews_with_text() -> Select[Any]:
    """Select reviews, each with its shown text, its company's account and its activator's state."""
    shown = (text.c.review_id == review.c.id) & (text.c.state == TextState.SHOWN)
    return (
        select(
            review,
            text.c.number.label("text_number"),
            text.c.experienced_on,
            text.c.sealed.label("text_sealed"),
            text.c.may_quote.label("text_may_quote"),
            COMPANY_ACCOUNT.label("company_account_id"),
            activator.c.state.label("reviewed_state"),
            activator.c.kind.label("reviewed_kind"),
        )
        .join(activator, activator.c.id == review.c.activator_id)
        .outerjoin(text, shown)
        .outerjoin(request, request.c.id == review.c.request_id)
        .outerjoin(engagement, engagement.c.id == review.c.engagement_id)
    )


def standing_of(
    platform: Platform, viewer: Viewer, row: Row[Any], *, by_link: bool = False
) -> ReviewStanding:
    """Say how somebody stands to a review; by its private link, as the author and no more."""
    shown = row.state in SHOWN
    if by_link:
        return ReviewStanding(author=True, shown=shown)
    company, snapshot = row.company_account_id, platform.directory.snapshot
    interest = interest_of(snapshot, viewer, row.activator_id, author_id=company)
    sees = partial(is_granted, platform.directory, viewer, row.activator_id)
    return ReviewStanding(
        author=interest.author,
        reviewed=interest.itself and row.reviewed_state is ActivatorState.ACTIVE,
        staff=viewer.staff,
        conflicted=is_conflicted(interest),
        sees_page=is_reviewed(row.reviewed_kind) and sees(Permission.SEE),
        sees_stars=sees(Permission.SEE_STARS),
        shown=shown,
    )


def review_of_party(
    platform: Platform, viewer: Viewer, row: Row[Any], *, company: bool
) -> SeenReview | None:
    """Let a party see the review of what it is a party to; None where it may not (yet).

    The company stands to it as by its private link.
    """
    seen = SeenReview(row, standing_of(platform, viewer, row, by_link=company))
    return seen if ReviewPermission.SEE in seen.grants else None


async def find_review(
    platform: Platform, session: AsyncSession, viewer: Viewer, which: WhichReview, *, lock: bool
) -> SeenReview:
    """Find one that the viewer may see; locked, nobody else changes it until the transaction ends.

    Raises NotFound, InvalidInput where not exactly one thing names it, Forbidden for a key that
    may not; and, to lock it, as `hold_account`.
    """
    if len(which.given) != 1:
        raise InvalidInput("id", which.id, "one thing that names it: an id or a token")
    by_link = which.token is not None
    check_scope(viewer, Scope.CONTACT_WRITE if by_link or lock else Scope.DIRECTORY_READ)
    named = await _named(platform, session, which)
    if lock:
        await hold_account(session, viewer)
        own = select(review.c.id).where(named)
        await session.execute(own.with_for_update(key_share=True))
    row = (await session.execute(reviews_with_text().where(named))).one_or_none()
    if row is None:
        raise _no_such_review(which)
    seen = SeenReview(row, standing_of(platform, viewer, row, by_link=by_link))
    if ReviewPermission.SEE not in seen.grants:
        raise _no_such_review(which)
    return seen


async def read_review(platform: Platform, viewer: Viewer, which: WhichReview) -> SeenReview | None:
    """Read one, as `find_review` does; None for one that the viewer may not see."""
    try:
        async with platform.database.read() as session:
            return await find_review(platform, session, viewer, which, lock=False)
    except NotFound:
        return None


async def _named(
    platform: Platform, session: AsyncSession, which: WhichReview
) -> ColumnElement[bool]:
    """Say in SQL which review is named."""
    if which.token is None:
        return review.c.id == which.id
    number = await number_behind(platform, session, which.token)
    if number is not None:
        return review.c.request_id == number
    opened = await engagement_behind(platform, session, which.token)
    return false() if opened is None else review.c.engagement_id == opened


def _no_such_review(which: WhichReview) -> NotFound:
    """Refuse, alike for what does not exist, is hidden, or was revoked."""
    return NotFound("No such review.", which.given[0])
