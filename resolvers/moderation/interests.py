"""What somebody has to do with an activator: facts, from which conflicts of interest are decided.

They are read from the directory in memory, so that a list of cases costs no statement.
"""

from dataclasses import replace

from models.activators import ActivatorState
from permissions.moderation import Interest
from permissions.scopes import kind_of_cell, state_of_cell
from permissions.viewer import Viewer
from resolvers.directory.segment import Segment
from resolvers.directory.snapshot import Snapshot

Place = tuple[Segment, int]


def interest_of(
    snapshot: Snapshot, viewer: Viewer, activator_id: int, *, author_id: int | None = None
) -> Interest:
    """Say what a viewer has to do with it; `author_id` is the account of who wrote, if it has one.

    An activator that the directory has no more interests nobody but who wrote.
    """
    author = author_id is not None and author_id == viewer.account_id
    found = snapshot.locate(activator_id)
    if found is None:
        return Interest(author=author)
    segment, row = found
    structure_id = int(segment.structures[row])
    networks = {snapshot.reference.networks.items[one].code for one in segment.networks.of(row)}
    own = [place for one in viewer.activator_ids if (place := snapshot.locate(one)) is not None]
    interest = Interest(
        itself=activator_id in viewer.activator_ids,
        colleague=any(int(one.structures[at]) == structure_id for one, at in own),
        manager=structure_id in viewer.structure_ids or bool(networks & viewer.network_codes),
        author=author,
    )
    rivals = (*own, *_managed(snapshot, viewer))
    return replace(interest, competitor=any(_compete(found, one) for one in rivals))


def _managed(snapshot: Snapshot, viewer: Viewer) -> list[Place]:
    """Find the activators of the structures that the viewer manages."""
    return [
        (part.segment, int(row))
        for part in snapshot.parts
        for structure_id in viewer.structure_ids
        for row in part.segment.rows_of_structure(structure_id)
        if part.alive[row]
    ]


def _compete(reviewed: Place, other: Place) -> bool:
    """Say whether another one is active and offers the same thing in the same place."""
    (segment, row), (theirs, at) = reviewed, other
    if int(segment.ids[row]) == int(theirs.ids[at]):
        return False
    mine, cell = int(segment.cells[row]), int(theirs.cells[at])
    same = kind_of_cell(cell) is kind_of_cell(mine)
    active = state_of_cell(cell) is ActivatorState.ACTIVE
    shared = not _disjoint(segment.expertise.of(row), theirs.expertise.of(at))
    near = not _disjoint(segment.departments.of(row), theirs.departments.of(at))
    return same and active and shared and near


def _disjoint(ours: tuple[int, ...], theirs: tuple[int, ...]) -> bool:
    return frozenset(ours).isdisjoint(theirs)
