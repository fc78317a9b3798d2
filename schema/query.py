"""The root queries. Each checks its arguments through the resolvers and wraps what they give."""

from typing import Annotated

import strawberry

from models.consultations import ConsultationKind
from resolvers.activators import find_activators
from resolvers.directory.orders import Order
from resolvers.directory.slugs import id_of
from resolvers.paging import checked_count, window
from resolvers.rate_limits import Limit
from resolvers.refusal import InvalidInput
from resolvers.structures import is_siret
from schema.activators import Activator
from schema.api_keys import ApiKeyQueries
from schema.audit import AuditQueries
from schema.charter import CharterQueries
from schema.clusters import ActivatorCluster, find_clusters
from schema.connections import ActivatorConnection
from schema.contact.connection import ContactRequestListQueries
from schema.contact.figures import ContactFiguresQueries
from schema.contact.request import ContactRequestQueries
from schema.context import Info
from schema.declarations.connection import DeclaredEngagementListQueries
from schema.declarations.engagement import DeclaredEngagementQueries
from schema.expertise import ExpertiseField
from schema.inputs import ActivatorFilter, Bounds, Near, plain_criteria
from schema.jobs import JobQueries
from schema.mark.conditions import MarkConditionQueries
from schema.mark.connection import MarkLicenceListQueries
from schema.mark.verification import MarkVerificationQueries
from schema.moderation.figures import ModerationFiguresQueries
from schema.moderation.grounds import GroundQueries
from schema.moderation.queue import ModerationQueries
from schema.networks import Network
from schema.nodes import Node
from schema.pages import After, Before, First, Last
from schema.personal_rights import PersonalRightsQueries
from schema.refetch import find_node, find_nodes
from schema.reviews.policy import ReviewPolicyQueries
from schema.reviews.review import ReviewQueries
from schema.structure_connections import StructureQueries
from schema.structures import Structure
from schema.territories import Place, Territory
from schema.viewer import Viewer

Id = Annotated[strawberry.ID, strawberry.argument(description="An id that this service gave.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="Ids that this service gave.")]
ActivatorId = Annotated[
    strawberry.ID | None, strawberry.argument(description="Its id; or else give its slug.")
]
Slug = Annotated[
    str | None, strawberry.argument(description="Its slug, this one or an earlier one.")
]
StructureId = Annotated[
    strawberry.ID | None, strawberry.argument(description="Its id; or else give its SIRET.")
]
Siret = Annotated[str | None, strawberry.argument(description="Its SIRET, 14 digits.")]
Filter = Annotated[
    ActivatorFilter | None, strawberry.argument(description="What to look for; all by default.")
]
Circle = Annotated[
    Near | None,
    strawberry.argument(description="Only those within a circle; each gets a distance."),
]
OrderBy = Annotated[
    Order | None, strawberry.argument(description="The order; its type says the default.")
]
Box = Annotated[Bounds, strawberry.argument(description="What the map shows.")]
Zoom = Annotated[
    int,
    strawberry.argument(description="The map's zoom, 0 to 22: the world is 2^zoom tiles wide."),
]
NetworkCode = Annotated[str, strawberry.argument(description="A code, such as `cci`.")]
TerritoryCode = Annotated[str, strawberry.argument(description="A code, such as `DEP-69`.")]
PlaceSearch = Annotated[
    str,
    strawberry.argument(
        description="Words of a name, the beginning of a postal code, or both: `69003 Lyon`."
    ),
]
PlaceCount = Annotated[
    int | None, strawberry.argument(description="How many at most: 1 to 100, 20 by default.")
]


@strawberry.type
class DirectoryQueries:
    """Queries of the directory."""

    @strawberry.field(description="Who is asking.")
    def viewer(self, info: Info) -> Viewer:
        """Say who."""
        return Viewer(row=info.context.viewer)

    @strawberry.field(
        description="An object by its id; null for one that does not exist or that the viewer may "
        "not see."
    )
    async def node(self, info: Info, id: Id) -> Node | None:
        """Find one."""
        return await find_node(info, id)

    @strawberry.field(
        description="Objects by their ids, in the same order, at most 100; null where `node` "
        "would be."
    )
    async def nodes(self, info: Info, ids: Ids) -> list[Node | None]:
        """Find some."""
        return await find_nodes(info, ids)

    @strawberry.field(
        description="An activator by id or by slug; null for one that does not exist or that the "
        "viewer may not see. It is the page of an activator: showing it is counted as a view "
        "(`Activator.consultations`), which `node`, lists and `_entities` are not."
    )
    async def activator(
        self, info: Info, id: ActivatorId = None, slug: Slug = None
    ) -> Activator | None:
        """Find one."""
        if slug is not None and id_of(slug) is None:
            raise InvalidInput("slug", slug, "a slug that this service gave")
        found, context = await Activator.find(info, id=id, slug=slug), info.context
        if found is not None:
            consultations, view = context.platform.consultations, ConsultationKind.VIEW
            consultations.count(context.viewer, context.visitor, found.row, view)
        return found

    @strawberry.field(
        description="Search the directory. Each viewer finds what it may see; a search by place "
        "finds those whose place it may know. Pages hold at most 100, 20 by default."
    )
    async def activators(
        self,
        info: Info,
        filter: Filter = None,
        near: Circle = None,
        order_by: OrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ActivatorConnection:
        """Search."""
        context = info.context
        found = await find_activators(
            context.directory,
            context.viewer,
            plain_criteria(context.directory.snapshot.reference, filter, near),
            order=order_by,
            window=window(first, after, last, before),
            today=context.platform.now().date(),
        )
        return ActivatorConnection(found=found)

    @strawberry.field(
        description="Activators for a map, grouped by some 64 pixels: at most 2,048 groups, the "
        "largest first; wide bounds are grouped as at a smaller zoom."
    )
    async def activator_clusters(
        self, info: Info, bounds: Box, zoom: Zoom, filter: Filter = None
    ) -> list[ActivatorCluster]:
        """Group."""
        reference = info.context.directory.snapshot.reference
        return await find_clusters(info, plain_criteria(reference, filter), bounds, zoom)

    @strawberry.field(
        description="A structure by id or by SIRET; null for one that does not exist or none of "
        "whose activators the viewer may see."
    )
    async def structure(
        self, info: Info, id: StructureId = None, siret: Siret = None
    ) -> Structure | None:
        """Find one."""
        if (id is None) == (siret is None):
            raise InvalidInput("id", id, "an id or a siret, and not both")
        if siret is not None and not is_siret(siret):
            raise InvalidInput("siret", siret, "14 digits")
        return await Structure.find(info, id=id, siret=siret)

    @strawberry.field(description="All partner networks, by code.")
    def networks(self, info: Info) -> list[Network]:
        """List them."""
        return [
            Network(row=row) for row in info.context.directory.snapshot.reference.networks.items
        ]

    @strawberry.field(description="A partner network by its code; null if there is none.")
    def network(self, info: Info, code: NetworkCode) -> Network | None:
        """Find one."""
        return Network.find(info, code)

    @strawberry.field(description="The taxonomy of expertise, in its order.")
    def expertise_fields(self, info: Info) -> list[ExpertiseField]:
        """List them."""
        rows = info.context.directory.snapshot.reference.fields.items
        return [ExpertiseField(row=row) for row in rows]

    @strawberry.field(
        description="Communes by name, postal code or both, for forms that complete as one types: "
        "the larger town first. Accents, case and hyphens do not matter; words may stand anywhere "
        "in the name, the last one may be only begun. At most 100, 20 by default. A client asks at "
        "most 300 times a minute, unless the operator chose otherwise; then it is `RATE_LIMITED`."
    )
    async def places(
        self, info: Info, search: PlaceSearch, first: PlaceCount = None
    ) -> list[Place]:
        """Complete a place."""
        await info.context.check_rate(Limit.PLACES)
        count = checked_count("first", first)
        return [Place(row=row) for row in info.context.directory.places.search(search, count)]

    @strawberry.field(description="A territory by its code; null if there is none.")
    def territory(self, info: Info, code: TerritoryCode) -> Territory | None:
        """Find one."""
        row = info.context.directory.snapshot.reference.territories.get(code)
        return None if row is None else Territory(row=row)


@strawberry.type(description="What can be asked.")
class Query(
    DirectoryQueries,
    CharterQueries,
    ContactRequestQueries,
    ContactFiguresQueries,
    ContactRequestListQueries,
    DeclaredEngagementQueries,
    DeclaredEngagementListQueries,
    ApiKeyQueries,
    AuditQueries,
    JobQueries,
    GroundQueries,
    ModerationQueries,
    ModerationFiguresQueries,
    PersonalRightsQueries,
    ReviewPolicyQueries,
    ReviewQueries,
    StructureQueries,
    MarkConditionQueries,
    MarkVerificationQueries,
    MarkLicenceListQueries,
):
    """The queries, in the order of the SDL."""
