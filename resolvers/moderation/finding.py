"""Finding a case, as who moderates sees it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.moderation import Verdict
from permissions.viewer import Viewer
from resolvers.contact.place import Place
from resolvers.moderation.access import check_moderates, is_barred
from resolvers.platform import Platform
from resolvers.refusal import Conflict, Forbidden, NotFound, Unauthenticated
from resolvers.reviews.steps import CONFLICTED

case = tables.moderation_case

TAKEN = "Another moderator has it in hand."


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case as somebody who may decide it sees it, at some time."""

    row: Row[Any]
    viewer: Viewer
    at: datetime

    @property
    def is_claimed(self) -> bool:
        """Whether somebody has it in hand."""
        return self.row.claimed_until is not None and self.row.claimed_until > self.at

    @property
    def is_mine(self) -> bool:
        """Whether the viewer has it in hand."""
        return self.is_claimed and self.row.claimed_by == self.viewer.account_id

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.row.decided_at is None

    @property
    def is_free(self) -> bool:
        """Whether the viewer may claim and decide it now."""
        return self.is_open and (self.is_mine or not self.is_claimed)

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been decided before."""
        return self.is_open and self.row.due_at < self.at

    @property
    def cursor(self) -> str:
        """Its place in the queue."""
        return Place(self.row.opened_at, self.row.id).cursor


async def find_case(
    platform: Platform, session: AsyncSession, viewer: Viewer, number: int, *, field: str
) -> SeenCase:
    """Find one that the viewer may decide, open or not; `field` is where it is named.

    Raises Unauthenticated or Forbidden as `check_moderates`, and Forbidden for an interest in it,
    NotFound.
    """
    check_moderates(viewer)
    row = (await session.execute(select(case).where(case.c.id == number))).one_or_none()
    if row is None:
        raise NotFound("No such case.", field)
    if await is_barred(platform, session, viewer, row):
        raise Forbidden(CONFLICTED, field)
    return SeenCase(row, viewer, platform.now())


async def lock_case(session: AsyncSession, seen: SeenCase) -> SeenCase:
    """Lock it, once its subject is locked, and read it anew."""
    query = select(case).where(case.c.id == seen.row.id).with_for_update()
    return SeenCase((await session.execute(query)).one(), seen.viewer, seen.at)


def check_open(seen: SeenCase, field: str) -> None:
    """Raise Conflict for a case that is over, or that another has in hand."""
    if seen.row.verdict is Verdict.WITHDRAWN:
        raise Conflict("There is nothing left to decide: what it was about has changed.", field)
    if not seen.is_open:
        raise Conflict("It is decided already.", field)
    if not seen.is_free:
        raise Conflict(TAKEN, field)


async def read_case(platform: Platform, viewer: Viewer, number: int) -> SeenCase | None:
    """Read one; None for one that the viewer may not decide."""
    try:
        async with platform.database.read() as session:
            return await find_case(platform, session, viewer, number, field="id")
    except (NotFound, Forbidden, Unauthenticated):
        return None
