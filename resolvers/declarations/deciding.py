"""A moderator decides on a dispute: it reads what was declared, and why it is disputed.

Content is for the parties (charter, article 4), so that staff read it only while it is disputed,
and only who has its case in hand; each reading is audited. Who has an interest neither reads nor
decides.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.declared_engagements import DeclarationStep
from models.moderation import CaseKind
from permissions.declarations import DeclarationPermission
from permissions.moderation import is_conflicted
from permissions.viewer import Viewer
from resolvers.contact.finding import Which
from resolvers.declarations.content import Decision, content_of
from resolvers.declarations.finding import SeenEngagement, find_engagement, find_to
from resolvers.declarations.letters import enqueue_to_both
from resolvers.declarations.steps import check_state, write_step
from resolvers.moderation.interests import interest_of
from resolvers.platform import Platform
from resolvers.refusal import Conflict, Forbidden

CONFLICTED = "You have an interest in this: another moderator decides it."
NOT_IN_HAND = "Claim its case first: it is read to decide on it, and for nothing else."

case = tables.moderation_case


async def examine_engagement(platform: Platform, viewer: Viewer, which: Which) -> SeenEngagement:
    """Let who has claimed its case read a disputed one, this once; it is audited.

    Raises NotFound, Forbidden, Conflict for one that is not disputed, or whose case is not theirs.
    """
    async with platform.database.write() as session:
        seen = await find_to(platform, session, viewer, which, DeclarationPermission.EXAMINE)
        _check_no_interest(platform, viewer, seen)
        check_state(seen.row, DeclarationStep.UPHOLD)
        now, number = platform.now(), seen.row.id
        if not await _has_in_hand(session, viewer, number, now):
            raise Conflict(NOT_IN_HAND)
        action = "declared_engagement.examine"
        await platform.audit.record(session, viewer, action, "DeclaredEngagement", number, now=now)
    return seen.examined()


async def decide_dispute(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    engagement_id: int,
    *,
    accept: bool,
    ground: str | None,
    words: str,
) -> SeenEngagement:
    """Decide in the caller's transaction, which closes the case: it was so (accept), or was not.

    Both are told by mail that it was decided; the ground and the words they read by its link.
    Raises NotFound, Forbidden, Conflict for one that is not disputed (any more).
    """
    step = DeclarationStep.UPHOLD if accept else DeclarationStep.REFUSE
    which, now = Which(engagement_id), platform.now()
    seen = await find_to(platform, session, viewer, which, step)
    _check_no_interest(platform, viewer, seen)
    check_state(seen.row, step)
    decision = Decision(ground=ground, words=words)
    content = content_of(platform.sealer, seen.row)
    sealed = platform.sealer.seal({**(content or {}), "decision": decision})
    letter = "engagement_upheld" if accept else "engagement_refused"
    await enqueue_to_both(session, engagement_id, letter, now=now)
    told = {"ground": ground}
    await write_step(
        platform, session, viewer, seen.row, step, now=now, audited=told, sealed=sealed
    )
    return await find_engagement(platform, session, viewer, which)


def _check_no_interest(platform: Platform, viewer: Viewer, seen: SeenEngagement) -> None:
    """Raise Forbidden for who is a party, a colleague, a manager or a competitor."""
    row, snapshot = seen.row, platform.directory.snapshot
    if is_conflicted(interest_of(snapshot, viewer, row.activator_id, author_id=row.account_id)):
        raise Forbidden(CONFLICTED)


async def _has_in_hand(
    session: AsyncSession, viewer: Viewer, engagement_id: int, now: datetime
) -> bool:
    """Say whether the viewer has claimed its case, and still holds it."""
    query = select(case.c.id).where(
        case.c.kind == CaseKind.ENGAGEMENT_DISPUTE,
        case.c.subject_id == engagement_id,
        case.c.decided_at.is_(None),
        case.c.claimed_by == viewer.account_id,
        case.c.claimed_until > now,
    )
    return (await session.execute(query)).first() is not None
