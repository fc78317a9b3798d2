"""Who stands by the charter: which version is in force, who accepted it, and who has not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState
from models.database import Database
from resolvers.loader import BatchLoader

versions, acceptances = tables.charter_version, tables.charter_acceptance


@dataclass(frozen=True, slots=True)
class AcceptanceRow:
    """An acceptance; `current` says whether the version is the one in force."""

    version: str
    accepted_at: datetime
    current: bool


async def charter_in_force(session: AsyncSession) -> Row[str, datetime | None, datetime] | None:
    """Give `version`, `accept_by` and `installed_at` of the one installed last, if there is one."""
    newest = select(versions.c.version, versions.c.accept_by, versions.c.installed_at)
    query = newest.order_by(versions.c.installed_at.desc()).limit(1)
    return (await session.execute(query)).one_or_none()


def end_of_time(charter: Row[Any, Any, Any], since: datetime | None) -> datetime:
    """Say until when one has to accept a version that replaces another.

    Who is what it is `since` a moment after it was installed, as one that a roster brought in,
    has as long as all the others had.
    """
    end: datetime = charter.accept_by
    newcomer = since is not None and since > charter.installed_at
    return end + (since - charter.installed_at) if newcomer and since else end


async def version_in_force(session: AsyncSession) -> str | None:
    """Name the version that was installed last; None where the operator installed none."""
    charter = await charter_in_force(session)
    return None if charter is None else charter.version


async def has_accepted(session: AsyncSession, activator_id: int) -> bool:
    """Say whether an activator accepted the version in force; yes where there is none."""
    version = await version_in_force(session)
    return version is None or await acceptance_of(session, activator_id, version) is not None


async def acceptance_of(
    session: AsyncSession, activator_id: int, version: str
) -> AcceptanceRow | None:
    """Find the acceptance of the version in force."""
    query = select(acceptances.c.accepted_at).where(
        acceptances.c.activator_id == activator_id, acceptances.c.version == version
    )
    accepted_at = (await session.execute(query)).scalar_one_or_none()
    return None if accepted_at is None else AcceptanceRow(version, accepted_at, current=True)


def not_accepted(version: str, states: Iterable[ActivatorState], *, after: int) -> Select[Any]:
    """Select the activators in some states that have not accepted a version, in order of id."""
    activator = tables.activator
    accepted = exists().where(
        acceptances.c.activator_id == activator.c.id, acceptances.c.version == version
    )
    return (
        select(activator.c.id, activator.c.state, activator.c.version, activator.c.state_changed_at)
        .where(activator.c.id > after, activator.c.state.in_(states), ~accepted)
        .where(activator.c.erased_at.is_(None))
        .order_by(activator.c.id)
    )


class CharterAcceptances(BatchLoader[int, AcceptanceRow]):
    """Loads the last acceptance of activators: two statements a batch."""

    def __init__(self, database: Database) -> None:
        """Read nothing yet."""
        super().__init__()
        self._database = database

    async def read(self, keys: list[int]) -> dict[int, AcceptanceRow]:
        """Read some; a later one stands for those before."""
        query = select(acceptances).where(acceptances.c.activator_id.in_(keys))
        async with self._database.read() as session:
            in_force = await version_in_force(session)
            rows = await session.execute(query.order_by(acceptances.c.accepted_at))
            return {
                row.activator_id: AcceptanceRow(
                    row.version, row.accepted_at, current=row.version == in_force
                )
                for row in rows
            }
