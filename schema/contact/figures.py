"""Figures of contact requests, without the companies: of a year, and by group."""

from typing import Annotated

import strawberry

from permissions.guard import describe_values, of_row
from resolvers.activators import get_activators
from resolvers.contact.counting import Figures
from resolvers.contact.figures import CountedYear, Group, Grouping, contact_figures
from resolvers.paging import Stretch, window
from schema.activators import Activator
from schema.contact.states import Outcome
from schema.context import Info
from schema.expertise import ExpertiseField
from schema.networks import Network
from schema.nodes import global_id
from schema.pages import After, First, PageInfo
from schema.structures import Structure
from schema.territories import Territory

FEW = (
    "Groups of fewer than five requests are not shown apart, nor what a subtraction would tell of "
    "one, but to the owner: the activator, the managers of its structure and of its networks."
)

strawberry.enum(
    Grouping,
    name="ContactFiguresGrouping",
    description="By what contact requests are broken down.",
)
describe_values(
    {
        Grouping.ACTIVATOR: "By the activator that was asked.",
        Grouping.STRUCTURE: "By the structure in which that activator was, when it was asked.",
        Grouping.NETWORK: "By the networks that enrol that activator today; it may have several.",
        Grouping.DEPARTMENT: "By the department of the company.",
        Grouping.REGION: "By the region of the company.",
        Grouping.EXPERTISE: "By the fields of expertise that were asked for; there may be several.",
    }
)


@strawberry.type(description="How many engagements ended in a way.")
class OutcomeCount:
    """A count."""

    outcome: Outcome = strawberry.field(description="The way.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(
    description="What came of some contact requests (charter, article 4). Delays are in hours of "
    "working time: Monday to Friday, 9:00 to 18:00, without public holidays, in the activator's "
    "local time."
)
class ContactRequestFigures:
    """Figures."""

    row: strawberry.Private[Figures]
    requests: int = of_row("How many were sent to their activators.")
    acknowledged_at_once: int = of_row(
        "Of how many the mail server took the acknowledgement within a minute."
    )
    answered: int = of_row("How many were answered, be it by a refusal or a redirection.")
    answered_in_time: int = of_row("How many were answered before the answer was due.")
    median_answer_hours: float | None = of_row(
        "The median of the delays of answers, in working hours; null where none was answered."
    )
    ninetieth_percentile_answer_hours: float | None = of_row(
        "Nine answers of ten came within this delay, in working hours (interpolated linearly)."
    )
    declined: int = of_row("How many stand declined.")
    redirected: int = of_row("How many went on to another activator.")
    cancelled: int = of_row("How many were withdrawn by the company.")
    expired: int = of_row("How many expired without an answer.")
    engagements: int = of_row("How many led to an engagement.")
    outcomes: list[OutcomeCount] = of_row(
        "How those that are over ended.",
        wrap=lambda counts: [OutcomeCount(outcome=one, count=counts[one]) for one in counts],
    )


@strawberry.type(description="The figures of one group; of its names, the one of the grouping.")
class ContactFiguresGroup:
    """A group."""

    row: strawberry.Private[Group]
    grouping: strawberry.Private[Grouping]
    figures: ContactRequestFigures = of_row(
        "Its figures.", wrap=lambda row: ContactRequestFigures(row=row)
    )

    @strawberry.field(description="The activator; null for another grouping, or one that is gone.")
    async def activator(self, info: Info) -> Activator | None:
        """Find it."""
        if self.grouping is not Grouping.ACTIVATOR:
            return None
        context = info.context
        found = await get_activators(
            context.platform.directory, context.viewer, [int(self.row.key)]
        )
        return None if found[0] is None else Activator.of(found[0])

    @strawberry.field(description="The structure; null for another grouping, or one that is gone.")
    async def structure(self, info: Info) -> Structure | None:
        """Find it."""
        if self.grouping is not Grouping.STRUCTURE:
            return None
        return await Structure.find(info, id=global_id("Structure", self.row.key))

    @strawberry.field(description="The network; null for another grouping.")
    def network(self, info: Info) -> Network | None:
        """Find it."""
        is_one = self.grouping is Grouping.NETWORK
        return Network.find(info, self.row.key) if is_one else None

    @strawberry.field(description="The department or the region; null for another grouping.")
    def territory(self, info: Info) -> Territory | None:
        """Find it."""
        if self.grouping not in {Grouping.DEPARTMENT, Grouping.REGION}:
            return None
        row = info.context.platform.directory.snapshot.reference.territories.get(self.row.key)
        return None if row is None else Territory(row=row)

    @strawberry.field(description="The field of expertise; null for another grouping.")
    def expertise(self, info: Info) -> ExpertiseField | None:
        """Find it."""
        if self.grouping is not Grouping.EXPERTISE:
            return None
        row = info.context.platform.directory.snapshot.reference.fields.get(self.row.key)
        return None if row is None else ExpertiseField(row=row)


@strawberry.type(description="A group in a list.")
class ContactFiguresGroupEdge:
    """An edge."""

    cursor: str = strawberry.field(description="Its place in the list; opaque.")
    node: ContactFiguresGroup = strawberry.field(description="The group.")


@strawberry.type(description="A page of groups, the largest first.")
class ContactFiguresGroupConnection:
    """A page."""

    page: strawberry.Private[Stretch[Group]]
    grouping: strawberry.Private[Grouping]

    @strawberry.field(description="The page, with places.")
    def edges(self) -> list[ContactFiguresGroupEdge]:
        """List the edges."""
        nodes = self.nodes()
        return [ContactFiguresGroupEdge(cursor=one.row.cursor, node=one) for one in nodes]

    @strawberry.field(description="The page, without them.")
    def nodes(self) -> list[ContactFiguresGroup]:
        """List the nodes."""
        return [ContactFiguresGroup(row=one, grouping=self.grouping) for one in self.page.rows]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        return PageInfo.of(self.page)


@strawberry.type(description="The contact requests that were sent in a year, counted. " + FEW)
class ContactFigures:
    """A year."""

    row: strawberry.Private[CountedYear]
    year: int = of_row("The year, by the clock of Paris.")
    total: ContactRequestFigures | None = of_row(
        "Of all that the viewer may count; null where it is of too few.",
        wrap=lambda row: ContactRequestFigures(row=row),
    )
    others: ContactRequestFigures | None = of_row(
        "Of the requests in no group that is shown; null where all are, or they are too few.",
        wrap=lambda row: ContactRequestFigures(row=row),
    )

    @strawberry.field(description="The groups that are shown; null where no grouping was asked.")
    def groups(
        self, first: First = None, after: After = None
    ) -> ContactFiguresGroupConnection | None:
        """Give a page of them."""
        if self.row.grouping is None:
            return None
        page = self.row.page(window(first, after))
        return ContactFiguresGroupConnection(page=page, grouping=self.row.grouping)


@strawberry.type
class ContactFiguresQueries:
    """The query of figures."""

    @strawberry.field(
        description="Count contact requests, without the companies (charter, article 4). An "
        "activator counts its own; managers, those of their structures and networks; institutions, "
        "those of activators of their region, or all; staff, all; a portal's key with "
        "`statistics:read`, those of its network. Anybody else gets an error with the code "
        "`FORBIDDEN` or `UNAUTHENTICATED`. " + FEW
    )
    async def contact_figures(
        self,
        info: Info,
        year: Annotated[
            int, strawberry.argument(description="The year in which they were sent, from 2020.")
        ],
        by: Annotated[
            Grouping | None,
            strawberry.argument(description="By what to break them down; not at all by default."),
        ] = None,
    ) -> ContactFigures:
        """Count."""
        context = info.context
        return ContactFigures(
            row=await contact_figures(context.platform, context.viewer, year=year, grouping=by)
        )
