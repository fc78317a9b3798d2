"""Lists of structures, page by page, in the order of their ids, which are drawn at random."""

import numpy as np
from sqlalchemy import select

from models import tables
from permissions.duties import Duty, has_duty
from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.directory.directory import Directory
from resolvers.directory.filters import visible
from resolvers.directory.snapshot import Snapshot
from resolvers.imports import CHUNK, chunks
from resolvers.paging import Stretch, Window, number_behind
from resolvers.platform import Platform
from resolvers.refusal import Forbidden
from resolvers.structures import SeenStructure, see_structure

structure, membership = tables.structure, tables.membership


async def structures_to_confirm(
    platform: Platform, viewer: Viewer, *, window: Window
) -> Stretch[SeenStructure]:
    """List those that await confirmation, for staff; raises Forbidden for anybody else."""
    if not has_duty(viewer, Duty.VOUCH_FOR_STRUCTURE):
        raise Forbidden("Only moderators and administrators list the structures to confirm.")
    query = (
        select(structure.c.id)
        .where(structure.c.awaits_confirmation, structure.c.id > _place(window))
        .order_by(structure.c.id)
        .limit(window.count + 1)
    )
    async with platform.database.read() as session:
        ids = list((await session.execute(query)).scalars())
    return await _page(platform.directory, viewer, ids, window)


async def structures_of_network(
    directory: Directory, viewer: Viewer, code: str, *, window: Window
) -> Stretch[SeenStructure]:
    """List those that a network federates: all of them for those who tend it.

    For others, those where the viewer sees somebody whom the network enrols.
    """
    place = _place(window)
    if has_duty(viewer, Duty.TEND_NETWORK, network_codes={code}):
        ids = await _federated(directory, code, place, window.count + 1)
    else:
        among = _with_somebody_seen(directory.snapshot, viewer, code, place)
        ids = await _federated_among(directory, code, among, window.count + 1)
    return await _page(directory, viewer, ids, window)


async def _federated(directory: Directory, code: str, place: int, count: int) -> list[int]:
    query = select(membership.c.structure_id).where(
        membership.c.network_code == code, membership.c.structure_id > place
    )
    ordered = query.order_by(membership.c.structure_id).limit(count)
    async with directory.database.read() as session:
        return list((await session.execute(ordered)).scalars())


async def _federated_among(
    directory: Directory, code: str, among: list[int], count: int
) -> list[int]:
    """Take the first that the network federates: enrolling somebody there does not make it so."""
    found: list[int] = []
    async with directory.database.read() as session:
        for some in chunks(among, CHUNK):
            query = select(membership.c.structure_id).where(
                membership.c.network_code == code, membership.c.structure_id.in_(some)
            )
            found += (await session.execute(query.order_by(membership.c.structure_id))).scalars()
            if len(found) >= count:
                break
    return found[:count]


def _with_somebody_seen(snapshot: Snapshot, viewer: Viewer, code: str, place: int) -> list[int]:
    """Find, behind a place, the structures where the viewer sees somebody of the network."""
    wanted = snapshot.reference.networks.mask(frozenset({code}))
    found = []
    for part in snapshot.parts:
        segment = part.segment
        rows = np.flatnonzero(
            segment.networks.rows_meeting(wanted, slice(None)) & (segment.structures > place)
        )
        seen = rows[visible(part, rows, viewer, Permission.SEE, snapshot.reference)]
        found.append(segment.structures[seen])
    ids: list[int] = np.unique(np.concatenate(found)).tolist()
    return ids


async def _page(
    directory: Directory, viewer: Viewer, ids: list[int], window: Window
) -> Stretch[SeenStructure]:
    """Read a page; `ids` are one more than it holds where the list goes on."""
    rows = await directory.structures.load_many(ids[: window.count])
    seen = [see_structure(directory.snapshot, viewer, row) for row in rows if row is not None]
    shown = [one for one in seen if Permission.SEE in one.grants]
    return Stretch(shown, len(ids) > window.count, window.after is not None)


def _place(window: Window) -> int:
    """Read a cursor: the id of the structure behind which the page begins."""
    return 0 if window.after is None else number_behind(window.after)
