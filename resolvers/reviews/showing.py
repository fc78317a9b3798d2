"""What happens to the texts of a review: one is shown in the place of another, or refused."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.reviews import TextState

text = tables.review_text


async def waiting_text(session: AsyncSession, review_id: int) -> Row[Any] | None:
    """Read the text that waits for a moderator, if one does."""
    query = select(text).where(text.c.review_id == review_id, text.c.state == TextState.WAITING)
    found: Row[Any] | None = (await session.execute(query)).one_or_none()
    return found


async def show_text(
    session: AsyncSession, review: Row[Any], shown: Row[Any], *, now: datetime
) -> dict[str, Any]:
    """Show a text of a locked review; give the review's columns that change with it.

    A text that was written before the review was published (its stars alone were, since nobody had
    decided in time) changes nothing that its author did, so that no date of change is set.
    """
    before = (text.c.review_id == review.id) & (text.c.state == TextState.SHOWN)
    await session.execute(update(text).where(before).values(state=TextState.REPLACED))
    now_shown = {"state": TextState.SHOWN, "shown_at": now}
    await session.execute(update(text).where(text.c.id == shown.id).values(now_shown))
    first = review.published_at
    changes = first is not None and shown.written_at >= first
    return {
        "stars": shown.stars,
        "may_quote": shown.may_quote,
        "published_at": first or now,
        "changed_at": now if changes else review.changed_at,
    }


async def end_waiting(session: AsyncSession, review_id: int, state: TextState) -> None:
    """Have the text that waits be refused, or replaced by none, if one does."""
    waits = (text.c.review_id == review_id) & (text.c.state == TextState.WAITING)
    await session.execute(update(text).where(waits).values(state=state))
