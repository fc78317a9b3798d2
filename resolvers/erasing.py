"""Erasing what is personal of an activator; what the law wants kept stays, by number alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState, EnrolmentSource
from resolvers.contact.orphans import enqueue_orphaned
from resolvers.declarations.erasing import close_engagements_of
from resolvers.reviews.erasing import erase_reviews_of

activator, enrolment, role = tables.activator, tables.enrolment, tables.account_role

EMPTIED: dict[str, Any] = {
    **dict.fromkeys(("given_name", "family_name"), ""),
    **dict.fromkeys(("email", "phone", "headline", "presentation", "website_url", "pricing")),
    **dict.fromkeys(("address_line", "latitude", "longitude", "precision", "state_reason")),
    **dict.fromkeys(("confirmed_at", "reminded_at", "noticed_at", "lapsed_at", "employed_at")),
    **dict.fromkeys(("left_at", "next_structure_id", "away_from", "away_until")),
    **{name: [] for name in ("profile_references", "videos", "languages", "stars")},
    "edited": {},
    "remote": False,
    "publishes_coordinates": False,
}
"""What is left of each column; kind, structure and place, which many share, are kept."""

BESIDE = (
    tables.activator_expertise,
    tables.activator_sector,
    tables.activator_territory,
    tables.link_check,
    tables.mark_licence,
    tables.account_role,
    tables.consultation,
)
"""Whose rows about it are deleted."""


async def erase_activator(session: AsyncSession, activator_id: int, now: datetime) -> list[int]:
    """Erase an activator, for good: it is withdrawn, and exists for nobody any more.

    Its acceptances of the charter and the audit stay, by its number; so do the numbers that rosters
    know it by, or the next one would bring it back. Companies that wait for its answer are offered
    others. Its reviews end, and their words are erased. Gives the accounts that lose their role
    about it. The caller audits, then records the changes of both, as an action does.
    """
    await enqueue_orphaned(session, [activator_id], now=now)
    await erase_reviews_of(session, activator_id, now)
    await close_engagements_of(session, activator_id, now)
    held_by = select(role.c.account_id).where(role.c.activator_id == activator_id)
    accounts = list((await session.execute(held_by)).scalars())
    for table in BESIDE:
        await session.execute(delete(table).where(table.c.activator_id == activator_id))
    own_word = enrolment.c.source == EnrolmentSource.REGISTRATION
    await session.execute(
        delete(enrolment).where(enrolment.c.activator_id == activator_id, own_word)
    )
    values = {
        **EMPTIED,
        "state": ActivatorState.WITHDRAWN,
        "erased_at": now,
        "version": activator.c.version + 1,
    }
    await session.execute(update(activator).where(activator.c.id == activator_id).values(values))
    return accounts
