"""Those whom the whole roster of a network does not name any more leave the network.

Whom nothing else enrols leaves the programme with it: its network vouched for it, and does no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import tables
from models.activators import STATE_TRANSITIONS, ActivatorState
from permissions.viewer import Viewer
from resolvers.activator_mails import STATE_CHANGED
from resolvers.audit import Done
from resolvers.contact.orphans import enqueue_orphaned
from resolvers.imports import CHUNK, chunks
from resolvers.jobs.queue import enqueue_each
from resolvers.platform import Platform
from resolvers.roster_absence import Absentee

activator, enrolment = tables.activator, tables.enrolment
WITHDRAWN = ActivatorState.WITHDRAWN


class Leaver(NamedTuple):
    """Who is withdrawn, as it stands."""

    id: int
    state: ActivatorState
    version: int


@dataclass(frozen=True, slots=True)
class Departures:
    """What has to be written: whose number goes, and who is withdrawn."""

    network: str
    absentees: tuple[Absentee, ...]
    withdrawn: tuple[Leaver, ...]

    @property
    def activator_ids(self) -> set[int]:
        """Whose page changes."""
        return {one.activator_id for one in self.absentees}


async def read_departures(
    session: AsyncSession, network: str, absentees: tuple[Absentee, ...], *, lock: bool
) -> Departures:
    """Say who of the absentees is withdrawn; locked, they stay as they are until it is written."""
    goes = {(network, one.external_id) for one in absentees}
    withdrawn: tuple[Leaver, ...] = ()
    for ids in chunks(sorted({one.activator_id for one in absentees}), CHUNK):
        states = select(activator.c.id, activator.c.state, activator.c.version)
        states = states.where(activator.c.id.in_(ids)).order_by(activator.c.id)
        found = await session.execute(states.with_for_update() if lock else states)
        leavers = [Leaver(*row) for row in found]
        stay = await _enrolled_otherwise(session, ids, goes)
        withdrawn += tuple(
            one
            for one in leavers
            if one.id not in stay and WITHDRAWN in STATE_TRANSITIONS[one.state]
        )
    return Departures(network, absentees, withdrawn)


async def _enrolled_otherwise(
    session: AsyncSession, ids: Sequence[int], goes: set[tuple[str, str]]
) -> set[int]:
    columns = enrolment.c.network_code, enrolment.c.external_id, enrolment.c.activator_id
    query = select(*columns).where(enrolment.c.activator_id.in_(ids))
    return {one for *key, one in await session.execute(query) if tuple(key) not in goes}


async def write_departures(
    platform: Platform, session: AsyncSession, by: Viewer, departures: Departures
) -> None:
    """Write them; each activator gets its next version, and who is withdrawn is told by mail.

    The caller records the changes, last.
    """
    network, now = departures.network, platform.now()
    name = platform.directory.snapshot.reference.networks[network].name
    for some in chunks(departures.absentees, CHUNK):
        gone = enrolment.c.external_id.in_([one.external_id for one in some])
        await session.execute(delete(enrolment).where(enrolment.c.network_code == network, gone))
    leaving = {one.id for one in departures.withdrawn}
    await _renew(session, departures.activator_ids - leaving)
    values = {
        "state": WITHDRAWN,
        "state_reason": f"no longer in the roster of {name}",
        "state_changed_at": now,
    }
    await _renew(session, leaving, **values)
    for some_ids in chunks(sorted(leaving), CHUNK):
        await enqueue_orphaned(session, some_ids, now=now)
    await _tell(platform, session, by, departures.withdrawn, name)


async def _renew(session: AsyncSession, activator_ids: set[int], **values: Any) -> None:
    for ids in chunks(sorted(activator_ids), CHUNK):
        next_version = update(activator).values(version=activator.c.version + 1, **values)
        await session.execute(next_version.where(activator.c.id.in_(ids)))


async def _tell(
    platform: Platform,
    session: AsyncSession,
    by: Viewer,
    leavers: Sequence[Leaver],
    network_name: str,
) -> None:
    """Tell each by mail, and the audit; a version has one step, and so one mail."""
    now, after = platform.now(), {"state": WITHDRAWN.value}
    mails = [
        (
            {"activator_id": one.id, "template": "left_roster", "network": network_name},
            f"{STATE_CHANGED}:{one.id}:{one.version + 1}",
        )
        for one in leavers
    ]
    await enqueue_each(session, STATE_CHANGED, mails, now=now)
    done = [Done(one.id, {"state": one.state.value}, after) for one in leavers]
    action, subject = "activator.change_state", "Activator"
    await platform.audit.record_each(session, by, action, subject, done, now=now)
