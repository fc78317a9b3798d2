"""Enrolling an activator in a network, and taking it out.

Whoever manages a network owns the pages of those it enrols. So only the activator's own word
enrols it, or the network's roster, or an administrator.
"""

from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import ActivatorState, EnrolmentSource
from models.revisions import Subject, record_changes
from permissions.duties import Duty, has_duty
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activators import Seen, get_activators
from resolvers.api_keys import check_network
from resolvers.cells import required
from resolvers.directory.slugs import digits_of
from resolvers.editing import lock_activator, seen_activator
from resolvers.imports import in_one_transaction
from resolvers.input_checks import InputChecks
from resolvers.platform import Platform
from resolvers.refusal import Conflict, Forbidden

table = tables.enrolment
FIELD = "activator"


async def enrol_activator(
    platform: Platform,
    viewer: Viewer,
    *,
    network: str,
    activator_id: int,
    external_id: str | None = None,
) -> Seen | None:
    """Enrol an activator: itself, or an administrator; nothing where the network has it.

    An administrator may give the network's own number for it, as its roster would: it then counts
    as declared there. Raises NotFound, Forbidden, InvalidInput; Conflict for one that has
    withdrawn, and for a number that is another's.
    """
    seen = await seen_activator(platform, viewer, activator_id, FIELD)
    instead = has_duty(viewer, Duty.ENROL, network_codes={network})
    if not instead and (external_id is not None or Permission.COMMIT not in seen.grants):
        raise Forbidden("Only the activator itself and administrators enrol it.")
    values = {
        "network_code": network,
        "activator_id": activator_id,
        **_number(activator_id, external_id),
    }

    async def enrol(session: AsyncSession) -> None:
        await _check_network(session, network)
        before = await lock_activator(session, activator_id, FIELD)
        if before.state is ActivatorState.WITHDRAWN:
            raise Conflict("It has left the programme.", FIELD)
        if await _enrolments(session, _of(network, activator_id)):
            return
        same = (table.c.network_code == network, table.c.external_id == values["external_id"])
        if await _enrolments(session, *same):
            raise Conflict("The network has another of this number.", "externalId")
        await session.execute(insert(table).values(values))
        after = {"network": network, "source": values["source"].value}
        await _told(platform, session, viewer, "activator.enrol", before, {}, after)

    await in_one_transaction(platform.database, enrol)
    return (await get_activators(platform.directory, viewer, [activator_id]))[0]


async def unenrol_activator(
    platform: Platform, viewer: Viewer, *, network: str, activator_id: int
) -> Seen | None:
    """Take an activator out of a network: its managers, administrators, or itself.

    Itself may not where the network's roster declares it: Conflict. Gives it as the viewer sees it
    then. Nothing is done where the network does not have it. Raises NotFound, Forbidden,
    InvalidInput.
    """
    seen = await seen_activator(platform, viewer, activator_id, FIELD)
    tends = has_duty(viewer, Duty.TEND_NETWORK, network_codes={network})
    if not tends and Permission.COMMIT not in seen.grants:
        raise Forbidden("Only itself, the network's managers and administrators take it out.")
    async with platform.database.write() as session:
        await _check_network(session, network)
        before = await lock_activator(session, activator_id, FIELD)
        found = await _enrolments(session, _of(network, activator_id))
        if not tends and EnrolmentSource.ROSTER in found:
            raise Conflict("The network declares it in its roster: ask the network.", "network")
        if found:
            await session.execute(delete(table).where(_of(network, activator_id)))
            was = {"network": network, "sources": sorted({one.value for one in found})}
            await _told(platform, session, viewer, "activator.unenrol", before, was, {})
    return (await get_activators(platform.directory, viewer, [activator_id]))[0]


def _number(activator_id: int, external_id: str | None) -> dict[str, Any]:
    """Give the number by which the network has it: the network's own, or one of ours."""
    if external_id is None:
        ours = f"M-{digits_of(activator_id)}"
        return {"external_id": ours, "source": EnrolmentSource.REGISTRATION}
    checks = InputChecks()
    number = checks.field("externalId", external_id, partial(required, longest=100))
    checks.end()
    return {"external_id": number, "source": EnrolmentSource.ROSTER}


async def _check_network(session: AsyncSession, network: str) -> None:
    await check_network(session, select(tables.network.c.code), network)


async def _enrolments(session: AsyncSession, *wanted: ColumnElement[bool]) -> list[EnrolmentSource]:
    return list((await session.execute(select(table.c.source).where(*wanted))).scalars())


def _of(network: str, activator_id: int) -> ColumnElement[bool]:
    return (table.c.network_code == network) & (table.c.activator_id == activator_id)


async def _told(
    platform: Platform,
    session: AsyncSession,
    viewer: Viewer,
    action: str,
    activator: Any,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    """Give its page the next version, and say it to the audit and to every worker."""
    own = update(tables.activator).where(tables.activator.c.id == activator.id)
    await session.execute(own.values(version=activator.version + 1))
    now = platform.now()
    await platform.audit.record(
        session, viewer, action, "Activator", activator.id, now=now, before=before, after=after
    )
    await record_changes(session, Subject.ACTIVATOR, [activator.id])
