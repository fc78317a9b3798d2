"""The author changes what it wrote, or writes another text where one was refused.

A comment goes back to a moderator: until then what is shown stays. The date of a change is shown.
"""

from functools import partial
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from models.review_steps import ReviewState, ReviewStep
from models.reviews import MOST_REFUSALS, TextState
from permissions.viewer import Viewer
from resolvers.imports import in_one_transaction
from resolvers.platform import Platform
from resolvers.refusal import Conflict
from resolvers.reviews.finding import SeenReview, WhichReview, find_review
from resolvers.reviews.given_text import GivenText, check_day, checked_text
from resolvers.reviews.occasions import began_at
from resolvers.reviews.putting import put_text
from resolvers.reviews.steps import check_state, find_own_step
from resolvers.reviews.texts import texts_of

ENDS = "Two texts of this review were refused: no other one is taken."
SAME = "This very text was refused: write another one."


async def change_review(
    platform: Platform, viewer: Viewer, which: WhichReview, given: GivenText
) -> SeenReview:
    """Put another text; one that says what the last one says changes nothing.

    Raises Refusals with all that is wrong, as `find_own_step`, InvalidInput for a day that cannot
    be, Conflict where the state does not allow it or two texts were refused.
    """
    change = partial(_change, platform, viewer, which, checked_text(given))
    return await in_one_transaction(platform.database, change)


async def _change(
    platform: Platform,
    viewer: Viewer,
    which: WhichReview,
    given: GivenText,
    session: AsyncSession,
) -> SeenReview:
    seen = await find_own_step(platform, session, viewer, which, ReviewStep.CHANGE)
    row, now = seen.row, platform.now()
    step = step_of_change(row.state)
    check_state(row, step)
    texts = await texts_of(session, row.id)
    last = last_of_author(texts)
    if given.is_like(platform.sealer, last):
        if step is ReviewStep.REWRITE:
            raise Conflict(SAME, "comment")
        return seen
    if row.refusals >= MOST_REFUSALS:
        raise Conflict(ENDS, "state")
    began = await began_at(session, row)
    await check_day(session, row.activator_id, given.experienced_on, began, now=now)
    number = len(texts) + 1
    await put_text(platform, session, viewer, row, step, number, given, now=now)
    return await find_review(platform, session, viewer, which, lock=False)


def may_change(seen: SeenReview) -> bool:
    """Say whether the viewer may put another text now; `change_review` says why not."""
    takes_more: bool = seen.row.refusals < MOST_REFUSALS
    return takes_more and seen.may(step_of_change(seen.row.state))


def step_of_change(state: ReviewState) -> ReviewStep:
    """Say which step another text is: what was refused is rewritten, all else is changed."""
    return ReviewStep.REWRITE if state is ReviewState.REJECTED else ReviewStep.CHANGE


def last_of_author(texts: list[Row[Any]]) -> Row[Any]:
    """Find what the author would see changed: what waits, or else is shown, or was refused."""
    for state in (TextState.WAITING, TextState.SHOWN):
        for one in texts:
            if one.state is state:
                return one
    return texts[-1]
