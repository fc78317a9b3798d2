"""Reading structures, as far as the viewer may see one of their activators."""

from sqlalchemy import select

from models import tables
from permissions.permission import Permission
from permissions.rulebook import grants
from permissions.scopes import CELLS
from permissions.viewer import Viewer
from resolvers.activators import Grants
from resolvers.directory.cards import read_memberships, structure_row
from resolvers.directory.directory import Directory
from resolvers.directory.rows import StructureRow
from resolvers.directory.snapshot import Snapshot

OWNERS_GRANTS = frozenset({Permission.SEE, Permission.SEE_ON_MAP})


def structure_grants(snapshot: Snapshot, viewer: Viewer, structure_id: int) -> Grants:
    """List what the viewer may do with a structure: what it may do with one of its activators.

    So a structure whose only activators are hidden is hidden, and its address shows to those
    who see somebody there on the map. Staff and its own managers see it always.
    """
    granted: set[Permission] = set()
    if viewer.staff or structure_id in viewer.structure_ids:
        granted |= OWNERS_GRANTS
    for segment, row in snapshot.rows_of_structure(structure_id):
        numbers = segment.networks.of(row)
        networks = {snapshot.reference.networks.items[number].code for number in numbers}
        owner = viewer.owns(int(segment.ids[row]), structure_id, networks)
        granted |= grants(viewer.standing(owner=owner), CELLS[segment.cells[row]])
    return frozenset(granted)


def is_siret(text: str) -> bool:
    """Tell what may be a SIRET from what the database need not be asked for."""
    return len(text) == 14 and text.isascii() and text.isdigit()


async def get_structure(
    directory: Directory,
    viewer: Viewer,
    *,
    structure_id: int | None = None,
    siret: str | None = None,
) -> tuple[StructureRow, Grants] | None:
    """Give a structure by id or by SIRET; None if there is none that the viewer may see."""
    if siret is not None and not is_siret(siret):
        return None
    table, reference = tables.structure, directory.snapshot.reference
    condition = table.c.siret == siret if structure_id is None else table.c.id == structure_id
    async with directory.database.read() as session:
        row = (await session.execute(select(table).where(condition))).one_or_none()
        granted = structure_grants(directory.snapshot, viewer, row.id) if row else frozenset()
        if row is None or Permission.SEE not in granted:
            return None
        networks = await read_memberships(session, [row.id])
    return structure_row(row, networks.get(row.id, []), reference, prefix=""), granted
