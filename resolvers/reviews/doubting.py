"""The activator reports, free, that it doubts the authenticity of a review, and why.

The review stays published while a moderator examines it; its author is told, without the reason.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from models.moderation import CaseKind
from models.review_steps import ReviewState, ReviewStep
from models.reviews import DoubtGround, ReviewAuthor
from permissions.viewer import Viewer
from resolvers.contact.words import checked_words
from resolvers.imports import in_one_transaction
from resolvers.input_checks import InputChecks
from resolvers.moderation.cases import open_case
from resolvers.platform import Platform
from resolvers.refusal import Conflict
from resolvers.reviews.doubts import Doubt, doubts_about
from resolvers.reviews.finding import SeenReview, WhichReview, find_review
from resolvers.reviews.letters import tell_author
from resolvers.reviews.steps import check_state, find_own_step, write_step

SHORTEST_REASON, LONGEST_REASON = 10, 2_000
"""Characters."""

MOST_DOUBTS = 3
"""Doubts about one review, so that nobody is kept from being read by doubt after doubt."""


async def doubt_review(
    platform: Platform, viewer: Viewer, which: WhichReview, *, ground: DoubtGround, words: str
) -> SeenReview:
    """Report a doubt, which a moderator examines. The same again changes nothing meanwhile.

    Raises NotFound, Forbidden; Conflict while another doubt is examined, for one that was examined
    already, and after `MOST_DOUBTS`; Refusals for words that are too short or too long.
    """
    checks = InputChecks()
    bounds = {"shortest": SHORTEST_REASON, "longest": LONGEST_REASON}
    reason = checked_words(checks, "words", words, **bounds)
    checks.end()
    step, now = ReviewStep.DOUBT, platform.now()

    async def work(session: AsyncSession) -> SeenReview:
        seen = await find_own_step(platform, session, viewer, which, step)
        row = seen.row
        earlier = (await doubts_about(session, platform.sealer, [row.id])).get(row.id, [])
        examined = row.state is ReviewState.UNDER_DOUBT
        if examined and earlier and earlier[-1].is_alike(ground, reason):
            return seen
        check_state(row, step)
        _check_new(earlier, ground, reason)
        await _have_examined(platform, session, row, len(earlier) + 1, now)
        await write_step(
            platform,
            session,
            viewer,
            row,
            step,
            ReviewAuthor.ACTIVATOR,
            now=now,
            ground=ground.value,
            words=reason,
        )
        return await find_review(platform, session, viewer, which, lock=False)

    return await in_one_transaction(platform.database, work)


def _check_new(earlier: list[Doubt], ground: DoubtGround, reason: str) -> None:
    """Raise Conflict where nothing new is said, or too much was."""
    if any(doubt.is_alike(ground, reason) for doubt in earlier):
        raise Conflict("This doubt was examined: a moderator answered it.", "words")
    if len(earlier) >= MOST_DOUBTS:
        raise Conflict(f"{MOST_DOUBTS} doubts about this review were examined: there is no other.")


async def _have_examined(
    platform: Platform, session: AsyncSession, row: Row[Any], number: int, now: datetime
) -> None:
    """Put the doubt in the moderators' queue, and tell the author of it."""
    due_at = now + timedelta(days=platform.policy.review_doubt_days)
    case = CaseKind.REVIEW_DOUBT
    await open_case(session, case, row.id, row.activator_id, now=now, due_at=due_at)
    await tell_author(session, row.id, "review_doubted", f"doubted:{number}", now=now)
