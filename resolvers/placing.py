"""Placing an activator that gives no coordinates: by its commune, else by its postal code."""

from models.territories import PositionPrecision, TerritoryLevel
from resolvers.directory.reference import Reference
from resolvers.directory.rows import PositionRow, TerritoryRow

AT_BEST = (PositionPrecision.ADDRESS, PositionPrecision.COMMUNE)
"""What a postal code's position is surely not."""


def commune_of(reference: Reference, postal_code: str) -> TerritoryRow | None:
    """Find the commune that stands for a postal code.

    The largest that is located; a municipal district before the whole of its city.
    """

    def coarseness(commune: TerritoryRow) -> tuple[bool, bool]:
        district = commune.parent is not None and commune.parent.level is TerritoryLevel.COMMUNE
        return commune.position is None, not district

    return min(reference.by_postal_code.get(postal_code, ()), key=coarseness, default=None)


def position_of(
    reference: Reference, commune: TerritoryRow | None, postal_code: str
) -> PositionRow | None:
    """Say where that is and how surely; none where nothing is located."""
    if commune is not None and commune.position is not None:
        return commune.position
    by_code = commune_of(reference, postal_code)
    if by_code is None or by_code.position is None:
        return None
    found = by_code.position
    precise = PositionPrecision.POSTAL_CODE if found.precision in AT_BEST else found.precision
    return PositionRow(found.latitude, found.longitude, precise)
