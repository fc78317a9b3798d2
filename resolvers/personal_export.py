"""Personal data on request: everything that is held about an account (RGPD, articles 15 and 20)."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Row, Select, Table, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from permissions.viewer import Viewer
from resolvers.contact.personal import asked_by, asked_of
from resolvers.declarations.personal import declared_by, declared_of
from resolvers.jobs.about import jobs_about, jobs_on_engagements, jobs_on_requests
from resolvers.personal_audit import entries_about, keys_made_by
from resolvers.personal_rows import Told, told, told_rows
from resolvers.platform import Platform
from resolvers.refusal import Unauthenticated
from resolvers.reviews.personal import (
    cases_of,
    reports_by,
    reviews_about,
    reviews_by,
    sanctions_against,
)
from resolvers.sign_in_actions import signed_in

FORMAT = "maillage-export-1"
"""Another where a reader of this one would misread it; members may be added to it."""


async def export_my_data(platform: Platform, viewer: Viewer) -> Told:
    """Give all that is held about the viewer's account; nothing of anybody else, and no secret.

    Raises Unauthenticated for a visitor and for a portal. It is audited before it is read.
    """
    account_id, now, table = signed_in(viewer), platform.now(), tables.account
    query = select(table).where(table.c.id == account_id)
    async with platform.database.write() as session:
        if (await session.execute(query)).first() is None:
            raise Unauthenticated("The account is gone.")
        await platform.audit.record(
            session, viewer, "account.export", "Account", account_id, now=now
        )
    async with platform.database.read(at_one_moment=True) as session:
        account = (await session.execute(query)).one_or_none()
        if account is None:
            raise Unauthenticated("The account is gone.")
        member = await _membership(platform, session, account)
        return {
            "format": FORMAT,
            "exportedAt": now.isoformat(),
            "account": told(account),
            **await _signing_in(session, account_id),
            **member,
            **await _reviewing(platform, session, account_id, member),
        }


async def _signing_in(session: AsyncSession, account_id: int) -> Told:
    link, live, token = tables.sign_in_link, tables.session, tables.refresh_token
    tokens = select(token).join(live).where(live.c.account_id == account_id)
    secret = ("token_hash",)
    return {
        "identities": await told_rows(session, _of(tables.identity, account_id)),
        "sessions": await told_rows(session, _of(live, account_id)),
        "sessionTokens": await told_rows(session, tokens, without=secret),
        "signInLinks": await told_rows(session, _of(link, account_id), without=secret),
    }


async def _membership(platform: Platform, session: AsyncSession, account: Row[Any]) -> Told:
    """Read what the account is in the programme, and what was written of it there."""
    invited, asked, key = tables.invitation, tables.registration, tables.api_key
    accepted, role = tables.charter_acceptance, tables.account_role
    roles = (await session.execute(_of(role, account.id))).all()
    activator_ids = [one.activator_id for one in roles if one.activator_id is not None]
    activators = await _activators(session, activator_ids)
    to_it = select(invited).where(invited.c.email == account.email)
    received = await told_rows(session, to_it, without=("invited_by",))
    sent = select(invited).where(invited.c.invited_by == account.id)
    registrations = await told_rows(session, select(asked).where(asked.c.email == account.email))
    asking = await asked_by(session, platform.sealer, account.id, account.email)
    requests = [one["id"] for one in asking]
    declared = await declared_by(session, platform.sealer, account.id, account.email)
    engagements = [one["id"] for one in declared]
    numbers = [account.id, *activator_ids, *(one["id"] for one in (*received, *registrations))]
    made = select(key).where(key.c.id.in_(keys_made_by(account.id)))
    checked = tables.link_check
    of_its_links = select(checked).where(checked.c.activator_id.in_(activator_ids))
    licence = tables.mark_licence
    licences = await told_rows(
        session, select(licence).where(licence.c.activator_id.in_(activator_ids))
    )
    agreed = or_(accepted.c.account_id == account.id, accepted.c.activator_id.in_(activator_ids))
    structure_ids = {one.structure_id for one in roles} | {
        one[name]
        for one in (*activators, *received)
        for name in ("structureId", "nextStructureId")
        if name in one
    }
    return {
        "roles": [told(one) for one in roles],
        "activators": activators,
        "structures": await _structures(session, structure_ids),
        "charterAcceptances": await told_rows(
            session, select(accepted).where(agreed), without=("account_id",)
        ),
        "markLicences": licences,
        "linkChecks": await told_rows(session, of_its_links),
        "invitationsReceived": received,
        "invitationsSent": await told_rows(session, sent, without=("email", "language")),
        "registrations": registrations,
        "apiKeys": await told_rows(session, made, without=("secret_hash", "previous_hash")),
        "contactRequests": asking,
        "contactRequestsReceived": await asked_of(session, platform.sealer, activator_ids),
        "declaredEngagements": declared,
        "declaredEngagementsReceived": await declared_of(session, platform.sealer, activator_ids),
        "auditEntries": await entries_about(
            session,
            account.id,
            {
                "Activator": activator_ids,
                "ContactRequest": requests,
                "MarkLicence": [one["id"] for one in licences],
                "DeclaredEngagement": engagements,
            },
        ),
        "jobs": await told_rows(
            session,
            select(tables.job).where(
                or_(
                    jobs_about(numbers, account.email),
                    jobs_on_requests(requests),
                    jobs_on_engagements(engagements),
                )
            ),
            without=("payload", "dedupe_key"),
        ),
    }


async def _reviewing(
    platform: Platform, session: AsyncSession, account_id: int, member: Told
) -> Told:
    """Read the reviews that it wrote as a company, those about it, and what it moderated."""
    sealer = platform.sealer
    activator_ids = [one["id"] for one in member["activators"]]
    requests, engagements = (
        [one["id"] for one in member[name]] for name in ("contactRequests", "declaredEngagements")
    )
    return {
        "reviews": await reviews_by(session, sealer, requests, engagements),
        "reviewsReceived": await reviews_about(session, sealer, activator_ids),
        "profileReports": await reports_by(session, sealer, account_id),
        "moderationCases": await cases_of(session, sealer, account_id),
        "sanctions": await sanctions_against(session, sealer, activator_ids),
    }


SETS = {
    "expertise": (tables.activator_expertise, "field_code"),
    "sectors": (tables.activator_sector, "sector_code"),
    "territories": (tables.activator_territory, "territory_code"),
}


async def _activators(session: AsyncSession, ids: Collection[int]) -> list[Told]:
    """Read activators whole, with their sets of codes and who enrols them."""
    table, enrolled = tables.activator, tables.enrolment
    activators = await told_rows(session, select(table).where(table.c.id.in_(ids)))
    for name, (of, column) in SETS.items():
        rows = (await session.execute(select(of).where(of.c.activator_id.in_(ids)))).all()
        for one in activators:
            its_own = (row for row in rows if row.activator_id == one["id"])
            one[name] = sorted(getattr(row, column) for row in its_own)
    enrolments = await told_rows(session, select(enrolled).where(enrolled.c.activator_id.in_(ids)))
    for one in activators:
        one["enrolments"] = [row for row in enrolments if row["activatorId"] == one["id"]]
    return activators


async def _structures(session: AsyncSession, ids: Iterable[int | None]) -> list[Told]:
    """Name the structures whose numbers stand elsewhere."""
    table = tables.structure.c
    query = select(table.id, table.siret, table.name).where(table.id.in_({*ids} - {None}))
    return await told_rows(session, query)


def _of(table: Table, account_id: int) -> Select[Any]:
    return select(table).where(table.c.account_id == account_id)
