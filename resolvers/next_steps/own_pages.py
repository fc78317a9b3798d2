"""What is to be done with the pages of the activators that one is (charter, articles 2 and 3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.request_steps import AWAITING
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activators import Seen, get_activators
from resolvers.charter_standing import charter_in_force
from resolvers.directory.cards import Card
from resolvers.next_steps.steps import NextStepCode, Step
from resolvers.platform import Platform
from resolvers.policy import Policy


@dataclass(frozen=True, slots=True)
class Written:
    """What the cards do not tell: who stands by the charter, and who waits for a structure.

    `answer_by` says by whom an answer is owed to companies, and when the first one is due.
    """

    accepted: frozenset[int]
    accept_by: datetime | None
    moving: frozenset[int]
    answer_by: Mapping[int, datetime]


async def live_pages(platform: Platform, viewer: Viewer) -> list[Seen]:
    """Give the activators that the viewer is and that have not left, in order of id."""
    seen = await get_activators(platform.directory, viewer, sorted(viewer.activator_ids))
    gone = ActivatorState.WITHDRAWN
    return [one for one in seen if one is not None and one.card.state is not gone]


async def read_written(session: AsyncSession, pages: Sequence[Seen]) -> Written:
    """Read what is written of some pages: four statements."""
    ids = [one.card.id for one in pages]
    activator, accepted = tables.activator.c, tables.charter_acceptance.c
    moving = select(activator.id).where(
        activator.id.in_(ids), activator.next_structure_id.is_not(None)
    )
    moving_ids = frozenset((await session.execute(moving)).scalars())
    answer_by = await _answers_due(session, ids)
    charter = await charter_in_force(session)
    if charter is None:
        return Written(frozenset(ids), None, moving_ids, answer_by)
    agreed = select(accepted.activator_id).where(
        accepted.activator_id.in_(ids), accepted.version == charter.version
    )
    agreed_ids = frozenset((await session.execute(agreed)).scalars())
    return Written(agreed_ids, charter.accept_by, moving_ids, answer_by)


async def _answers_due(session: AsyncSession, ids: Sequence[int]) -> dict[int, datetime]:
    request = tables.contact_request.c
    mine, awaiting = request.activator_id.in_(ids), request.state.in_(AWAITING)
    query = select(request.activator_id, func.min(request.due_at)).where(mine, awaiting)
    found = await session.execute(query.group_by(request.activator_id))
    return {activator_id: due_at for activator_id, due_at in found if due_at is not None}


def steps_of_page(page: Seen, written: Written, policy: Policy, now: datetime) -> Iterator[Step]:
    """List what is to be done with a page, the most urgent first."""
    card, mine = page.card, page.card.id
    stands = mine in written.accepted
    if not stands and Permission.COMMIT in page.grants:
        yield Step(NextStepCode.ACCEPT_CHARTER, activator_id=mine, by=written.accept_by)
    if card.state is ActivatorState.ACTIVE and mine in written.answer_by:
        due = written.answer_by[mine]
        yield Step(NextStepCode.ANSWER_CONTACT_REQUESTS, activator_id=mine, by=due)
    if Permission.EDIT in page.grants:
        if card.left_at is not None and mine not in written.moving:
            yield Step(NextStepCode.NAME_A_STRUCTURE, activator_id=mine)
        yield from _confirmation(card, policy, now)
        if card.completion.missing:
            yield Step(NextStepCode.COMPLETE_PROFILE, activator_id=mine)
    if stands and card.state is ActivatorState.PENDING:
        yield Step(NextStepCode.WAIT_FOR_ADMISSION, activator_id=mine)


def _confirmation(card: Card, policy: Policy, now: datetime) -> Iterator[Step]:
    """Ask for it once it would be reminded of; by when, until it has left the directory."""
    since = card.confirmed_at or card.state_changed_at
    if card.state is not ActivatorState.ACTIVE or since is None:
        return
    if since + timedelta(days=policy.profile_reminder_days) <= now:
        leaves_at = since + timedelta(days=policy.profile_lapse_days)
        by = leaves_at if card.lapsed_at is None else None
        yield Step(NextStepCode.CONFIRM_PROFILE, activator_id=card.id, by=by)
