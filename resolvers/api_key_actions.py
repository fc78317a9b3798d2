"""Making, rotating and revoking API keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.api_keys import Scope
from models.base import new_id
from models.revisions import Subject, record_changes
from permissions.duties import Duty, has_duty
from permissions.viewer import Viewer
from resolvers.api_key_terms import Terms, checked_overlap, expiry, terms_of
from resolvers.api_keys import ApiKeyRow, check_manages, check_network
from resolvers.platform import Platform
from resolvers.refusal import Conflict, NotFound

MOST_KEYS = 50
"""Keys of a network that are not revoked: every worker holds them."""

table = tables.api_key


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key, and its text, which nobody can give again."""

    row: ApiKeyRow
    text: str


async def create_api_key(
    platform: Platform,
    viewer: Viewer,
    *,
    network: str,
    name: str,
    scopes: Sequence[Scope],
    origins: Sequence[str] = (),
    days: int | None = None,
) -> MadeKey:
    """Make a key for a network.

    Raises Forbidden; InvalidInput, naming what is wrong; Conflict where a key of the network has
    the name, or it has `MOST_KEYS`.
    """
    check_manages(viewer, network)
    terms = terms_of(name=name, scopes=scopes, origins=origins)
    return await make_api_key(platform, viewer, network=network, terms=terms, days=days)


async def make_api_key(
    platform: Platform, by: Viewer | None, *, network: str, terms: Terms, days: int | None
) -> MadeKey:
    """Make a key, for somebody who may or for the operator (None); raises as `create_api_key`."""
    now, key_id = platform.now(), new_id()
    drawn = platform.key_secrets.draw(key_id)
    values: dict[str, Any] = {
        **{column.name: None for column in table.c},
        **terms._asdict(),
        "id": key_id,
        "network_code": network,
        "secret_hash": drawn.hash,
        "created_at": now,
        "expires_at": expiry(platform.policy, days, now),
    }
    async with platform.database.write() as session:
        await _check_room(session, network, terms.name)
        await session.execute(insert(table).values(values))
        await _told(platform, session, by, "api_key.create", key_id, after=values)
    return MadeKey(ApiKeyRow.of(values), drawn.text)


async def rotate_api_key(
    platform: Platform,
    viewer: Viewer,
    *,
    key_id: int,
    overlap_hours: float | None = None,
    days: int | None = None,
) -> MadeKey:
    """Give a key a new secret and a new time; the secret before serves a while longer.

    Raises NotFound for a key that the viewer does not manage, Conflict for one that was revoked,
    InvalidInput.
    """
    now, drawn = platform.now(), platform.key_secrets.draw(key_id)
    overlap = checked_overlap(platform.policy, overlap_hours)
    changed = {"secret_hash": drawn.hash, "expires_at": expiry(platform.policy, days, now)}
    async with platform.database.write() as session:
        before = await _managed(session, viewer, key_id)
        if overlap:
            changed["previous_hash"] = before["secret_hash"]
            changed["previous_expires_at"] = min(now + overlap, before["expires_at"])
        else:
            changed |= {"previous_hash": None, "previous_expires_at": None}
        after = {**before, **changed}
        await session.execute(update(table).where(table.c.id == key_id).values(changed))
        await _told(platform, session, viewer, "api_key.rotate", key_id, before, after)
    return MadeKey(ApiKeyRow.of(after), drawn.text)


async def revoke_api_key(platform: Platform, viewer: Viewer, *, key_id: int) -> ApiKeyRow:
    """Refuse a key from now on; raises NotFound and Conflict as `rotate_api_key`."""
    changed = {"revoked_at": platform.now()}
    async with platform.database.write() as session:
        before = await _managed(session, viewer, key_id)
        after = {**before, **changed}
        await session.execute(update(table).where(table.c.id == key_id).values(changed))
        await _told(platform, session, viewer, "api_key.revoke", key_id, before, after)
    return ApiKeyRow.of(after)


async def _check_room(session: AsyncSession, network: str, name: str) -> None:
    """Let nobody else make a key of this network meanwhile, and see whether one more may be."""
    locked = select(tables.network.c.code).with_for_update(key_share=True)
    await check_network(session, locked, network)
    query = select(table.c.name).where(
        table.c.network_code == network, table.c.revoked_at.is_(None)
    )
    names = (await session.execute(query)).scalars().all()
    if name in names:
        raise Conflict("A key of this network has this name.", "name")
    if len(names) >= MOST_KEYS:
        raise Conflict(f"The network has {MOST_KEYS} keys: revoke one first.", "network")


async def _managed(session: AsyncSession, viewer: Viewer, key_id: int) -> dict[str, Any]:
    """Find a key that the viewer manages and lock it; another's and none answer alike."""
    query = select(table).where(table.c.id == key_id).with_for_update()
    found = (await session.execute(query)).one_or_none()
    codes = set() if found is None else {found.network_code}
    if found is None or not has_duty(viewer, Duty.MANAGE_API_KEYS, network_codes=codes):
        raise NotFound("No such key.", "id")
    if found.revoked_at is not None:
        raise Conflict("The key was revoked: make another.", "id")
    return dict(found._asdict())


async def _told(
    platform: Platform,
    session: AsyncSession,
    by: Viewer | None,
    action: str,
    key_id: int,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Say it to the audit and to every worker."""
    shown = [None if values is None else _for_audit(values) for values in (before, after)]
    was, is_now = shown
    await platform.audit.record(
        session, by, action, "ApiKey", key_id, now=platform.now(), before=was, after=is_now
    )
    await record_changes(session, Subject.ACCOUNT, [key_id])


def _for_audit(values: dict[str, Any]) -> dict[str, Any]:
    """Give what a key opens, to whom and how long; a name may be a person's."""
    times = ("expires_at", "previous_expires_at", "revoked_at")
    return {
        **{name: values[name] for name in ("network_code", "scopes", "origins")},
        **{name: _text(values[name]) for name in times if values[name] is not None},
    }


def _text(moment: datetime) -> str:
    return moment.isoformat()
