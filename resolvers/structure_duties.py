"""What is done for a structure as a whole, and whose it is: over what the snapshot knows."""

from collections.abc import Iterator

from models.activators import ActivatorState
from models.api_keys import Scope
from permissions.duties import Duty, has_duty
from permissions.scopes import CELLS
from permissions.viewer import Viewer
from resolvers.directory.rows import StructureRow
from resolvers.directory.snapshot import Snapshot
from resolvers.platform import Platform
from resolvers.portals import check_scope
from resolvers.refusal import Forbidden, NotFound
from resolvers.structures import get_structure

WHOSE = {
    Duty.TEND_STRUCTURE: "Only its managers, staff, and the managers of a network that federates "
    "it and enrols everyone who works there do this.",
    Duty.VOUCH_FOR_STRUCTURE: "Only its managers and staff do this.",
}


def has_structure_duty(
    snapshot: Snapshot, viewer: Viewer, duty: Duty, structure: StructureRow
) -> bool:
    """Say whether this is the viewer's to do for a structure."""
    own = viewer.network_codes & structure.network_codes
    codes = frozenset(one for one in own if _enrols_everyone(snapshot, one, structure.id))
    return has_duty(viewer, duty, network_codes=codes, structure_id=structure.id)


def vouches_or_tends(snapshot: Snapshot, viewer: Viewer, structure: StructureRow) -> bool:
    """Say whether the viewer has a duty about a structure."""
    return any(has_structure_duty(snapshot, viewer, duty, structure) for duty in WHOSE)


async def check_structure_duty(
    platform: Platform, viewer: Viewer, duty: Duty, structure_id: int, *, field: str
) -> StructureRow:
    """Find a structure for which the viewer is to do this.

    Raises NotFound for one that it may not see, Forbidden where the duty is not its own.
    """
    check_scope(viewer, Scope.DIRECTORY_READ)
    seen = await get_structure(platform.directory, viewer, structure_id)
    if seen is None:
        raise NotFound("No such structure.", field)
    if not has_structure_duty(platform.directory.snapshot, viewer, duty, seen.row):
        raise Forbidden(WHOSE[duty])
    return seen.row


def _enrols_everyone(snapshot: Snapshot, network_code: str, structure_id: int) -> bool:
    """Say whether a network enrols all who work in a structure; who has withdrawn does not."""
    number = snapshot.reference.networks.numbers.get(network_code)
    return all(number in networks for networks in _networks_there(snapshot, structure_id))


def _networks_there(snapshot: Snapshot, structure_id: int) -> Iterator[tuple[int, ...]]:
    """Give for each who works in a structure the numbers of the networks that enrol it."""
    for part in snapshot.parts:
        segment = part.segment
        for row in segment.rows_of_structure(structure_id):
            gone = CELLS[segment.cells[row]].state is ActivatorState.WITHDRAWN
            if part.alive[row] and not gone:
                yield segment.networks.of(row)
