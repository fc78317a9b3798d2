"""What a review says: its texts are sealed, since not all of them are ever published.

A text is written once and never edited: it is shown, refused, or another one takes its place.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.reviews import TextState
from resolvers.sealing import Sealer

text = tables.review_text


def seal_comment(sealer: Sealer, comment: str | None) -> str | None:
    """Seal a comment; nothing for stars alone."""
    return None if comment is None else sealer.seal({"comment": comment})


def comment_of(sealer: Sealer, sealed: str | None) -> str | None:
    """Open the comment of a text; None for stars alone, and once it was erased."""
    if sealed is None:
        return None
    comment: str = sealer.open(sealed)["comment"]
    return comment


def words_of(sealer: Sealer, sealed: str | None) -> str | None:
    """Open the words of a step; None for one without, and once they were erased."""
    if sealed is None:
        return None
    words: str = sealer.open(sealed)["words"]
    return words


async def texts_of(session: AsyncSession, review_id: int) -> list[Row[Any]]:
    """Read the texts of a review, the first one first."""
    query = select(text).where(text.c.review_id == review_id).order_by(text.c.number)
    return list((await session.execute(query)).all())


async def add_text(
    session: AsyncSession,
    review_id: int,
    number: int,
    *,
    stars: int,
    experienced_on: date,
    may_quote: bool,
    sealed: str | None,
    now: datetime,
) -> Row[Any]:
    """Write the next text of a locked review; it waits."""
    row = {"id": new_id(), "review_id": review_id, "number": number, "state": TextState.WAITING}
    row |= {"stars": stars, "experienced_on": experienced_on, "may_quote": may_quote}
    values = {**row, "written_at": now, "sealed": sealed}
    written: Row[Any] = (await session.execute(insert(text).values(values).returning(text))).one()
    return written


async def take_back(session: AsyncSession, review_id: int) -> None:
    """Have no text of a locked review shown any more, since its author withdraws it."""
    shown = (text.c.review_id == review_id) & (text.c.state == TextState.SHOWN)
    await session.execute(update(text).where(shown).values(state=TextState.REPLACED))
