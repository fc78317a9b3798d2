"""The activator's one reply to a review, shown beside it at once (charter, article 4)."""

from sqlalchemy.ext.asyncio import AsyncSession

from models.review_steps import ReviewStep
from models.reviews import ReviewAuthor
from permissions.viewer import Viewer
from resolvers.contact.words import checked_words
from resolvers.imports import in_one_transaction
from resolvers.input_checks import InputChecks
from resolvers.platform import Platform
from resolvers.refusal import Conflict
from resolvers.reviews.finding import SeenReview, WhichReview, find_review
from resolvers.reviews.letters import tell_author
from resolvers.reviews.steps import check_state, find_own_step, write_step
from resolvers.sealing import Sealer

LONGEST_REPLY = 2_000


async def reply_to_review(
    platform: Platform, viewer: Viewer, which: WhichReview, text: str
) -> SeenReview:
    """Reply to a review, once. The same reply again changes nothing.

    Raises NotFound, Forbidden; Conflict where there is another reply, or there was one that a
    moderator took away; Refusals for a text that is empty or too long.
    """
    checks = InputChecks()
    reply = checked_words(checks, "text", text, longest=LONGEST_REPLY)
    checks.end()
    step, now, sealer = ReviewStep.REPLY, platform.now(), platform.sealer

    async def work(session: AsyncSession) -> SeenReview:
        seen = await find_own_step(platform, session, viewer, which, step)
        row = seen.row
        if row.reply_removed_at is not None:
            raise Conflict("A moderator took the reply away: there is no second one.")
        if row.replied_at is not None and reply_of(sealer, row.sealed) == reply:
            return seen
        check_state(row, step)
        if row.replied_at is not None:
            raise Conflict("There is a reply already, and there is no second one.")
        await tell_author(session, row.id, "review_replied", "replied", now=now)
        await write_step(
            platform,
            session,
            viewer,
            row,
            step,
            ReviewAuthor.ACTIVATOR,
            now=now,
            replied_at=now,
            sealed=sealer.seal({"reply": reply}),
        )
        return await find_review(platform, session, viewer, which, lock=False)

    return await in_one_transaction(platform.database, work)


def reply_of(sealer: Sealer, sealed: str | None) -> str | None:
    """Open the reply of a review; None where there is none, and once it was erased."""
    if sealed is None:
        return None
    reply: str = sealer.open(sealed)["reply"]
    return reply
