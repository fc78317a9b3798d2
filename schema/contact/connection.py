"""Lists of contact requests (Relay's cursor connections)."""

from dataclasses import replace
from typing import Annotated

import strawberry

from resolvers.contact.criteria import RequestCriteria
from resolvers.contact.finding import SeenRequest
from resolvers.contact.listing import count_requests, list_requests
from resolvers.directory.reference import Reference
from resolvers.paging import Stretch, window
from resolvers.refusal import InvalidInput
from schema.contact.request import ContactRequest
from schema.contact.states import RequestState
from schema.context import Info
from schema.nodes import read_number
from schema.pages import After, First, PageInfo

NO_NUMBER = 0
"""What nothing has: an id of another type finds nothing."""


@strawberry.input(
    description="Which of the contact requests that the viewer sees; all that is given must be so. "
    "`activator`, `network` and `structure` are those of the activator that was asked, as the "
    "directory shows them to the viewer today: where it sees no such thing, it finds nothing."
)
class ContactRequestFilter:
    """What is looked for."""

    states: list[RequestState] | None = strawberry.field(
        default=None, description="In one of these states."
    )
    activator: strawberry.ID | None = strawberry.field(
        default=None, description="Only what was asked of this activator, by its id."
    )
    network: str | None = strawberry.field(
        default=None, description="Only those whose activator this network enrols, by its code."
    )
    structure: strawberry.ID | None = strawberry.field(
        default=None, description="Only those whose activator is in this structure, by its id."
    )
    late: bool | None = strawberry.field(
        default=None,
        description="Whether an answer is due and has not come: true for those alone, false for "
        "the others.",
    )

    def plain(self, reference: Reference) -> RequestCriteria:
        """Give it in plain words; raises InvalidInput for what is no id, and no network."""
        if self.network is not None and reference.networks.get(self.network) is None:
            expected = "the code of a network that exists, such as cci"
            raise InvalidInput("filter.network", self.network, expected)
        return RequestCriteria(
            states=None if self.states is None else frozenset(self.states),
            activator_id=_number("filter.activator", self.activator, "Activator"),
            structure_id=_number("filter.structure", self.structure, "Structure"),
            network_code=self.network,
            late=self.late,
        )


def _number(field: str, text: str | None, type_name: str) -> int | None:
    return None if text is None else read_number(field, text, type_name) or NO_NUMBER


@strawberry.type(description="A contact request in a list.")
class ContactRequestEdge:
    """An edge."""

    cursor: str = strawberry.field(description="Its place in the list; opaque.")
    node: ContactRequest = strawberry.field(description="The contact request.")


@strawberry.type(description="A page of contact requests, the newest first.")
class ContactRequestConnection:
    """A page."""

    page: strawberry.Private[Stretch[SeenRequest]]
    wanted: strawberry.Private[RequestCriteria]

    @strawberry.field(description="The page, with places.")
    def edges(self, info: Info) -> list[ContactRequestEdge]:
        """List the edges."""
        return [
            ContactRequestEdge(cursor=seen.cursor, node=ContactRequest.of(info, seen))
            for seen in self.page.rows
        ]

    @strawberry.field(description="The page, without them.")
    def nodes(self, info: Info) -> list[ContactRequest]:
        """List the nodes."""
        return [ContactRequest.of(info, seen) for seen in self.page.rows]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        return PageInfo.of(self.page)

    @strawberry.field(description="How many the whole list holds.")
    async def total_count(self, info: Info) -> int:
        """Count them."""
        context = info.context
        return await count_requests(context.platform, context.viewer, self.wanted)


async def find_requests(
    info: Info,
    filter: ContactRequestFilter | None,
    first: int | None,
    after: str | None,
    *,
    of: int | None = None,
) -> ContactRequestConnection:
    """Find a page of those that the viewer sees; only those `of` one activator, by its number."""
    context, asked = info.context, window(first, after)
    reference = context.platform.directory.snapshot.reference
    wanted = RequestCriteria() if filter is None else filter.plain(reference)
    if of is not None:
        mine = wanted.activator_id in (None, of)
        wanted = replace(wanted, activator_id=of if mine else NO_NUMBER)
    page = await list_requests(context.platform, context.viewer, wanted, asked)
    return ContactRequestConnection(page=page, wanted=wanted)


Filter = Annotated[
    ContactRequestFilter | None, strawberry.argument(description="Which ones; all by default.")
]


@strawberry.type
class ContactRequestListQueries:
    """The lists of contact requests."""

    @strawberry.field(
        description="The contact requests that the viewer may see, the newest first: what its "
        "account asked, what it is asked as an activator, what the activators that it manages or "
        "oversees are asked, what its portal asked (with `contact:write`). An error with the code "
        "`UNAUTHENTICATED` for a visitor, `FORBIDDEN` for a key without that scope."
    )
    async def contact_requests(
        self, info: Info, filter: Filter = None, first: First = None, after: After = None
    ) -> ContactRequestConnection:
        """List them."""
        return await find_requests(info, filter, first, after)
