"""Forgetting with which account a review was written, once its company is erased (RGPD, article 5).

What it says stays published for its time: it names nobody.
"""

from collections.abc import Sequence

from sqlalchemy import Column, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.reviews import ReviewAuthor

review, history = tables.review, tables.review_history


async def forget_authors(session: AsyncSession, of: Column[int], ids: Sequence[int]) -> None:
    """Forget with which accounts the reviews were written of requests or engagements, by number."""
    theirs = select(review.c.id).where(of.in_(ids))
    own = (history.c.review_id.in_(theirs), history.c.author == ReviewAuthor.COMPANY)
    await session.execute(update(history).where(*own).values(account_id=None))
