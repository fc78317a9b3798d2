"""A company asks an activator for contact (charter, article 4).

Anybody asks, a portal with `contact:write` on a visitor's behalf. What was asked once is not asked
twice: neither under one idempotency key, nor by one address while an answer is awaited.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorKind, ActivatorState
from models.api_keys import Scope
from models.working_days import calendar_of
from permissions.permission import Permission
from permissions.requests import NEVER_ASKED, RequestPermission
from permissions.viewer import Viewer
from resolvers.activators import get_activators
from resolvers.contact.asked_before import (
    Names,
    asked_and_open,
    asked_under_key,
    mail_link_again,
    names_of,
)
from resolvers.contact.contactable import is_there
from resolvers.contact.departments import department_of
from resolvers.contact.finding import SeenRequest, hold_account, seen_by
from resolvers.contact.given_request import CheckedRequest, GivenRequest, checked_request
from resolvers.contact.receipts import receipt_for
from resolvers.contact.suggestions import suggest
from resolvers.contact.suspicions import suspicions_of, text_hash
from resolvers.contact.writing import write_request
from resolvers.editing import lock_activator
from resolvers.imports import in_one_transaction
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Forbidden, NotFound

activator = tables.activator

FIELD = "activator"


class SeeOffers(Forbidden):
    """A solution provider is not asked: its offers are looked at (charter, article 3)."""

    def __init__(self, offers_url: str | None) -> None:
        """Say where, if it says so."""
        super().__init__("It sells solutions and is not asked for contact: see its offers.", FIELD)
        self.offers_url = offers_url


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as who asked it sees it; others to ask, where its activator is away today."""

    seen: SeenRequest
    away: bool
    others: list[int]


async def request_contact(platform: Platform, viewer: Viewer, given: GivenRequest) -> Asked:
    """Ask, and give the request; the one that was there already, if this asks the same.

    Raises Forbidden for a key without `contact:write`, Refusals with all that is wrong, Conflict
    where the idempotency key named something else, NotFound for an activator that the viewer does
    not see or that is never asked, SeeOffers, Forbidden, RateLimited.
    """
    check_scope(viewer, Scope.CONTACT_WRITE)
    checked = checked_request(platform.directory.snapshot.reference, given)
    names = names_of(platform.sealer, viewer, given, checked)
    async with platform.database.read() as session:
        number = await asked_under_key(session, names)
    if number is None:
        await check_may_ask(platform, viewer, given.activator_id)
        await platform.rate_limits.check_asked(given.activator_id)
        ask = partial(_ask, platform, viewer, given, checked, names)
        number = await in_one_transaction(platform.database, ask)
    async with platform.database.read() as session:
        seen, now = await seen_by(session, viewer, number), platform.now()
        if RequestPermission.SEE not in seen.grants:
            held = await _is_held(platform, session, names, seen.row, checked.content["need"])
            seen = await receipt_for(platform, session, seen, held=held)
        away = await _is_away(session, given.activator_id, now)
        asked_id = given.activator_id
        others = await suggest(platform, session, asked_id, now=now) if away else []
    return Asked(seen, away, others)


async def check_may_ask(platform: Platform, viewer: Viewer, activator_id: int) -> None:
    """Refuse as the rule book says; raises NotFound, SeeOffers, Forbidden."""
    seen = (await get_activators(platform.directory, viewer, [activator_id]))[0]
    if seen is None or Permission.SEE not in seen.grants or seen.card.kind in NEVER_ASKED:
        raise NotFound("No such activator.", FIELD)
    if Permission.REQUEST_CONTACT in seen.grants:
        return
    if seen.card.kind is ActivatorKind.SOLUTION_PROVIDER:
        follows = Permission.FOLLOW_WEBSITE in seen.grants
        raise SeeOffers(seen.card.website_url if follows else None)
    raise Forbidden("It is not to be asked for contact now.", FIELD)


async def _ask(
    platform: Platform,
    viewer: Viewer,
    given: GivenRequest,
    checked: CheckedRequest,
    names: Names,
    session: AsyncSession,
) -> int:
    """Write it, unless it is there; the locked activator lets one in after the other."""
    await hold_account(session, viewer)
    asked = await lock_activator(session, given.activator_id, FIELD)
    if asked.state is not ActivatorState.ACTIVE:
        raise NotFound("No such activator.", FIELD)
    before = await asked_under_key(session, names)
    if before is not None:
        return before
    found = await asked_and_open(session, names, asked.id)
    if found is None:
        return await write_request(platform, session, viewer, given, checked, names, asked)
    await mail_link_again(session, found, now=platform.now())
    return int(found.id)


async def _is_held(
    platform: Platform, session: AsyncSession, names: Names, row: Row[Any], need: str
) -> bool:
    """Say whether this asking was held, or would have been, had it made a request."""
    if row.idempotency_hash == names.idempotency_hash:
        return bool(row.held_for)
    hashed = text_hash(platform.sealer, need)
    asked_id, now = row.activator_id, platform.now()
    return bool(await suspicions_of(platform, session, need, hashed, asked_id, now=now))


async def _is_away(session: AsyncSession, activator_id: int, now: datetime) -> bool:
    """Look at the day where it is, as its page does."""
    zone = calendar_of(await department_of(session, activator_id)).zone
    today = now.astimezone(zone).date()
    query = select(activator.c.id).where(activator.c.id == activator_id, is_there(today))
    return (await session.execute(query)).first() is None
