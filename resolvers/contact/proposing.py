"""The activator that was asked proposes others to the company (charter, article 4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.contact_requests import Author
from models.request_steps import Step
from permissions.viewer import Viewer
from resolvers.contact.finding import SeenRequest, Which, find_request
from resolvers.contact.letters import enqueue_letter
from resolvers.contact.offers import still_offered, withdraw_offers, write_offers
from resolvers.contact.proposals import propose
from resolvers.contact.redirecting import redirect
from resolvers.contact.steps import check_state, find_own_step, write_step
from resolvers.contact.thread import add_message, is_last
from resolvers.contact.words import checked_words_if_any
from resolvers.imports import in_one_transaction
from resolvers.input_checks import InputChecks
from resolvers.platform import Platform
from resolvers.refusal import Conflict, NotFound, Refusals

MOST = 3
OFFERS = "contact_offers"
"""The letter to the company, by its template."""

offer = tables.redirection_offer


async def propose_redirection(
    platform: Platform,
    viewer: Viewer,
    which: Which,
    *,
    activator_ids: Sequence[int],
    message: str | None,
) -> SeenRequest:
    """Propose these, or whom the service finds where there are none; the company then chooses.

    If it has agreed beforehand, and is not left a choice of several, the request goes on at once.
    The same proposed a second time changes nothing; others take the place of those before. Raises
    as `find_to_step`; Refusals for a text or a list that is too long, and NotFound alike by place
    for all who cannot be asked, whatever the reason; Conflict where the service finds nobody.
    """
    checks, now = InputChecks(), platform.now()
    given = list(dict.fromkeys(activator_ids))
    if len(given) > MOST:
        checks.refuse("activators", f"{len(given)} activators", f"at most {MOST}")
    text = checked_words_if_any(checks, "message", message)
    checks.end()

    async def propose_it(session: AsyncSession) -> SeenRequest:
        seen = await find_own_step(platform, session, viewer, which, Step.PROPOSE)
        row, at_once = seen.row, Step.REDIRECT in seen.grants and len(given) <= 1
        if await _said_already(platform, session, row.id, given, text):
            return seen
        check_state(row, Step.PROPOSE)
        count = 1 if at_once else platform.policy.contact_offers
        chosen = await _chosen(platform, session, row, given, count, now=now)
        await _write(platform, session, row, chosen, text, now=now)
        if not at_once:
            key = f"offers:{row.version}"
            await enqueue_letter(session, row.id, Author.COMPANY, OFFERS, key, now=now)
        author = Author.ACTIVATOR
        await write_step(platform, session, viewer, row, Step.PROPOSE, author, now=now)
        if at_once:
            row = (await find_request(platform, session, viewer, which)).row
            await redirect(platform, session, viewer, row, chosen[0], author, now=now)
        return await find_request(platform, session, viewer, which)

    return await in_one_transaction(platform.database, propose_it)


async def _said_already(
    platform: Platform, session: AsyncSession, request_id: int, given: list[int], text: str | None
) -> bool:
    """Say whether the activator proposed the same before, with the same words."""
    query = select(offer.c.activator_id).where(
        offer.c.request_id == request_id, offer.c.author == Author.ACTIVATOR
    )
    offered = set((await session.execute(query)).scalars())
    if not offered or (given and set(given) != offered):
        return False
    return text is None or await is_last(platform, session, request_id, Author.ACTIVATOR, text)


async def _chosen(
    platform: Platform,
    session: AsyncSession,
    row: Row[Any],
    given: list[int],
    count: int,
    *,
    now: datetime,
) -> list[int]:
    """Check those that were given, or find some."""
    if not given:
        found = await propose(platform, session, row, count, now=now)
        if not found:
            raise Conflict("Nobody else can be asked now.", "activators")
        return found
    askable = await still_offered(platform, session, row, given, now=now)
    wrong = [
        NotFound("No such activator that can be asked instead.", f"activators.{number}")
        for number, one in enumerate(given)
        if one not in askable
    ]
    if wrong:
        raise Refusals(wrong)
    return given


async def _write(
    platform: Platform,
    session: AsyncSession,
    row: Row[Any],
    chosen: list[int],
    text: str | None,
    *,
    now: datetime,
) -> None:
    """Write the offers in place of its earlier ones, and what it says to the company."""
    earlier = select(offer.c.activator_id).where(
        offer.c.request_id == row.id, offer.c.author == Author.ACTIVATOR
    )
    await withdraw_offers(session, row.id, set((await session.execute(earlier)).scalars()))
    await write_offers(session, row.id, chosen, Author.ACTIVATOR, now=now)
    if text is not None:
        await add_message(platform, session, row.id, Author.ACTIVATOR, text, now=now)
