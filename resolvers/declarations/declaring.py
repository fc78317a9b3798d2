"""A company declares what a solution provider did for it (charter, articles 3 and 4).

Nobody asks a solution provider for contact, so that nothing else shows whom it helped. Anybody
declares, a portal with `contact:write` on a visitor's behalf; the provider confirms or disputes.
"""

from functools import partial
from types import SimpleNamespace
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.api_keys import Scope
from models.base import new_id
from models.contact_requests import Author
from models.declared_engagements import STEPS, DeclarationStep
from models.sessions import secret_hash
from models.working_days import calendar_of, due_after
from permissions.declarations import DECLARED_OF, DeclarationPermission
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activators import get_activators, grants_of
from resolvers.contact.departments import department_of
from resolvers.contact.finding import hold_account
from resolvers.contact.references import new_reference
from resolvers.declarations.finding import SeenEngagement, seen_by
from resolvers.declarations.given import CheckedEngagement, GivenEngagement, checked_engagement
from resolvers.declarations.known import (
    Names,
    declared_before,
    declared_under_key,
    mail_link_again,
    names_of,
)
from resolvers.declarations.letters import enqueue_letter
from resolvers.declarations.silence import enqueue_deadlines
from resolvers.editing import lock_activator
from resolvers.imports import in_one_transaction
from resolvers.link_secrets import LinkTo
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Forbidden, NotFound

FIELD = "provider"


async def declare_engagement(
    platform: Platform, viewer: Viewer, given: GivenEngagement
) -> SeenEngagement:
    """Declare, and give the engagement; the one that was there already, if this is the same.

    Raises Forbidden for a key without `contact:write`, Refusals with all that is wrong, Conflict
    where the idempotency key named something else, NotFound for a provider that the viewer does
    not see, Forbidden for other kinds and for one's own page, RateLimited.
    """
    check_scope(viewer, Scope.CONTACT_WRITE)
    checked = checked_engagement(given, platform.now())
    names = names_of(platform.sealer, viewer, given, checked)
    async with platform.database.read() as session:
        number = await declared_under_key(session, names)
    if number is None:
        await _check_may_declare(platform, viewer, given.activator_id)
        await platform.rate_limits.check_asked(given.activator_id)
        declare = partial(_declare, platform, viewer, given, checked, names)
        number = await in_one_transaction(platform.database, declare)
    async with platform.database.read() as session:
        seen = await seen_by(session, viewer, number)
        if DeclarationPermission.SEE not in seen.grants:
            seen = await _receipt_for(platform, session, seen, given)
    return seen


async def _check_may_declare(platform: Platform, viewer: Viewer, activator_id: int) -> None:
    """Refuse as the rule book says; raises NotFound, Forbidden."""
    seen = (await get_activators(platform.directory, viewer, [activator_id]))[0]
    if seen is None or Permission.SEE not in seen.grants:
        raise NotFound("No such activator.", FIELD)
    card = seen.card
    if Permission.REQUEST_CONTACT in seen.grants:
        raise Forbidden("It is asked for contact instead (requestContact).", FIELD)
    reviewable = Permission.REVIEW in grants_of(viewer, card, helped=True)
    if card.kind not in DECLARED_OF or not (reviewable and card.facts.shown):
        raise Forbidden(
            "Engagements are declared of solution providers that the directory shows.", FIELD
        )
    if viewer.owns(card.id, card.structure.id, card.network_codes):
        raise Forbidden("Nobody declares an engagement with a provider of its own.", FIELD)


async def _declare(
    platform: Platform,
    viewer: Viewer,
    given: GivenEngagement,
    checked: CheckedEngagement,
    names: Names,
    session: AsyncSession,
) -> int:
    """Write it, unless it is there; the locked provider lets one in after the other."""
    await hold_account(session, viewer)
    provider = await lock_activator(session, given.activator_id, FIELD)
    if provider.state is not ActivatorState.ACTIVE:
        raise NotFound("No such activator.", FIELD)
    before = await declared_under_key(session, names)
    if before is not None:
        return before
    found = await declared_before(session, names, given.activator_id)
    if found is None:
        return await _write(platform, session, viewer, given, checked, names)
    await mail_link_again(session, found, now=platform.now())
    return int(found.id)


async def _write(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    given: GivenEngagement,
    checked: CheckedEngagement,
    names: Names,
) -> int:
    """Write it, with its private link, its letters and its deadlines."""
    number, now = new_id(), platform.now()
    department = await department_of(session, given.activator_id)
    days = platform.policy.engagement_answer_days
    secret = platform.link_secrets.write(LinkTo.DECLARED_ENGAGEMENT, number)
    row = {
        **names._asdict(),
        "id": number,
        "reference": new_reference(),
        "version": 1,
        "activator_id": given.activator_id,
        "state": STEPS[DeclarationStep.DECLARE].leads_to,
        "language": given.language,
        "network_code": viewer.network_code,
        "account_id": viewer.account_id,
        "engaged_on": given.engaged_on,
        "sealed": platform.sealer.seal(checked.content),
        "link_hash": secret_hash(secret),
        "declared_at": now,
        "due_at": due_after(now, days, calendar_of(department)),
    }
    await session.execute(insert(tables.declared_engagement).values(row))
    await enqueue_letter(session, number, Author.COMPANY, "engagement_declared", now=now)
    await enqueue_letter(session, number, Author.ACTIVATOR, "engagement_to_confirm", now=now)
    await enqueue_deadlines(platform, session, number, department, now=now)
    becomes = {"state": row["state"].value, "step": DeclarationStep.DECLARE.value}
    await platform.audit.record(
        session,
        viewer,
        "declared_engagement.step",
        "DeclaredEngagement",
        number,
        now=now,
        after=becomes,
    )
    return number


async def _receipt_for(
    platform: Platform, session: AsyncSession, seen: SeenEngagement, given: GivenEngagement
) -> SeenEngagement:
    """Show it as if it had been declared just now, to who may not see it.

    Whoever types an address that has declared already is given that one: neither its state nor its
    times tell them so.
    """
    now, row = platform.now(), seen.row
    calendar = calendar_of(await department_of(session, row.activator_id))
    values: dict[str, Any] = {
        **row._asdict(),
        "state": STEPS[DeclarationStep.DECLARE].leads_to,
        "engaged_on": given.engaged_on,
        "declared_at": now,
        "due_at": due_after(now, platform.policy.engagement_answer_days, calendar),
        **dict.fromkeys(("disputed_at", "decided_at", "purged_at")),
    }
    shown: Any = SimpleNamespace(**values)
    return SeenEngagement(shown, seen.standing)
