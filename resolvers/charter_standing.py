"""Whether an activator stands by the charter: which version is in force, and who accepted it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables


async def version_in_force(session: AsyncSession) -> str | None:
    """Name the version that was installed last; None where the operator installed none."""
    table = tables.charter_version
    newest = select(table.c.version).order_by(table.c.installed_at.desc()).limit(1)
    found: str | None = (await session.execute(newest)).scalar_one_or_none()
    return found


async def has_accepted(session: AsyncSession, activator_id: int) -> bool:
    """Say whether an activator accepted the version in force; yes where there is none."""
    version, table = await version_in_force(session), tables.charter_acceptance
    query = select(table.c.id).where(
        table.c.activator_id == activator_id, table.c.version == version
    )
    return version is None or (await session.execute(query)).first() is not None
