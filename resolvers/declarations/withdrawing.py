"""The company takes back what it declared, before anybody has said whether it was so."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from models.contact_requests import Author
from models.declared_engagements import DeclarationState, DeclarationStep
from models.moderation import CaseKind, Verdict
from permissions.viewer import Viewer
from resolvers.contact.finding import Which
from resolvers.declarations.finding import SeenEngagement, find_engagement, find_to
from resolvers.declarations.letters import enqueue_letter
from resolvers.declarations.steps import check_state, write_step
from resolvers.imports import in_one_transaction
from resolvers.moderation.cases import close_case
from resolvers.platform import Platform


async def withdraw_engagement(platform: Platform, viewer: Viewer, which: Which) -> SeenEngagement:
    """Withdraw it: the provider need not answer, and no moderator decides.

    One that is withdrawn stays so. Raises NotFound, Forbidden, Conflict.
    """
    return await in_one_transaction(platform.database, partial(_withdraw, platform, viewer, which))


async def _withdraw(
    platform: Platform, viewer: Viewer, which: Which, session: AsyncSession
) -> SeenEngagement:
    step, now = DeclarationStep.WITHDRAW, platform.now()
    seen = await find_to(platform, session, viewer, which, step)
    row = seen.row
    if row.state is DeclarationState.WITHDRAWN:
        return seen
    check_state(row, step)
    kind = CaseKind.ENGAGEMENT_DISPUTE
    await close_case(session, kind, row.id, Verdict.WITHDRAWN, now=now, by=viewer)
    await enqueue_letter(session, row.id, Author.ACTIVATOR, "engagement_withdrawn", now=now)
    await write_step(platform, session, viewer, row, step, now=now)
    return await find_engagement(platform, session, viewer, which)
