"""What is done for networks: which structures they federate, and who admits their activators."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.api_keys import Scope
from models.networks import AdmissionPolicy
from models.revisions import Subject, record_changes
from permissions.duties import Duty, has_duty
from permissions.viewer import Viewer
from resolvers.api_keys import check_network
from resolvers.imports import in_one_transaction, one_import_at_a_time
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Forbidden, NotFound
from resolvers.roster_writing import renew_activators_of
from resolvers.structure_actions import lock_structure
from resolvers.structures import SeenStructure, get_structure

membership, networks = tables.membership, tables.network


async def add_structure(
    platform: Platform, viewer: Viewer, *, network: str, structure: int | str | None
) -> SeenStructure | None:
    """Have a network federate a structure, by its number or SIRET; nothing where it does.

    Raises Forbidden, InvalidInput for a network that does not exist, NotFound for a structure
    that does not exist or that the viewer may not see.
    """
    seen = await _found(platform, viewer, network, structure)

    async def add(session: AsyncSession) -> None:
        await check_network(session, select(networks.c.code), network)
        await lock_structure(session, seen.row.id, field="structure")
        if await _federates(session, network, seen.row.id):
            return
        row = {"structure_id": seen.row.id, "network_code": network}
        await session.execute(insert(membership).values(row))
        await _told(platform, session, viewer, "network.add_structure", seen.row.id, {}, network)

    await in_one_transaction(platform.database, add)
    return await get_structure(platform.directory, viewer, seen.row.id)


async def remove_structure(
    platform: Platform, viewer: Viewer, *, network: str, structure: int | str | None
) -> SeenStructure | None:
    """Have a network federate a structure no more; nothing where it does not.

    Whom the network enrols there stays enrolled. Gives the structure as the viewer sees it then;
    raises as `add_structure`.
    """
    seen = await _found(platform, viewer, network, structure)

    async def remove(session: AsyncSession) -> None:
        await check_network(session, select(networks.c.code), network)
        await lock_structure(session, seen.row.id, field="structure")
        taken = delete(membership).where(_own(network, seen.row.id))
        if (await session.execute(taken.returning(membership.c.structure_id))).all():
            before = {"network": network}
            action = "network.remove_structure"
            await _told(platform, session, viewer, action, seen.row.id, before, None)

    await in_one_transaction(platform.database, remove)
    return await get_structure(platform.directory, viewer, seen.row.id)


async def set_admission_policy(
    platform: Platform, viewer: Viewer, *, network: str, policy: AdmissionPolicy
) -> None:
    """Say whether a network admits its activators itself; raises Forbidden, InvalidInput.

    It is reference data, which imports read: they wait, and every worker reads it anew.
    """
    check_scope(viewer, Scope.DIRECTORY_READ)
    if not has_duty(viewer, Duty.SET_ADMISSION, network_codes={network}):
        raise Forbidden("Only administrators say who admits the activators of a network.")
    async with platform.database.write() as session:
        await one_import_at_a_time(session)
        before = await _lock_policy(session, network)
        if before is policy:
            return
        own = update(networks).where(networks.c.code == network)
        await session.execute(own.values(admission=policy))
        was, is_now = ({"admission": one.value} for one in (before, policy))
        await platform.audit.record(
            session,
            viewer,
            "network.set_admission",
            "Network",
            network,
            now=platform.now(),
            before=was,
            after=is_now,
        )
        await record_changes(session, Subject.REFERENCE, None)


def check_tends(viewer: Viewer, network: str) -> None:
    """Let pass who says what a network has; raises Forbidden."""
    check_scope(viewer, Scope.DIRECTORY_READ)
    if not has_duty(viewer, Duty.TEND_NETWORK, network_codes={network}):
        raise Forbidden("Only administrators and the network's own managers say what it has.")


async def _found(
    platform: Platform, viewer: Viewer, network: str, structure: int | str | None
) -> SeenStructure:
    check_tends(viewer, network)
    seen = None
    if structure is not None:
        seen = await get_structure(platform.directory, viewer, structure)
    if seen is None:
        raise NotFound("No such structure.", "structure")
    return seen


async def _lock_policy(session: AsyncSession, network: str) -> AdmissionPolicy:
    query = select(networks.c.admission).with_for_update(key_share=True)
    await check_network(session, query, network)
    found: AdmissionPolicy = (
        await session.execute(query.where(networks.c.code == network))
    ).scalar_one()
    return found


async def _federates(session: AsyncSession, network: str, structure_id: int) -> bool:
    query = select(membership.c.structure_id).where(_own(network, structure_id))
    return (await session.execute(query)).first() is not None


def _own(network: str, structure_id: int) -> ColumnElement[bool]:
    return (membership.c.network_code == network) & (membership.c.structure_id == structure_id)


async def _told(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    action: str,
    structure_id: int,
    before: Mapping[str, str],
    network: str | None,
) -> None:
    """Say it to the audit, and to every worker, whose pages quote the structure's networks."""
    renewed = await renew_activators_of(session, [structure_id], but=set())
    after = {} if network is None else {"network": network}
    now = platform.now()
    await platform.audit.record(
        session, viewer, action, "Structure", structure_id, now=now, before=before, after=after
    )
    if renewed:
        await record_changes(session, Subject.ACTIVATOR, sorted(renewed))
