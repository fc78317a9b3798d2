"""Who waits to be admitted by the viewer, as the snapshot knows."""

from collections.abc import Iterator

import numpy as np

from models.activators import ActivatorState
from models.networks import AdmissionPolicy
from permissions.scopes import CELLS, admitters_table
from permissions.steps import STEPS_FROM
from permissions.viewer import Viewer
from resolvers.directory.filters import visible
from resolvers.directory.snapshot import Part, Snapshot
from resolvers.next_steps.steps import NextStepCode, Step

PENDING = np.array([facts.state is ActivatorState.PENDING for facts in CELLS])
TAKES = STEPS_FROM[ActivatorState.PENDING]
"""The permission that admitting needs."""


def steps_of_admissions(snapshot: Snapshot, viewer: Viewer) -> Iterator[Step]:
    """Ask to admit anybody, of those who may; else by network that may and has somebody pending."""
    if any(_pending_for(snapshot, part, viewer) for part in snapshot.parts):
        yield Step(NextStepCode.ADMIT)
        return
    admitting = {
        network.code
        for network in snapshot.reference.networks.items
        if network.admission is AdmissionPolicy.BY_NETWORK
    }
    for code in sorted(viewer.network_codes & admitting):
        if any(_pending_with(snapshot, part, viewer, code) for part in snapshot.parts):
            yield Step(NextStepCode.ADMIT, network_code=code)


def _pending_for(snapshot: Snapshot, part: Part, viewer: Viewer) -> bool:
    rows = np.flatnonzero(PENDING[part.segment.cells])
    return bool(visible(part, rows, viewer, TAKES, snapshot.reference).any())


def _pending_with(snapshot: Snapshot, part: Part, viewer: Viewer, code: str) -> bool:
    segment, rows = part.segment, np.flatnonzero(PENDING[part.segment.cells])
    wanted = snapshot.reference.networks.mask(frozenset({code}))
    may = admitters_table(TAKES, viewer)[segment.cells[rows]]
    return bool((may & part.alive[rows] & segment.networks.rows_meeting(wanted, rows)).any())
