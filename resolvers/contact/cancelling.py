"""The company withdraws its request: it needs no answer any more (charter, article 4)."""

from models.contact_requests import Author
from models.request_reasons import CancellationReason
from models.request_steps import RequestState, Step
from permissions.viewer import Viewer
from resolvers.contact.finding import SeenRequest, Which, find_request
from resolvers.contact.letters import enqueue_letter
from resolvers.contact.steps import check_state, find_own_step, write_step
from resolvers.platform import Platform


async def cancel_request(
    platform: Platform, viewer: Viewer, which: Which, reason: CancellationReason
) -> SeenRequest:
    """Cancel an open request, and tell the activator that it need not answer.

    One that is cancelled stays so, whatever the reason now. Raises NotFound, Forbidden, Conflict.
    """
    async with platform.database.write() as session:
        seen = await find_own_step(platform, session, viewer, which, Step.CANCEL)
        if seen.row.state is RequestState.CANCELLED:
            return seen
        check_state(seen.row, Step.CANCEL)
        now, number = platform.now(), seen.row.id
        if seen.standing.sent:
            await enqueue_letter(
                session, number, Author.ACTIVATOR, "contact_cancelled", "cancelled", now=now
            )
        await write_step(
            platform,
            session,
            viewer,
            seen.row,
            Step.CANCEL,
            Author.COMPANY,
            now=now,
            reason=reason.value,
        )
        return await find_request(platform, session, viewer, which)
