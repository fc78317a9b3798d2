"""Viewers: from the account that a token names to who is asking, without SQL when known."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from cachetools import LRUCache
from sqlalchemy import Row, and_, select

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.database import Database
from permissions.scopes import CELLS
from permissions.viewer import Viewer
from resolvers.directory.directory import Directory
from resolvers.openid.issuers import Issuers
from resolvers.openid.reach import is_within_reach
from resolvers.tokens import Bearer

REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Known:
    """An account: who it is, its sessions that have not ended, when it last left all of them."""

    viewer: Viewer
    session_ids: frozenset[int]
    signed_out_at: float

    def through(self, bearer: Bearer) -> Viewer | None:
        """Say who comes with a token; None where it is no longer good."""
        if bearer.issued_at < self.signed_out_at:
            return None
        if bearer.session_id is None:
            return self.viewer
        if bearer.session_id not in self.session_ids:
            return None
        return replace(self.viewer, session_id=bearer.session_id)


class Viewers:
    """Accounts, their roles and sessions, kept until the follower says that one has changed."""

    def __init__(self, database: Database, directory: Directory, issuers: Issuers) -> None:
        """Remember nothing yet; `issuers` are those whose word counts."""
        self._database = database
        self._directory = directory
        self._issuers = issuers
        self._known: LRUCache[int, Known] = LRUCache(REMEMBERED)
        directory.on_accounts.append(self._forget)

    def _forget(self, account_ids: Collection[int] | None) -> None:
        for account_id in list(self._known) if account_ids is None else account_ids:
            self._known.pop(account_id, None)

    async def of(self, bearer: Bearer) -> Viewer | None:
        """Say who comes with a token; None for an account that is gone, a session that ended."""
        known = self._known.get(bearer.account_id)
        if known is None:
            revision = self._directory.snapshot.revision
            known = await self._read(bearer.account_id)
            if known is not None and revision == self._directory.snapshot.revision:
                self._known[bearer.account_id] = known
        viewer = None if known is None else known.through(bearer)
        return viewer and self._with_membership(viewer)

    async def _read(self, account_id: int) -> Known | None:
        account, role, live = tables.account, tables.account_role, tables.session
        query = (
            select(
                account.c.signed_out_at,
                live.c.id.label("session_id"),
                live.c.issuer.label("session_issuer"),
                role,
            )
            .outerjoin_from(account, role, role.c.account_id == account.c.id)
            .outerjoin(live, and_(live.c.account_id == account.c.id, live.c.ended_at.is_(None)))
            .where(account.c.id == account_id)
        )
        async with self._database.read() as session:
            rows = (await session.execute(query)).all()
            beyond = {
                one
                for one in {row.session_issuer for row in rows} - {None}
                if not await is_within_reach(session, account_id, self._issuers.settings_of(one))
            }
        if not rows:
            return None
        held = [row for row in rows if self._holds(row)]

        def about(column: str) -> frozenset[Any]:
            return frozenset(getattr(row, column) for row in held) - {None}

        viewer = Viewer(
            account_id=account_id,
            roles=about("role"),
            activator_ids=about("activator_id"),
            structure_ids=about("structure_id"),
            network_codes=about("network_code"),
            region_codes=about("region_code"),
        )
        left = rows[0].signed_out_at
        within = {row.session_id for row in rows if row.session_issuer not in beyond}
        signed_out_at = 0.0 if left is None else left.timestamp()
        return Known(viewer, frozenset(within - {None}), signed_out_at)

    def _holds(self, row: Row[Any]) -> bool:
        """Say whether a role counts: an issuer's while it is trusted with that network."""
        if row.issuer is None:
            return True
        settings = self._issuers.settings_of(row.issuer)
        return settings is not None and settings.speaks_for(row.network_code)

    def _with_membership(self, viewer: Viewer) -> Viewer:
        """An activator is a member while it is active: the snapshot knows."""
        if Role.ACTIVATOR not in viewer.roles:
            return viewer
        active = any(self._state(one) is ActivatorState.ACTIVE for one in viewer.activator_ids)
        return viewer.as_member() if active else viewer

    def _state(self, activator_id: int) -> ActivatorState | None:
        found = self._directory.snapshot.locate(activator_id)
        return None if found is None else CELLS[found[0].cells[found[1]]].state
