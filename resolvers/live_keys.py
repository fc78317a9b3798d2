"""API keys that open something: held by each worker, all of them, so that none is asked for by SQL.

They are few. The follower says when an account or a key has changed; then they are read again.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import select

from models import tables
from models.api_keys import Scope
from models.database import Database
from permissions.viewer import Viewer
from resolvers.directory.directory import Directory
from resolvers.key_secrets import KeySecrets, id_in
from resolvers.key_uses import KeyUses


@dataclass(frozen=True, slots=True)
class LiveKey:
    """A key that was not revoked, and who comes with it."""

    viewer: Viewer
    secret_hash: str
    previous_hash: str
    previous_expires_at: datetime
    expires_at: datetime

    def opens(self, given_hash: str, now: datetime) -> bool:
        """Say whether a text is its own, or the one before while the two overlap."""
        is_own = compare_digest(given_hash, self.secret_hash)
        was_own = compare_digest(given_hash, self.previous_hash)
        return now < self.expires_at and (is_own or (was_own and now < self.previous_expires_at))


class LiveKeys:
    """The keys, as this worker knows them; expiry is looked at when one is used."""

    def __init__(self, database: Database, directory: Directory, secrets: KeySecrets) -> None:
        """Read nothing yet."""
        self._database = database
        self._secrets = secrets
        self._uses = KeyUses(database)
        self._held: Mapping[int, LiveKey] | None = None
        self._changes = 0
        self._turn = asyncio.Lock()
        directory.on_accounts.append(self._forget)

    async def of(self, text: str, *, now: datetime) -> Viewer | None:
        """Say who comes with a key; None for one that is unknown, wrong, expired or revoked."""
        given_hash, key_id = self._secrets.hash(text), id_in(text)
        key = (await self._all()).get(key_id or 0)
        if key is None or not key.opens(given_hash, now):
            return None
        self._uses.note(key_id or 0, now)
        return key.viewer

    async def origins(self, *, now: datetime) -> frozenset[str]:
        """List the origins of the pages that may use a key, whichever."""
        live = [key for key in (await self._all()).values() if now < key.expires_at]
        return frozenset().union(*(key.viewer.origins for key in live))

    async def stop(self) -> None:
        """Finish what was begun."""
        await self._uses.stop()

    def _forget(self, _ids: object) -> None:
        """Read them again, whichever changed: it may be a new one."""
        self._changes += 1
        self._held = None

    async def _all(self) -> Mapping[int, LiveKey]:
        if self._held is not None:
            return self._held
        async with self._turn:
            if self._held is not None:
                return self._held
            changes, read = self._changes, await self._read()
            if changes == self._changes:
                self._held = read
            return read

    async def _read(self) -> Mapping[int, LiveKey]:
        table = tables.api_key
        async with self._database.read() as session:
            rows = await session.execute(select(table).where(table.c.revoked_at.is_(None)))
            return {row.id: _live(row) for row in rows}


def _live(row: Any) -> LiveKey:
    viewer = Viewer(
        api_key_id=row.id,
        scopes=frozenset(map(Scope, row.scopes)),
        network_code=row.network_code,
        origins=frozenset(row.origins),
    )
    return LiveKey(
        viewer,
        row.secret_hash,
        row.previous_hash or "",
        row.previous_expires_at or row.created_at,
        row.expires_at,
    )
