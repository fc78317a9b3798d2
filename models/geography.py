"""Distances and boxes on the Earth (WGS 84 ellipsoid): degrees in, metres out.

A geodesic's length lies between two bounds of the straight chord under it, since its curvature
lies between those of the ellipsoid (Schur's theorem on arcs of equal length). The chord takes a
few array operations; the exact length (`pyproj.Geod`) is left for the few places that need it.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pyproj import Geod

Floats = npt.NDArray[np.float64]

GEOD = Geod(ellps="WGS84")
EQUATORIAL_RADIUS = GEOD.a
FLATTENING = GEOD.f
POLAR_RADIUS = GEOD.b
SMALLEST_RADIUS = POLAR_RADIUS**2 / EQUATORIAL_RADIUS
LARGEST_RADIUS = EQUATORIAL_RADIUS**2 / POLAR_RADIUS
HALF_WAY_ROUND = 20_037_509.0
"""No two places are further apart than half the equator, in metres."""
SLACK = 0.001
"""A millimetre, for what floating point loses."""
FAR = 2_000_000.0
"""Beyond this radius a box saves nothing: the whole world is looked at."""


class Box(NamedTuple):
    """A box of degrees; west is at most east: one across the antimeridian is two boxes."""

    west: float
    south: float
    east: float
    north: float


WORLD = Box(-180.0, -90.0, 180.0, 90.0)


def geodesic(latitude: float, longitude: float, latitudes: Floats, longitudes: Floats) -> Floats:
    """Measure exactly from one place to many, in metres."""
    starts = np.full(len(latitudes), longitude), np.full(len(latitudes), latitude)
    distances: Floats = GEOD.inv(*starts, longitudes, latitudes)[2]
    return distances


def cartesian(latitudes: Floats, longitudes: Floats) -> Floats:
    """Place degrees in space: earth-centred coordinates, in metres, a row a place."""
    phi, lam = np.radians(latitudes), np.radians(longitudes)
    eccentricity = FLATTENING * (2 - FLATTENING)
    normal = EQUATORIAL_RADIUS / np.sqrt(1 - eccentricity * np.sin(phi) ** 2)
    across = normal * np.cos(phi)
    up = normal * (1 - eccentricity) * np.sin(phi)
    return np.stack([across * np.cos(lam), across * np.sin(lam), up], axis=-1)


def geodesic_bounds(origin: Floats, places: Floats) -> tuple[Floats, Floats]:
    """Bound the geodesics from one cartesian place to many: (at least, at most), in metres."""
    steps = places - origin
    chords = np.sqrt(np.einsum("ij,ij->i", steps, steps))
    lower = _arc(chords, LARGEST_RADIUS) - SLACK
    upper = _arc(chords, SMALLEST_RADIUS) + SLACK
    upper[chords > 1.9 * SMALLEST_RADIUS] = HALF_WAY_ROUND
    return lower, upper


def _arc(chords: Floats, radius: float) -> Floats:
    arcs: Floats = 2 * radius * np.arcsin(np.minimum(chords / (2 * radius), 1.0))
    return arcs


def boxes_around(latitude: float, longitude: float, radius: float) -> list[Box]:
    """Cover the circle of that radius (metres) with one box, or two across the antimeridian."""
    angle = 1.01 * radius / SMALLEST_RADIUS
    reach = math.degrees(angle)
    south, north = max(latitude - reach, -90.0), min(latitude + reach, 90.0)
    if radius > FAR or south == -90.0 or north == 90.0:
        return [WORLD._replace(south=south, north=north)] if radius <= FAR else [WORLD]
    width = 1.01 * math.degrees(math.asin(math.sin(angle) / math.cos(math.radians(latitude))))
    return split(longitude - width, south, longitude + width, north)


def split(west: float, south: float, east: float, north: float) -> list[Box]:
    """Cut at the antimeridian a box whose longitudes may run past it, or run from east to west."""
    if east - west >= 360.0:
        return [Box(-180.0, south, 180.0, north)]
    if west < -180.0:
        west += 360.0
    elif east > 180.0:
        east -= 360.0
    if west <= east:
        return [Box(west, south, east, north)]
    return [Box(west, south, 180.0, north), Box(-180.0, south, east, north)]
