"""Deciding on what waits: each decision in a transaction of its own, with what it does.

What a decision is about is locked first, then its case, as everybody does who changes a review. An
erasure of the activator locks the other way round: who meets one tries again.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.moderation import CaseKind
from models.review_steps import ReviewStep
from permissions.viewer import Viewer
from resolvers.contact.finding import hold_account
from resolvers.imports import in_one_transaction
from resolvers.moderation.access import check_moderates
from resolvers.moderation.cases import close_case
from resolvers.moderation.decisions import Decision, checked_decision
from resolvers.moderation.finding import SeenCase, check_open, find_case, lock_case
from resolvers.moderation.on_engagements import decide_on_dispute
from resolvers.moderation.on_reports import decide_on_report
from resolvers.moderation.on_reviews import decide_on_doubt, decide_on_text
from resolvers.moderation.ruling import Ruling
from resolvers.paging import PAGE_LIMIT
from resolvers.platform import Platform
from resolvers.refusal import InvalidInput, Refusal
from resolvers.reviews.finding import WhichReview
from resolvers.reviews.steps import find_own_step
from resolvers.reviews.texts import words_of

case, report = tables.moderation_case, tables.profile_report
engagement = tables.declared_engagement

LOCKS = {CaseKind.ENGAGEMENT_DISPUTE: engagement, CaseKind.PROFILE_REPORT: report}
"""What else than a review may be decided on."""
DECIDERS: dict[CaseKind, Callable[[Ruling], Awaitable[None]]] = {
    CaseKind.REVIEW: decide_on_text,
    CaseKind.REVIEW_CHANGE: decide_on_text,
    CaseKind.REVIEW_DOUBT: decide_on_doubt,
    CaseKind.ENGAGEMENT_DISPUTE: decide_on_dispute,
    CaseKind.PROFILE_REPORT: decide_on_report,
}


class Outcome(NamedTuple):
    """What became of one decision: its case, or why it was refused."""

    case: SeenCase | None
    refusal: Refusal | None


async def decide_each(
    platform: Platform, viewer: Viewer, decisions: Sequence[Decision | Refusal]
) -> list[Outcome]:
    """Decide one after the other; a refusal of one leaves the others as they are.

    Raises Unauthenticated or Forbidden for who does not moderate, InvalidInput for too many.
    """
    check_moderates(viewer)
    if not 1 <= len(decisions) <= PAGE_LIMIT:
        raise InvalidInput("decisions", len(decisions), f"1 to {PAGE_LIMIT} decisions")
    outcomes: list[Outcome] = []
    for number, one in enumerate(decisions):
        try:
            if isinstance(one, Refusal):
                raise one
            outcomes.append(
                Outcome(await decide(platform, viewer, one, f"decisions.{number}"), None)
            )
        except Refusal as refusal:
            outcomes.append(Outcome(None, refusal))
    return outcomes


async def decide(platform: Platform, viewer: Viewer, given: Decision, field: str) -> SeenCase:
    """Decide on a case; decided a second time alike, nothing changes.

    Raises NotFound; Forbidden for an interest in it; Refusals for a ground or words that are not
    what it needs; Conflict where another has it in hand, has decided, or it became void.
    """

    async def work(session: AsyncSession) -> SeenCase:
        await hold_account(session, viewer)
        found = await find_case(platform, session, viewer, given.case, field=f"{field}.case")
        decision = checked_decision(found.row.kind, given, field)
        subject = await _locked(platform, session, viewer, found)
        seen = await lock_case(session, found)
        if _is_decided_so(platform, seen, decision):
            return seen
        check_open(seen, f"{field}.case")
        now, words = platform.now(), decision.words
        await close_case(
            session,
            seen.row.kind,
            seen.row.subject_id,
            decision.verdict,
            now=now,
            by=viewer,
            ground=decision.ground_code,
            sealed=None if words is None else platform.sealer.seal({"words": words}),
        )
        ruling = Ruling(platform, session, viewer, seen.row, subject, decision, now)
        await DECIDERS[seen.row.kind](ruling)
        return await lock_case(session, seen)

    return await in_one_transaction(platform.database, work)


async def _locked(platform: Platform, session: AsyncSession, viewer: Viewer, seen: SeenCase) -> Any:
    """Lock what a case is about, and give it: a review as it is seen, or a row."""
    number, table = seen.row.subject_id, LOCKS.get(seen.row.kind)
    if table is None:
        which = WhichReview(number)
        return await find_own_step(platform, session, viewer, which, ReviewStep.APPROVE)
    query = select(table).where(table.c.id == number).with_for_update(key_share=True)
    return (await session.execute(query)).one()


def _is_decided_so(platform: Platform, seen: SeenCase, decision: Decision) -> bool:
    """Say whether this very decision was made before, by this viewer."""
    row = seen.row
    same = (row.verdict, row.ground, row.decided_by) == (
        decision.verdict,
        decision.ground_code,
        seen.viewer.account_id,
    )
    return same and words_of(platform.sealer, row.sealed) == decision.words
