"""Reading the API keys of a network: never a secret, nor its hash."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.api_keys import Scope
from permissions.duties import Duty, has_duty
from permissions.viewer import Viewer
from resolvers.platform import Platform
from resolvers.refusal import Forbidden, InvalidInput


class ApiKeyRow(NamedTuple):
    """A key, but for its secret; times are in UTC."""

    id: int
    network_code: str
    name: str
    scopes: Sequence[Scope]
    origins: Sequence[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    previous_expires_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Take a row of the table, and leave the hashes."""
        shown = {name: values[name] for name in cls._fields}
        return cls(**{**shown, "scopes": [Scope(one) for one in values["scopes"]]})


async def api_keys(platform: Platform, viewer: Viewer, *, network: str) -> list[ApiKeyRow]:
    """List the keys of a network that were not revoked, the last made first.

    Raises Forbidden, and InvalidInput for a network that does not exist.
    """
    check_manages(viewer, network)
    table = tables.api_key
    query = (
        select(table)
        .where(table.c.network_code == network, table.c.revoked_at.is_(None))
        .order_by(table.c.created_at.desc(), table.c.id)
    )
    async with platform.database.read() as session:
        await check_network(session, select(tables.network.c.code), network)
        rows = (await session.execute(query)).all()
    return [ApiKeyRow.of(row._asdict()) for row in rows]


def check_manages(viewer: Viewer, network: str) -> None:
    """Let pass who manages the keys of a network; raises Forbidden."""
    if not has_duty(viewer, Duty.MANAGE_API_KEYS, network_codes={network}):
        raise Forbidden("Only administrators and the network's own managers manage its keys.")


async def check_network(session: AsyncSession, query: Select[Any], code: str) -> None:
    """Find a network's row with a query that may lock it; raises InvalidInput."""
    found = query.where(tables.network.c.code == code)
    if not code.isprintable() or (await session.execute(found)).first() is None:
        raise InvalidInput("network", code, "the code of a network that exists, such as cci")
