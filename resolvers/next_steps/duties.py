"""What is to be done for structures and for the service, by those whose duty it is."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Select, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.jobs import JobState
from models.request_steps import RequestState
from models.request_steps import Step as RequestStep
from permissions.duties import Duty, has_duty
from permissions.requests import RequestStanding, request_grants
from permissions.viewer import Viewer
from resolvers.employment import to_confirm
from resolvers.mark.listing import TO_DECIDE, decides_on_licences
from resolvers.next_steps.steps import NextStepCode, Step
from resolvers.platform import Platform

structure, activator, job = tables.structure.c, tables.activator.c, tables.job.c
request = tables.contact_request.c


async def steps_of_duties(
    platform: Platform, session: AsyncSession, viewer: Viewer
) -> AsyncIterator[Step]:
    """List them: at most six statements."""
    vouches = Duty.VOUCH_FOR_STRUCTURE
    own = [one for one in viewer.structure_ids if has_duty(viewer, vouches, structure_id=one)]
    awaiting = select(structure.id).where(structure.awaits_confirmation)
    if has_duty(viewer, vouches) and await _any(session, awaiting):
        yield Step(NextStepCode.CONFIRM_STRUCTURE)
    if own:
        mine = awaiting.where(structure.id.in_(own)).order_by(structure.id)
        unsure = (await session.execute(mine)).scalars().all()
        for one in unsure:
            yield Step(NextStepCode.CONFIRM_STRUCTURE, structure_id=one)
        confirmed = [one for one in own if one not in unsure]
        for one in sorted(await _with_people_to_confirm(platform, session, confirmed)):
            yield Step(NextStepCode.CONFIRM_EMPLOYMENT, structure_id=one)
    held = select(request.id).where(request.state == RequestState.HELD)
    if _decides_on_held(viewer) and await _any(session, held):
        yield Step(NextStepCode.DECIDE_ON_HELD_REQUESTS)
    if decides_on_licences(viewer) and await _any(session, TO_DECIDE):
        yield Step(NextStepCode.DECIDE_ON_MARK_LICENCES)
    given_up = select(job.id).where(job.state == JobState.DEAD)
    if has_duty(viewer, Duty.TEND_JOBS) and await _any(session, given_up):
        yield Step(NextStepCode.TEND_JOBS)


def _decides_on_held(viewer: Viewer) -> bool:
    moderates, administers = (one in viewer.roles for one in (Role.MODERATOR, Role.ADMINISTRATOR))
    standing = RequestStanding(moderator=moderates, administrator=administers)
    return RequestStep.RELEASE in request_grants(standing)


async def _any(session: AsyncSession, query: Select[Any]) -> bool:
    return (await session.execute(query.limit(1))).first() is not None


async def _with_people_to_confirm(
    platform: Platform, session: AsyncSession, structure_ids: list[int]
) -> set[int]:
    """Find where somebody works of whom nobody said so for long, or says that it has come."""
    asked = to_confirm(platform.policy, platform.now())
    works = select(activator.structure_id).where(activator.structure_id.in_(structure_ids), asked)
    arrives = select(activator.next_structure_id).where(
        activator.next_structure_id.in_(structure_ids),
        activator.state != ActivatorState.WITHDRAWN,
    )
    return set((await session.execute(union(works, arrives))).scalars())
