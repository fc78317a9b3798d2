"""Filters: each says of some rows of a segment which to keep.

The names are those of the facets, so that a facet can leave out its own filter.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

from models.activators import ActivatorKind, ActivatorState
from models.geography import boxes_around, cartesian, geodesic, geodesic_bounds
from permissions.permission import Permission
from permissions.scopes import CELLS, owners_table, strangers_table
from permissions.viewer import Viewer
from resolvers.directory.criteria import Circle, Criteria
from resolvers.directory.reference import Reference
from resolvers.directory.segment import Rows, Segment
from resolvers.directory.snapshot import Part

Bools = npt.NDArray[np.bool_]
Filter = Callable[[Segment, Rows], Bools]


def filters_of(asked: Criteria, reference: Reference) -> dict[str, Filter]:
    """List the filters that a search asks for, by name, the dearest last."""
    filters: dict[str, Filter] = {}
    if asked.kinds:
        filters["kinds"] = _cells_filter(kinds=asked.kinds)
    if asked.states:
        filters["states"] = _cells_filter(states=asked.states)
    if asked.expertise:
        wanted = reference.fields.mask(asked.expertise)
        filters["expertise"] = lambda segment, rows: segment.expertise.rows_meeting(wanted, rows)
    if asked.sectors:
        sections = reference.sectors.mask(asked.sectors)
        filters["sectors"] = lambda segment, rows: segment.sectors.rows_meeting(sections, rows)
    if asked.networks:
        chosen = reference.networks.mask(asked.networks)
        filters["networks"] = lambda segment, rows: segment.networks.rows_meeting(chosen, rows)
    if asked.serves is not None:
        places = reference.related(asked.serves)
        filters["serves"] = lambda segment, rows: segment.serves.rows_meeting(places, rows)
    if asked.remote is not None:
        filters["remote"] = lambda segment, rows: segment.remote[rows] == asked.remote
    if asked.near is not None:
        circle = asked.near
        filters["near"] = lambda segment, rows: within(segment, rows, circle)
    return filters


@cache
def _cells_filter(
    kinds: frozenset[ActivatorKind] = frozenset(ActivatorKind),
    states: frozenset[ActivatorState] = frozenset(ActivatorState),
) -> Filter:
    table = np.array([facts.kind in kinds and facts.state in states for facts in CELLS])
    return lambda segment, rows: table[segment.cells[rows]]


def visible(
    part: Part, rows: Rows | slice, viewer: Viewer, permission: Permission, reference: Reference
) -> Bools:
    """Keep the living rows with which the viewer has the permission."""
    return permitted(part.segment, rows, viewer, permission, reference) & part.alive[rows]


def permitted(
    segment: Segment,
    rows: Rows | slice,
    viewer: Viewer,
    permission: Permission,
    reference: Reference,
) -> Bools:
    """Keep the rows with which the viewer has the permission, living or not."""
    cells = segment.cells[rows]
    seen = strangers_table(permission, viewer)[cells]
    owned = _owned(segment, rows, viewer, reference)
    if owned is not None:
        seen |= owned & owners_table(permission, viewer)[cells]
    return seen


def _owned(
    segment: Segment, rows: Rows | slice, viewer: Viewer, reference: Reference
) -> Bools | None:
    """Mark what the viewer owns, as `Viewer.owns` says for one; None for one who owns nothing."""
    found: list[Bools] = []
    if viewer.activator_ids:
        found.append(np.isin(segment.ids[rows], list(viewer.activator_ids)))
    if viewer.structure_ids:
        found.append(np.isin(segment.structures[rows], list(viewer.structure_ids)))
    networks = [code for code in viewer.network_codes if code in reference.networks.numbers]
    if networks:
        wanted = reference.networks.mask(frozenset(networks))
        found.append(segment.networks.rows_meeting(wanted, rows))
    return np.logical_or.reduce(found) if found else None


def rows_around(segment: Segment, circle: Circle) -> Rows:
    """Find the rows that a circle may hold."""
    return segment.rows_within(boxes_around(circle.latitude, circle.longitude, circle.radius))


def within(segment: Segment, rows: Rows, circle: Circle) -> Bools:
    """Keep the rows within a circle: exactly, to the geodesic."""
    lower, upper = distance_bounds(segment, rows, circle)
    inside = upper <= circle.radius
    unsure = np.flatnonzero(~inside & (lower <= circle.radius))
    if len(unsure):
        inside[unsure] = exact_distances(segment, rows[unsure], circle) <= circle.radius
    return inside


def distance_bounds(
    segment: Segment, rows: Rows, circle: Circle
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Bound the rows' distances from the circle's centre, in metres."""
    centre = cartesian(np.array([circle.latitude]), np.array([circle.longitude]))[0]
    return geodesic_bounds(centre, segment.places[rows])


def exact_distances(segment: Segment, rows: Rows, circle: Circle) -> npt.NDArray[np.float64]:
    """Measure the rows' distances from the circle's centre, in metres."""
    return geodesic(
        circle.latitude, circle.longitude, segment.latitudes[rows], segment.longitudes[rows]
    )
