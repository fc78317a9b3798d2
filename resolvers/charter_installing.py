"""Installing a version of the charter that replaces another: all members are asked again."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from resolvers.charter_calls import begin_call
from resolvers.charter_document import CharterDocument
from resolvers.charter_standing import charter_in_force
from resolvers.charter_versions import add_version
from resolvers.imports import in_one_transaction, one_import_at_a_time
from resolvers.platform import Platform
from resolvers.refusal import Conflict


class Installed(NamedTuple):
    """What became of it: whether it was added, and by when members have to accept it."""

    added: bool
    accept_by: datetime | None


async def install_charter(
    platform: Platform, document: CharterDocument, *, days: int | None = None
) -> Installed:
    """Install a version, which is in force at once, and ask all members to accept it in time.

    They have `days`, by default the operator's choice; the first version of a database has no
    such time. The same version again changes nothing; raises Conflict where it says otherwise.
    """
    allowed = timedelta(days=platform.policy.charter_days if days is None else days)

    async def install(session: AsyncSession) -> Installed:
        await one_import_at_a_time(session)
        there = await _there(session, document)
        return there or await _add(platform, session, document, allowed)

    return await in_one_transaction(platform.database, install)


async def _there(session: AsyncSession, document: CharterDocument) -> Installed | None:
    """Find the version where it is installed; raises Conflict where it says otherwise."""
    table, content = tables.charter_version, document.content()
    query = select(table).where(table.c.version == document.data.version)
    found = (await session.execute(query)).one_or_none()
    if found is None:
        return None
    if any(getattr(found, name) != value for name, value in content.items()):
        raise Conflict(
            f"Version {document.data.version} of the charter is installed and says otherwise: "
            "a version never changes, give this one another name.",
            "version",
        )
    return Installed(added=False, accept_by=found.accept_by)


async def _add(
    platform: Platform, session: AsyncSession, document: CharterDocument, allowed: timedelta
) -> Installed:
    now, version = platform.now(), document.data.version
    before = await charter_in_force(session)
    installed_at, accept_by = now, None
    if before is not None:
        installed_at = max(now, before.installed_at + timedelta.resolution)  # clocks may differ
        accept_by = now + allowed
    await add_version(session, document, installed_at=installed_at, accept_by=accept_by)
    if before is not None:
        await begin_call(session, version, now)
    await platform.audit.record(
        session,
        None,
        "charter.install",
        "Charter",
        version,
        now=now,
        before={} if before is None else {"version": before.version},
        after={"version": version, "accept_by": accept_by and accept_by.isoformat()},
    )
    return Installed(added=True, accept_by=accept_by)
