"""What is told to who asked and may not see the request: what a new one would be, and no more.

Whoever types an address that has asked already is given that request. Neither its state nor its
times tell them so: those are for who finds it by its private link, or signed in.
"""

from types import SimpleNamespace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.request_steps import RequestState
from models.working_days import calendar_of, due_after
from resolvers.contact.finding import SeenRequest
from resolvers.contact.sending import department_of_asked
from resolvers.platform import Platform


async def receipt_for(
    platform: Platform, session: AsyncSession, seen: SeenRequest, *, held: bool
) -> SeenRequest:
    """Show a request as if it had been asked just now, and held or sent."""
    now, days = platform.now(), platform.policy.contact_answer_days
    calendar = calendar_of(await department_of_asked(session, seen.row.id))
    values: dict[str, Any] = {
        **seen.row._asdict(),
        "state": RequestState.HELD if held else RequestState.SUBMITTED,
        "created_at": now,
        "due_at": None if held else due_after(now, days, calendar),
        **dict.fromkeys(("sent_at", "acknowledged_at", "answered_at", "closed_at", "purged_at")),
    }
    row: Any = SimpleNamespace(**values)
    return SeenRequest(row, seen.standing)
