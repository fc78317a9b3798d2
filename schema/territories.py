"""Territories, places and positions, as the wire shows them."""

import strawberry

from models.territories import PositionPrecision, TerritoryLevel
from permissions.guard import describe_values, of_row
from resolvers.directory import rows

strawberry.enum(
    TerritoryLevel,
    description="A level of the national tree.",
)
describe_values(
    {
        TerritoryLevel.REGION: "A region.",
        TerritoryLevel.DEPARTMENT: "A department.",
        TerritoryLevel.COMMUNE: "A commune, or a municipal district (Paris, Lyon, Marseille): its "
        "parent is a commune.",
    }
)
strawberry.enum(
    PositionPrecision,
    description="What a position stands for, from the surest to the coarsest.",
)
describe_values(
    {
        PositionPrecision.ADDRESS: "The address itself.",
        PositionPrecision.COMMUNE: "Its commune.",
        PositionPrecision.POSTAL_CODE: "The middle of the communes of its postal code.",
        PositionPrecision.INTERCOMMUNALITY: "The middle of the communes of its intercommunality.",
        PositionPrecision.DEPARTMENT: "The middle of the communes of its department.",
    }
)


@strawberry.type(description="A point on the Earth (WGS 84).")
class Position:
    """Degrees, and what they stand for."""

    row: strawberry.Private[rows.PositionRow]
    latitude: float = of_row("Degrees, north positive.")
    longitude: float = of_row("Degrees, east positive.")
    precision: PositionPrecision = of_row("What the point stands for.")


@strawberry.type(description="A region, a department or a commune, by its INSEE code.")
class Territory:
    """A territory."""

    row: strawberry.Private[rows.TerritoryRow]
    code: str = of_row("The INSEE code behind its level: `REG-84`, `DEP-69`, `COM-69123`.")
    name: str = of_row("Its official name, in French.")
    level: TerritoryLevel = of_row("Its level.")

    parent: "Territory | None" = of_row(
        "The territory just above; null for a region.", wrap=lambda row: Territory(row=row)
    )


@strawberry.type(description="A commune, for forms that complete a place as one types.")
class Place:
    """A commune with its position."""

    row: strawberry.Private[rows.TerritoryRow]
    postal_codes: list[str] = of_row("Its postal codes.")
    population: int | None = of_row("Inhabitants; null where the census counts none.")

    @strawberry.field(description="The commune.")
    def commune(self) -> Territory:
        """Give the territory."""
        return Territory(row=self.row)

    position: Position = of_row(
        "Where it is; `near` measures from here.", wrap=lambda row: Position(row=row)
    )


@strawberry.type(description="A postal address.")
class Address:
    """An address."""

    row: strawberry.Private[rows.AddressRow]
    line: str | None = of_row("Number and street.")
    postal_code: str = of_row("Postal code, five digits.")
    city: str = of_row("City, as the post writes it.")

    commune: Territory | None = of_row(
        "Its commune; null where the declared one no longer exists.",
        wrap=lambda row: Territory(row=row),
    )
