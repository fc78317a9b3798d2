"""What waits for who moderates: how much of it, and how much for too long."""

from collections.abc import AsyncIterator

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from permissions.duties import Duty, has_duty
from permissions.viewer import Viewer
from resolvers.moderation.access import offered
from resolvers.next_steps.steps import NextStepCode, Step
from resolvers.platform import Platform

case = tables.moderation_case


async def steps_of_moderation(
    platform: Platform, session: AsyncSession, viewer: Viewer
) -> AsyncIterator[Step]:
    """Ask to decide on what the viewer is offered, if something is: two statements at most."""
    if not has_duty(viewer, Duty.MODERATE):
        return
    late = case.c.due_at < platform.now()
    query = select(
        func.count().label("waiting"),
        func.count().filter(late).label("overdue"),
        func.min(case.c.due_at).label("due_at"),
    ).where(*await offered(platform, session, viewer))
    found = (await session.execute(query)).one()
    if found.waiting:
        code = NextStepCode.MODERATE
        yield Step(code, by=found.due_at, waiting=found.waiting, overdue=found.overdue)
