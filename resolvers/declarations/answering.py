"""The provider says whether it was so: it confirms what was declared of it, or disputes it.

A dispute is decided by a moderator; until then the provider may still confirm.
"""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from models.contact_requests import Author
from models.declared_engagements import DeclarationState, DeclarationStep, DisputeReason
from models.moderation import CaseKind, Verdict
from permissions.viewer import Viewer
from resolvers.contact.finding import Which
from resolvers.contact.words import checked_words
from resolvers.declarations.content import Dispute, content_of
from resolvers.declarations.finding import SeenEngagement, find_engagement, find_to
from resolvers.declarations.letters import enqueue_letter
from resolvers.declarations.steps import check_state, write_step
from resolvers.imports import in_one_transaction
from resolvers.input_checks import InputChecks
from resolvers.moderation.cases import close_case
from resolvers.platform import Platform


async def confirm_engagement(platform: Platform, viewer: Viewer, which: Which) -> SeenEngagement:
    """Confirm that it was so: its company may then review the provider.

    One that is confirmed stays so. Raises NotFound, Forbidden, Conflict.
    """
    return await in_one_transaction(platform.database, partial(_confirm, platform, viewer, which))


async def _confirm(
    platform: Platform, viewer: Viewer, which: Which, session: AsyncSession
) -> SeenEngagement:
    step, now = DeclarationStep.CONFIRM, platform.now()
    seen = await find_to(platform, session, viewer, which, step)
    row = seen.row
    if row.state is DeclarationState.CONFIRMED:
        return seen
    check_state(row, step)
    await close_case(
        session, CaseKind.ENGAGEMENT_DISPUTE, row.id, Verdict.WITHDRAWN, now=now, by=viewer
    )
    await enqueue_letter(session, row.id, Author.COMPANY, "engagement_confirmed", now=now)
    await write_step(platform, session, viewer, row, step, now=now)
    return await find_engagement(platform, session, viewer, which)


async def dispute_engagement(
    platform: Platform, viewer: Viewer, which: Which, *, reason: DisputeReason, message: str
) -> SeenEngagement:
    """Say why it was not so: a moderator decides, and the company is told.

    To dispute it again alike changes nothing. Raises NotFound, Forbidden, Conflict, Refusals.
    """
    checks = InputChecks()
    words = checked_words(checks, "message", message)
    checks.end()
    dispute = Dispute(reason=reason.value, message=words)
    work = partial(_dispute, platform, viewer, which, dispute)
    return await in_one_transaction(platform.database, work)


async def _dispute(
    platform: Platform, viewer: Viewer, which: Which, dispute: Dispute, session: AsyncSession
) -> SeenEngagement:
    step, now = DeclarationStep.DISPUTE, platform.now()
    seen = await find_to(platform, session, viewer, which, step)
    row, content = seen.row, content_of(platform.sealer, seen.row)
    said = None if content is None else content["dispute"]
    if row.state is DeclarationState.DISPUTED and said == dispute:
        return seen
    check_state(row, step)
    sealed = platform.sealer.seal({**(content or {}), "dispute": dispute})
    await enqueue_letter(session, row.id, Author.COMPANY, "engagement_disputed", now=now)
    told = {"reason": dispute["reason"]}
    await write_step(platform, session, viewer, row, step, now=now, audited=told, sealed=sealed)
    return await find_engagement(platform, session, viewer, which)
