"""Pages of activators: edges, counts and facets (Relay's cursor connections)."""

from typing import Self

import strawberry

from models.activators import ActivatorKind
from permissions.guard import Guarded
from permissions.permission import Permission
from resolvers.activators import Found, Seen
from resolvers.directory.search import Hit, Search
from schema.activators import Activator
from schema.expertise import ExpertiseField
from schema.networks import Network
from schema.pages import PageInfo
from schema.territories import Territory


@strawberry.type(description="An activator in a list.")
class ActivatorEdge:
    """An edge."""

    cursor: str = strawberry.field(
        description="Its place in this order; opaque, still good while rows come and go."
    )
    node: Activator = strawberry.field(description="The activator.")
    distance_km: float | None = strawberry.field(
        description="Kilometres from the centre of `near`, along the geodesic (WGS 84); null "
        "without `near`.",
        directives=[Guarded(by=Permission.SEE_ON_MAP)],
    )

    @classmethod
    def of(cls, hit: Hit, seen: Seen) -> Self:
        """Wrap a hit and its activator."""
        distance = hit.distance if Permission.SEE_ON_MAP in seen.grants else None
        return cls(
            cursor=hit.cursor.encode(),
            node=Activator.of(seen),
            distance_km=None if distance is None else distance / 1000,
        )


@strawberry.type(description="How many of a kind.")
class KindCount:
    """A count by kind."""

    kind: ActivatorKind = strawberry.field(description="The kind.")
    count: int = strawberry.field(description="What `kinds: [kind]` would find.")


@strawberry.type(description="How many in a field of expertise.")
class ExpertiseCount:
    """A count by field."""

    field: ExpertiseField = strawberry.field(description="The field.")
    count: int = strawberry.field(description="What `expertise: [field]` would find.")


@strawberry.type(description="How many in a network.")
class NetworkCount:
    """A count by network."""

    network: Network = strawberry.field(description="The network.")
    count: int = strawberry.field(description="What `networks: [network]` would find.")


@strawberry.type(description="How many for a territory.")
class TerritoryCount:
    """A count by territory."""

    territory: Territory = strawberry.field(description="The territory.")
    count: int = strawberry.field(description="What `serves: territory` would find.")


@strawberry.type(
    description="What else the search could be narrowed to. Each facet ignores its own filter, "
    "counts what the viewer may see, and leaves out what counts nothing."
)
class ActivatorFacets:
    """The facets of a search, each counted when it is asked for."""

    search: strawberry.Private[Search]

    @strawberry.field(description="By kind.")
    def kinds(self) -> list[KindCount]:
        """Count by kind."""
        return [KindCount(kind=kind, count=n) for kind, n in self.search.kind_counts().items()]

    @strawberry.field(description="By field of expertise, in the taxonomy's order.")
    def expertise(self) -> list[ExpertiseCount]:
        """Count by field."""
        rows = self.search.snapshot.reference.fields.items
        counted = zip(rows, self.search.expertise_counts().tolist(), strict=True)
        return [ExpertiseCount(field=ExpertiseField(row=row), count=n) for row, n in counted if n]

    @strawberry.field(description="By network, by code.")
    def networks(self) -> list[NetworkCount]:
        """Count by network."""
        rows = self.search.snapshot.reference.networks.items
        counted = zip(rows, self.search.network_counts().tolist(), strict=True)
        return [NetworkCount(network=Network(row=row), count=n) for row, n in counted if n]

    @strawberry.field(
        description="By department served, by code: one who serves a region counts in each of its "
        "departments."
    )
    def departments(self) -> list[TerritoryCount]:
        """Count by department."""
        rows = self.search.snapshot.reference.departments
        counted = zip(rows, self.search.department_counts().tolist(), strict=True)
        return [TerritoryCount(territory=Territory(row=row), count=n) for row, n in counted if n]


@strawberry.type(description="A page of activators.")
class ActivatorConnection:
    """A page, and the search behind it."""

    found: strawberry.Private[Found]

    @strawberry.field(description="The page, with places and distances.")
    def edges(self) -> list[ActivatorEdge]:
        """List the edges."""
        pairs = zip(self.found.page.hits, self.found.seen, strict=True)
        return [ActivatorEdge.of(hit, seen) for hit, seen in pairs]

    @strawberry.field(description="The page, without them.")
    def nodes(self) -> list[Activator]:
        """List the nodes."""
        return [Activator.of(seen) for seen in self.found.seen]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        page = self.found.page
        return PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.hits[0].cursor.encode() if page.hits else None,
            end_cursor=page.hits[-1].cursor.encode() if page.hits else None,
        )

    @strawberry.field(description="How many the search finds in all, of those the viewer may see.")
    def total_count(self) -> int:
        """Count."""
        return self.found.search.total

    @strawberry.field(description="What else the search could be narrowed to.")
    def facets(self) -> ActivatorFacets:
        """Give the facets."""
        return ActivatorFacets(search=self.found.search)
