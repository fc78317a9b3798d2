"""Having cases in hand for a time, so that two do not work on one."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from permissions.viewer import Viewer
from resolvers.audit import Done
from resolvers.contact.finding import hold_account
from resolvers.moderation.access import check_moderates
from resolvers.moderation.finding import SeenCase, check_open, find_case
from resolvers.paging import PAGE_LIMIT
from resolvers.platform import Platform
from resolvers.refusal import InvalidInput, Refusal, Refusals

case = tables.moderation_case


async def claim_cases(platform: Platform, viewer: Viewer, numbers: Sequence[int]) -> list[SeenCase]:
    """Claim all of them or none, for `moderation_lease_minutes` from now.

    One's own are prolonged; what another's time has run out for is free. Raises Unauthenticated,
    Forbidden for who does not moderate, InvalidInput for too many; Refusals with what stands in the
    way of each: NotFound, Forbidden for an interest, Conflict for what another has in hand.
    """
    until = platform.now() + timedelta(minutes=platform.policy.moderation_lease_minutes)
    held = {"claimed_by": viewer.account_id, "claimed_until": until}
    return await _change(platform, viewer, numbers, "claim", lambda _seen: True, held)


async def release_cases(
    platform: Platform, viewer: Viewer, numbers: Sequence[int]
) -> list[SeenCase]:
    """Let go of all of them or none; nothing changes where one has none in hand.

    Raises as `claim_cases`.
    """
    free = {"claimed_by": None, "claimed_until": None}
    return await _change(platform, viewer, numbers, "release", lambda seen: seen.is_mine, free)


async def _change(
    platform: Platform,
    viewer: Viewer,
    numbers: Sequence[int],
    action: str,
    concerns: Callable[[SeenCase], bool],
    values: dict[str, Any],
) -> list[SeenCase]:
    """Change who has cases in hand, as the audit says."""
    check_moderates(viewer)
    if not 1 <= len(numbers) <= PAGE_LIMIT:
        raise InvalidInput("ids", len(numbers), f"1 to {PAGE_LIMIT} ids")
    async with platform.database.write() as session:
        await hold_account(session, viewer)
        ordered = select(case.c.id).where(case.c.id.in_(numbers)).order_by(case.c.id)
        await session.execute(ordered.with_for_update())
        seen = await _all_open(platform, session, viewer, numbers)
        changed = [one.row.id for one in seen if concerns(one)]
        if changed:
            own = case.c.id.in_(changed)
            await session.execute(update(case).where(own).values(values))
            await _audit(platform, session, viewer, action, changed, platform.now())
        rows = {row.id: row for row in await session.execute(_of(numbers))}
    return [SeenCase(rows[one.row.id], viewer, one.at) for one in seen]


def _of(numbers: Sequence[int]) -> Any:
    return select(case).where(case.c.id.in_(numbers))


async def _all_open(
    platform: Platform, session: AsyncSession, viewer: Viewer, numbers: Sequence[int]
) -> list[SeenCase]:
    """Find them all, open and free; raises Refusals with what stands in the way of each."""
    found: list[SeenCase] = []
    refusals: list[Refusal] = []
    for place, number in enumerate(numbers):
        field = f"ids.{place}"
        try:
            seen = await find_case(platform, session, viewer, number, field=field)
            check_open(seen, field)
            found.append(seen)
        except Refusal as refusal:
            refusals.append(refusal)
    if refusals:
        raise Refusals(refusals)
    return found


async def _audit(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    action: str,
    numbers: Sequence[int],
    now: datetime,
) -> None:
    things = [Done(number, {}, {}) for number in dict.fromkeys(numbers)]
    name, subject = f"moderation_case.{action}", "ModerationCase"
    await platform.audit.record_each(session, viewer, name, subject, things, now=now)
