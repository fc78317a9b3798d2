"""Reading structures, as far as the viewer may see one of their activators."""

from collections.abc import Iterator
from dataclasses import dataclass

from permissions.permission import Permission
from permissions.viewer import Viewer
from resolvers.activators import ATTEMPTS, Grants
from resolvers.directory.directory import Directory
from resolvers.directory.filters import visible
from resolvers.directory.rows import NetworkRow, StructureRow
from resolvers.directory.segment import Rows, Segment
from resolvers.directory.snapshot import Snapshot

OWNERS_GRANTS = frozenset({Permission.SEE, Permission.SEE_ON_MAP})


@dataclass(frozen=True, slots=True)
class SeenStructure:
    """A structure, and what the viewer may do with one of its activators."""

    row: StructureRow
    grants: Grants

    @property
    def cursor(self) -> str:
        """Its place in a list of structures."""
        return str(self.row.id)


def structure_grants(snapshot: Snapshot, viewer: Viewer, structure_id: int) -> Grants:
    """List what the viewer may do with a structure: what it may do with one of its activators.

    So a structure whose only activators are hidden is hidden, and its address shows to those
    who see somebody there on the map. Staff and its own managers see it always.
    """
    if viewer.staff or structure_id in viewer.structure_ids:
        return OWNERS_GRANTS
    return frozenset(
        permission
        for permission in OWNERS_GRANTS
        if any(len(rows) for _, rows in _seen(snapshot, viewer, structure_id, permission))
    )


def networks_shown(
    snapshot: Snapshot, viewer: Viewer, structure: StructureRow
) -> tuple[NetworkRow, ...]:
    """List the networks that federate a structure, as far as the viewer sees somebody of theirs.

    A network that enrols only hidden activators there would tell of them. Staff, the structure's
    managers and the network's own see all the same.
    """
    if viewer.staff or structure.id in viewer.structure_ids:
        return structure.networks
    known = snapshot.reference.networks.items
    shown = {network.code for network in structure.networks} & viewer.network_codes
    for segment, rows in _seen(snapshot, viewer, structure.id, Permission.SEE):
        shown |= {known[number].code for row in rows for number in segment.networks.of(row)}
    return tuple(network for network in structure.networks if network.code in shown)


async def get_structure(
    directory: Directory, viewer: Viewer, key: int | str
) -> SeenStructure | None:
    """Give a structure by id or by SIRET; None if there is none that the viewer may see.

    What is hidden is decided before anything is read, so that it takes no more time than what
    does not exist.
    """
    for _ in range(ATTEMPTS):
        if not await _may_see(directory, viewer, key):
            return None
        row = await directory.structures.load(key)
        if row is not None:
            seen = see_structure(directory.snapshot, viewer, row)
            return seen if Permission.SEE in seen.grants else None
        await directory.catch_up()
    return None


def see_structure(snapshot: Snapshot, viewer: Viewer, row: StructureRow) -> SeenStructure:
    """Say what the viewer may do with a structure that was read, perhaps nothing.

    Managers of a network that federates it see it, as its own do, whoever works there.
    """
    own = not viewer.network_codes.isdisjoint(row.network_codes)
    return SeenStructure(row, OWNERS_GRANTS if own else structure_grants(snapshot, viewer, row.id))


def is_siret(text: str) -> bool:
    """Tell what may be a SIRET from what nobody need be asked for."""
    return len(text) == 14 and text.isascii() and text.isdigit()


async def _may_see(directory: Directory, viewer: Viewer, key: int | str) -> bool:
    """Decide without reading it, but for those who may see some in which they see nobody."""
    if viewer.staff or key in viewer.structure_ids:
        return True
    if any(len(rows) for _, rows in _seen(directory.snapshot, viewer, key, Permission.SEE)):
        return True
    by_siret = isinstance(key, str) and bool(viewer.structure_ids)
    if not by_siret and not viewer.network_codes:
        return False
    row = await directory.structures.load(key)
    if row is None:
        return False
    return Permission.SEE in see_structure(directory.snapshot, viewer, row).grants


def _seen(
    snapshot: Snapshot, viewer: Viewer, key: int | str, permission: Permission
) -> Iterator[tuple[Segment, Rows]]:
    """Find the rows of a structure's activators with which the viewer has the permission."""
    for part in snapshot.parts:
        rows = part.segment.rows_of_structure(key)
        yield part.segment, rows[visible(part, rows, viewer, permission, snapshot.reference)]
