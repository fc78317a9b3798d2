"""Personal data on request: everything that is held about an account (RGPD, articles 15 and 20)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Row, Select, Table, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from permissions.viewer import Viewer
from resolvers.jobs.about import jobs_about
from resolvers.personal_audit import entries_about, keys_made_by
from resolvers.platform import Platform
from resolvers.refusal import Unauthenticated
from resolvers.sign_in_actions import signed_in

FORMAT = "maillage-export-1"
"""Another where a reader of this one would misread it; members may be added to it."""

Told = dict[str, Any]
"""A row as JSON: its columns in camel case, moments in ISO 8601, enums by name."""


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
        return {
            "format": FORMAT,
            "exportedAt": now.isoformat(),
            "account": told(account),
            **await _signing_in(session, account_id),
            **await _membership(session, account),
        }


async def _signing_in(session: AsyncSession, account_id: int) -> Told:
    link, live, token = tables.sign_in_link, tables.session, tables.refresh_token
    tokens = select(token).join(live).where(live.c.account_id == account_id)
    secret = ("token_hash",)
    return {
        "identities": await _rows(session, _of(tables.identity, account_id)),
        "sessions": await _rows(session, _of(live, account_id)),
        "sessionTokens": await _rows(session, tokens, without=secret),
        "signInLinks": await _rows(session, _of(link, account_id), without=secret),
    }


async def _membership(session: AsyncSession, account: Row[Any]) -> Told:
    """Read what the account is in the programme, and what was written of it there."""
    invited, asked, key = tables.invitation, tables.registration, tables.api_key
    accepted, role = tables.charter_acceptance, tables.account_role
    roles = (await session.execute(_of(role, account.id))).all()
    activator_ids = [one.activator_id for one in roles if one.activator_id is not None]
    activators = await _activators(session, activator_ids)
    to_it = select(invited).where(invited.c.email == account.email)
    received = await _rows(session, to_it, without=("invited_by",))
    sent = select(invited).where(invited.c.invited_by == account.id)
    registrations = await _rows(session, select(asked).where(asked.c.email == account.email))
    numbers = [account.id, *activator_ids, *(one["id"] for one in (*received, *registrations))]
    made = select(key).where(key.c.id.in_(keys_made_by(account.id)))
    checked = tables.link_check
    of_its_links = select(checked).where(checked.c.activator_id.in_(activator_ids))
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
        "charterAcceptances": await _rows(
            session, select(accepted).where(agreed), without=("account_id",)
        ),
        "linkChecks": await _rows(session, of_its_links),
        "invitationsReceived": received,
        "invitationsSent": await _rows(session, sent, without=("email", "language")),
        "registrations": registrations,
        "apiKeys": await _rows(session, made, without=("secret_hash", "previous_hash")),
        "auditEntries": await entries_about(session, account.id, activator_ids),
        "jobs": await _rows(
            session,
            select(tables.job).where(jobs_about(numbers, account.email)),
            without=("payload", "dedupe_key"),
        ),
    }


SETS = {
    "expertise": (tables.activator_expertise, "field_code"),
    "sectors": (tables.activator_sector, "sector_code"),
    "territories": (tables.activator_territory, "territory_code"),
}


async def _activators(session: AsyncSession, ids: Collection[int]) -> list[Told]:
    """Read activators whole, with their sets of codes and who enrols them."""
    table, enrolled = tables.activator, tables.enrolment
    activators = await _rows(session, select(table).where(table.c.id.in_(ids)))
    for name, (of, column) in SETS.items():
        rows = (await session.execute(select(of).where(of.c.activator_id.in_(ids)))).all()
        for one in activators:
            its_own = (row for row in rows if row.activator_id == one["id"])
            one[name] = sorted(getattr(row, column) for row in its_own)
    enrolments = await _rows(session, select(enrolled).where(enrolled.c.activator_id.in_(ids)))
    for one in activators:
        one["enrolments"] = [row for row in enrolments if row["activatorId"] == one["id"]]
    return activators


async def _structures(session: AsyncSession, ids: Iterable[int | None]) -> list[Told]:
    """Name the structures whose numbers stand elsewhere."""
    table = tables.structure.c
    query = select(table.id, table.siret, table.name).where(table.id.in_({*ids} - {None}))
    return await _rows(session, query)


def _of(table: Table, account_id: int) -> Select[Any]:
    return select(table).where(table.c.account_id == account_id)


async def _rows(
    session: AsyncSession, query: Select[Any], *, without: Sequence[str] = ()
) -> list[Told]:
    return [told(row, without=without) for row in await session.execute(query)]


def told(row: Row[Any], *, without: Sequence[str] = ()) -> Told:
    """Write a row as JSON, but for some columns: secrets, and what is another person's."""
    columns = row._asdict().items()
    return {_camel(name): _plain(value) for name, value in columns if name not in without}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    return value.isoformat() if isinstance(value, date) else value
