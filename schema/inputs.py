"""What a search is asked with."""

import strawberry

from models.activators import ActivatorKind, ActivatorState
from permissions.guard import describe_values
from resolvers.directory import clusters, criteria
from resolvers.directory.criteria import Criteria
from resolvers.directory.orders import Order
from resolvers.directory.reference import Reference
from resolvers.refusal import InvalidInput

strawberry.enum(
    Order,
    name="ActivatorOrder",
    description="The order of a list. By default RELEVANCE where there is a text, else DISTANCE "
    "where there is a place, else ROTATION. Equal ones go by their id, which is drawn at random.",
)
describe_values(
    {
        Order.DISTANCE: "The nearest first; needs `near`.",
        Order.NAME: "By family name, then given name; accents and case ignored.",
        Order.RATING: "The best rated first, by (30 + sum of its stars) / (10 + number of its "
        "reviews): each is taken to have ten reviews of three stars beside its own, so that a few "
        "do not weigh as much as many (charter, article 4). Last come those without a review, and "
        "those whose stars the viewer does not see, as if they had none.",
        Order.RELEVANCE: "The best match of the text first; needs `filter.text`.",
        Order.ROTATION: "Fair turns: shuffled anew each day (UTC), stable within it.",
        Order.RECENTLY_CONFIRMED: "The latest confirmed profile first, those never confirmed last.",
    }
)


DEFAULT_RADIUS_KM = 30.0


@strawberry.input(
    description="What to look for. Within a list any code will do; fields add up. An empty list "
    "asks for nothing in particular, an unknown code is refused."
)
class ActivatorFilter:
    """A filter."""

    kinds: list[ActivatorKind] | None = strawberry.field(default=None, description="Any of these.")
    states: list[ActivatorState] | None = strawberry.field(
        default=None,
        description="Any of these. Only owners and staff see others than `ACTIVE`.",
    )
    expertise: list[str] | None = strawberry.field(
        default=None, description="Codes of fields of expertise, any of them."
    )
    sectors: list[str] | None = strawberry.field(
        default=None, description="Letters of NAF sections, any of them."
    )
    serves: str | None = strawberry.field(
        default=None,
        description="A territory code: those who work there, that is in the territory, in one "
        "above it or in one within it.",
    )
    networks: list[str] | None = strawberry.field(
        default=None, description="Codes of networks, any of them."
    )
    text: str | None = strawberry.field(
        default=None,
        description="Words, all of them: of names, headline, presentation, structure, expertise "
        "labels. Accents, case and small typos are forgiven; a word may be only begun, one of one "
        "or two letters where it is the last. Articles and the like count but are not required. "
        "A text that has no word, such as `!!!`, finds nobody; a blank one asks for nothing. At "
        "most 200 characters and 12 words.",
    )
    remote: bool | None = strawberry.field(
        default=None, description="Those who also help at a distance, or those who do not."
    )


@strawberry.input(description="A point on the Earth (WGS 84).")
class CoordinatesInput:
    """Degrees."""

    latitude: float = strawberry.field(description="Degrees from -90 to 90, north positive.")
    longitude: float = strawberry.field(description="Degrees from -180 to 180, east positive.")


@strawberry.input(one_of=True, description="A place, said in one of three ways.")
class PlaceInput:
    """A place."""

    coordinates: strawberry.Maybe[CoordinatesInput] = strawberry.field(description="A point.")
    commune_code: strawberry.Maybe[str] = strawberry.field(
        description="A commune, by INSEE code: `01283`."
    )
    postal_code: strawberry.Maybe[str] = strawberry.field(
        description="The largest commune of a postal code: `01100`."
    )


@strawberry.input(
    description="Those within a radius of a place whose position the viewer may know."
)
class Near:
    """A circle."""

    place: PlaceInput = strawberry.field(description="The centre.")
    radius_km: float | None = strawberry.field(
        default=DEFAULT_RADIUS_KM,
        description="Kilometres along the geodesic, more than 0, at most 20,038.",
    )


@strawberry.input(
    description="What a map shows, in degrees (WGS 84). West may be greater than east: the box "
    "then crosses the antimeridian."
)
class Bounds:
    """A box."""

    south: float = strawberry.field(description="Its southern edge.")
    west: float = strawberry.field(description="Its western edge.")
    north: float = strawberry.field(description="Its northern edge.")
    east: float = strawberry.field(description="Its eastern edge.")

    def plain(self) -> clusters.Bounds:
        """Hand it down."""
        return clusters.Bounds(self.south, self.west, self.north, self.east)


def plain_criteria(
    reference: Reference, filter: ActivatorFilter | None, near: Near | None = None
) -> Criteria:
    """Check a filter and a place; raises InvalidInput naming the field."""
    asked = filter or ActivatorFilter()
    return criteria.criteria(
        reference,
        kinds=asked.kinds,
        states=asked.states,
        expertise=asked.expertise,
        sectors=asked.sectors,
        networks=asked.networks,
        serves=asked.serves,
        text=asked.text,
        remote=asked.remote,
        near=None if near is None else _circle(reference, near),
    )


def _circle(reference: Reference, near: Near) -> criteria.Circle:
    place = near.place
    radius_km = DEFAULT_RADIUS_KM if near.radius_km is None else near.radius_km
    if place.coordinates:
        point = place.coordinates.value
        at = (point.latitude, point.longitude)
        return criteria.circle(reference, radius_km=radius_km, coordinates=at)
    if place.commune_code:
        code = place.commune_code.value
        return criteria.circle(reference, radius_km=radius_km, commune_code=code)
    if place.postal_code:
        code = place.postal_code.value
        return criteria.circle(reference, radius_km=radius_km, postal_code=code)
    raise InvalidInput("near.place", "nothing", "coordinates, communeCode or postalCode")
