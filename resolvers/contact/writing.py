"""Writing a request that a company asks, and sending it; or holding it for a moderator."""

from typing import Any

from sqlalchemy import Row, insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.base import new_id
from models.contact_requests import Author
from models.request_steps import RequestState, Step
from models.revisions import Subject, record_changes
from permissions.viewer import Viewer
from resolvers.contact.asked_before import Names
from resolvers.contact.given_request import CheckedRequest, GivenRequest
from resolvers.contact.held import hold_request
from resolvers.contact.links import add_link
from resolvers.contact.references import new_reference
from resolvers.contact.sending import send_request
from resolvers.contact.steps import add_history
from resolvers.contact.suspicions import suspicions_of, text_hash
from resolvers.platform import Platform


async def write_request(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    given: GivenRequest,
    checked: CheckedRequest,
    names: Names,
    activator: Row[Any],
) -> int:
    """Write a request to a locked activator, with its private link; send it, unless it is held."""
    number, now = new_id(), platform.now()
    need = checked.content["need"]
    hashed = text_hash(platform.sealer, need)
    suspicions = await suspicions_of(platform, session, need, hashed, activator.id, now=now)
    state = RequestState.HELD if suspicions else RequestState.SUBMITTED
    await session.execute(
        insert(tables.contact_request).values(
            **names._asdict(),
            id=number,
            reference=new_reference(),
            version=1,
            activator_id=activator.id,
            structure_id=activator.structure_id,
            state=state,
            language=given.language,
            network_code=viewer.network_code,
            account_id=viewer.account_id,
            size=checked.size,
            sector_code=checked.sector_code,
            department_code=checked.department_code,
            expertise=checked.expertise,
            sealed=platform.sealer.seal(checked.content),
            text_hash=hashed,
            may_redirect=given.agrees_to_redirection,
            held_for=suspicions,
            hops=0,
            created_at=now,
        )
    )
    await add_link(platform, session, number, now=now)
    await (hold_request if suspicions else send_request)(platform, session, number, now=now)
    await _record(platform, session, viewer, number, state)
    return number


async def _record(
    platform: Platform, session: AsyncSession, viewer: Viewer, number: int, state: RequestState
) -> None:
    """Write the first line of its history, and say to audit and followers that it is there."""
    now, step = platform.now(), Step.ASK
    await add_history(session, number, step, state, Author.COMPANY, by=viewer, now=now)
    becomes = {"state": state.value, "step": step.value}
    await platform.audit.record(
        session,
        viewer,
        "contact_request.step",
        "ContactRequest",
        number,
        now=now,
        after=becomes,
    )
    await record_changes(session, Subject.CONTACT_REQUEST, [number])
