"""Stars: an activator's are counted anew whenever one of its reviews takes a step.

Nobody adds or takes away one, so that they never differ from the reviews that are shown.
"""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.review_steps import SHOWN
from models.reviews import FEWEST_STARS, MOST_STARS

activator, review = tables.activator, tables.review


async def recount_stars(session: AsyncSession, activator_id: int) -> bool:
    """Count its published reviews by their stars; give whether that changed what it has.

    Its row is locked until the transaction ends. The caller records the change.
    """
    own = select(activator.c.stars).where(activator.c.id == activator_id)
    locked = own.with_for_update(key_share=True)
    before = (await session.execute(locked)).scalar_one()
    query = (
        select(review.c.stars, func.count().label("published"))
        .where(review.c.activator_id == activator_id, review.c.state.in_(SHOWN))
        .group_by(review.c.stars)
    )
    counts = {row.stars: row.published for row in await session.execute(query)}
    each = [counts.get(stars, 0) for stars in range(FEWEST_STARS, MOST_STARS + 1)]
    now = each if any(each) else []
    if now == before:
        return False
    values = {"stars": now, "version": activator.c.version + 1}
    await session.execute(update(activator).where(activator.c.id == activator_id).values(values))
    return True
