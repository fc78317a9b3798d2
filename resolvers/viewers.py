"""Viewers: from the account that a token names to who is asking, without SQL when known."""

from collections.abc import Collection

from cachetools import LRUCache
from sqlalchemy import select

from models import tables
from models.accounts import Role
from models.activators import ActivatorState
from models.database import Database
from permissions.scopes import CELLS
from permissions.viewer import VISITOR, Viewer
from resolvers.directory.directory import Directory

REMEMBERED = 20_000


class Viewers:
    """The roles of accounts, kept until the follower says that one has changed."""

    def __init__(self, database: Database, directory: Directory) -> None:
        """Remember nothing yet."""
        self._database = database
        self._directory = directory
        self._known: LRUCache[int, Viewer] = LRUCache(REMEMBERED)
        directory.on_accounts.append(self._forget)

    def _forget(self, account_ids: Collection[int] | None) -> None:
        for account_id in list(self._known) if account_ids is None else account_ids:
            self._known.pop(account_id, None)

    async def of(self, account_id: int | None) -> Viewer | None:
        """Say who an account is now; None for an account that is gone."""
        if account_id is None:
            return VISITOR
        viewer = self._known.get(account_id)
        if viewer is None:
            revision = self._directory.snapshot.revision
            viewer = await self._read(account_id)
            if viewer is not None and revision == self._directory.snapshot.revision:
                self._known[account_id] = viewer
        return viewer and self._with_membership(viewer)

    async def _read(self, account_id: int) -> Viewer | None:
        account, role = tables.account, tables.account_role
        query = select(account.c.id, role).outerjoin(role, role.c.account_id == account.c.id)
        async with self._database.read() as session:
            rows = (await session.execute(query.where(account.c.id == account_id))).all()
        if not rows:
            return None

        def about(column: str) -> frozenset[int]:
            return frozenset(getattr(row, column) for row in rows) - {None}

        return Viewer(
            account_id=account_id,
            roles=frozenset(row.role for row in rows if row.role is not None),
            activator_ids=about("activator_id"),
            structure_ids=about("structure_id"),
            network_codes=about("network_code"),  # type: ignore[arg-type]
            region_codes=about("region_code"),  # type: ignore[arg-type]
        )

    def _with_membership(self, viewer: Viewer) -> Viewer:
        """An activator is a member while it is active: the snapshot knows."""
        if Role.ACTIVATOR not in viewer.roles:
            return viewer
        active = any(self._state(one) is ActivatorState.ACTIVE for one in viewer.activator_ids)
        return viewer.as_member() if active else viewer

    def _state(self, activator_id: int) -> ActivatorState | None:
        found = self._directory.snapshot.locate(activator_id)
        return None if found is None else CELLS[found[0].cells[found[1]]].state
