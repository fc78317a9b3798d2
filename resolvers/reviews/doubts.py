"""Doubts about the authenticity of reviews: the last one of each, and what was decided.

The activator reports one, free and with a reason; a moderator examines and answers it
(`review_law.FAIR_INFORMATION`).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.review_steps import ReviewStep
from models.reviews import DoubtGround
from resolvers.loader import BatchLoader
from resolvers.platform import Platform
from resolvers.reviews.texts import words_of
from resolvers.sealing import Sealer

table = tables.review_history

DECISIONS = (ReviewStep.KEEP, ReviewStep.REMOVE)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt, with its decision once there is one; words that were erased are None."""

    reported_at: datetime
    ground: DoubtGround
    words: str | None
    decided_at: datetime | None = None
    kept: bool | None = None
    answer: str | None = None

    def is_alike(self, ground: DoubtGround, words: str) -> bool:
        """Say whether it says the same."""
        return self.ground is ground and self.words == words


class Doubts(BatchLoader[int, Doubt]):
    """Loads the last doubt about reviews, by their number."""

    def __init__(self, platform: Platform) -> None:
        """Read there."""
        super().__init__()
        self._platform = platform

    async def read(self, keys: list[int]) -> dict[int, Doubt]:
        """Read a batch."""
        async with self._platform.database.read() as session:
            found = await doubts_about(session, self._platform.sealer, keys)
        return {number: doubts[-1] for number, doubts in found.items()}


async def doubts_about(
    session: AsyncSession, sealer: Sealer, review_ids: list[int]
) -> dict[int, list[Doubt]]:
    """Read all doubts about some reviews, the first ones first."""
    query = (
        select(table)
        .where(table.c.review_id.in_(review_ids), table.c.step.in_((ReviewStep.DOUBT, *DECISIONS)))
        .order_by(table.c.review_id, table.c.number)
    )
    found: dict[int, list[Doubt]] = {}
    for row in await session.execute(query):
        if row.step is ReviewStep.DOUBT:
            doubt = Doubt(row.at, DoubtGround(row.ground), words_of(sealer, row.sealed))
            found.setdefault(row.review_id, []).append(doubt)
            continue
        doubts = found.get(row.review_id, [])
        if doubts and doubts[-1].decided_at is None:
            kept, answer = row.step is ReviewStep.KEEP, words_of(sealer, row.sealed)
            doubts[-1] = replace(doubts[-1], decided_at=row.at, kept=kept, answer=answer)
    return found
