"""The queue of moderation (Relay's cursor connections)."""

from typing import Annotated

import strawberry

from resolvers.moderation.finding import SeenCase
from resolvers.moderation.listing import CaseCriteria, count_cases, list_cases
from resolvers.paging import Stretch, window
from schema.context import Info
from schema.moderation.case import ModerationCase
from schema.moderation.states import CaseKind
from schema.pages import After, First, PageInfo


@strawberry.input(description="Which of the cases that wait; all that is given must be so.")
class ModerationFilter:
    """What is looked for."""

    kinds: list[CaseKind] | None = strawberry.field(
        default=None, description="Of one of these kinds."
    )
    overdue: bool | None = strawberry.field(
        default=None,
        description="Whether it waits for longer than it should: true for those alone, false for "
        "the others.",
    )
    mine: bool | None = strawberry.field(
        default=None,
        description="Whether the viewer has it in hand: true for those alone, false for the "
        "others.",
    )

    def plain(self) -> CaseCriteria:
        """Give it in plain words."""
        kinds = None if self.kinds is None else frozenset(self.kinds)
        return CaseCriteria(kinds, self.overdue, self.mine)


@strawberry.type(description="How many cases of a kind wait.")
class ModerationCaseCount:
    """A count."""

    kind: CaseKind = strawberry.field(description="The kind.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="A case in the queue.")
class ModerationCaseEdge:
    """An edge."""

    cursor: str = strawberry.field(description="Its place in the queue; opaque.")
    node: ModerationCase = strawberry.field(description="The case.")


@strawberry.type(
    description="A page of the cases that wait, the oldest first. Those in which the viewer has an "
    "interest are not in it, nor counted."
)
class ModerationCaseConnection:
    """A page."""

    page: strawberry.Private[Stretch[SeenCase]]
    wanted: strawberry.Private[CaseCriteria]

    @strawberry.field(description="The page, with places.")
    def edges(self) -> list[ModerationCaseEdge]:
        """List the edges."""
        return [
            ModerationCaseEdge(cursor=seen.cursor, node=ModerationCase.of(seen))
            for seen in self.page.rows
        ]

    @strawberry.field(description="The page, without them.")
    def nodes(self) -> list[ModerationCase]:
        """List the nodes."""
        return [ModerationCase.of(seen) for seen in self.page.rows]

    @strawberry.field(description="Where the page stands in the queue.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        return PageInfo.of(self.page)

    @strawberry.field(description="How many the whole list holds.")
    async def total_count(self, info: Info) -> int:
        """Count them."""
        context = info.context
        counts = await count_cases(context.platform, context.viewer, self.wanted)
        return sum(counts.values())

    @strawberry.field(description="How many of each kind the whole list holds.")
    async def counts(self, info: Info) -> list[ModerationCaseCount]:
        """Count them by kind."""
        context = info.context
        counts = await count_cases(context.platform, context.viewer, self.wanted)
        return [ModerationCaseCount(kind=kind, count=count) for kind, count in counts.items()]


@strawberry.type
class ModerationQueries:
    """The query of the queue."""

    @strawberry.field(
        description="What waits for a decision, the oldest first: for moderators and "
        "administrators. Others get an error with the code `UNAUTHENTICATED` or `FORBIDDEN`."
    )
    async def moderation_queue(
        self,
        info: Info,
        filter: Annotated[
            ModerationFilter | None, strawberry.argument(description="Which ones; all by default.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> ModerationCaseConnection:
        """List them."""
        context, asked = info.context, window(first, after)
        wanted = CaseCriteria() if filter is None else filter.plain()
        page = await list_cases(context.platform, context.viewer, wanted, asked)
        return ModerationCaseConnection(page=page, wanted=wanted)
