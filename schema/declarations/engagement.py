"""A declared engagement, as each viewer sees it: the parties all of it, others its state."""

from datetime import date, datetime
from typing import Annotated, Any, Self

import strawberry

from permissions.declarations import DeclarationPermission
from permissions.guard import of_row
from resolvers.contact.finding import Which
from resolvers.declarations.content import Content, content_of
from resolvers.declarations.finding import SeenEngagement, read_engagement
from resolvers.rate_limits import Limit
from schema.activators import Activator
from schema.context import Info
from schema.declarations.actions import DeclaredEngagementActions
from schema.declarations.content import DeclaringCompany, EngagementDecision, EngagementDispute
from schema.declarations.states import DeclarationState
from schema.nodes import Node, global_id, read_number
from schema.reviews.review import Review

Id = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Its id, for who is signed in; or else give a token."),
]
Reference = Annotated[
    str | None,
    strawberry.argument(
        description="Its reference, for who is signed in: what stands behind `declared-engagement=`"
        " in letters to providers; case does not matter."
    ),
]
Token = Annotated[
    str | None,
    strawberry.argument(
        description="The secret of the company's private link: what stands behind `engagement=`."
    ),
]


@strawberry.type(
    description="A company declares what a solution provider did for it: nobody asks one for "
    "contact (charter, article 3), and only a confirmed engagement lets its company review it "
    "(article 4). The company and the provider read all of it. The provider's managers, "
    "institutions (the State, the region where the provider is), the portal through which it was "
    "declared, moderators and administrators see its state and its times; what they may not read "
    "is null. Moderators read one that is disputed by `examineDeclaredEngagement`."
)
class DeclaredEngagement(Node):
    """A declared engagement."""

    seen: strawberry.Private[SeenEngagement]
    row: strawberry.Private[Any]
    content: strawberry.Private[Content | None]
    """None where the viewer may not read it, or it was purged."""

    reference: str = of_row("What the company and the provider call it.")
    state: DeclarationState = of_row("Where it stands.")
    declared_at: datetime = of_row("When the company declared it.")
    due_at: datetime = of_row(
        "When a moderator is asked if the provider has said nothing: at 18:00 of the fifteenth "
        "working day after that of the declaration, unless the operator chose otherwise, by the "
        "holidays and the local time of the provider's department."
    )
    disputed_at: datetime | None = of_row(
        "When the provider disputed it, or its silence was referred to a moderator; null else."
    )
    decided_at: datetime | None = of_row(
        "When it was confirmed, refused or withdrawn; null while it is open."
    )

    @strawberry.field(description="The provider; null where the viewer may not see it (any more).")
    async def provider(self, info: Info) -> Activator | None:
        """Find it."""
        found = await info.context.asked_activators.load(self.row.activator_id)
        return None if found is None else Activator.of(found)

    @strawberry.field(description="What the viewer may do with it as it stands.")
    def viewer_may(self) -> DeclaredEngagementActions:
        """Give the answers of the rule book and of its state."""
        return DeclaredEngagementActions(seen=self.seen)

    @strawberry.field(description="Who declares it; for the parties alone, until it is erased.")
    def company(self) -> DeclaringCompany | None:
        """Say who."""
        return None if self.content is None else DeclaringCompany.of(self.content)

    @strawberry.field(description="What was done, in the company's words; for the parties alone.")
    def what(self) -> str | None:
        """Say what."""
        return None if self.content is None else self.content["what"]

    @strawberry.field(
        description="What proves it, such as an invoice's number; for the parties alone."
    )
    def proof(self) -> str | None:
        """Say by what."""
        return None if self.content is None else self.content["proof"]

    @strawberry.field(description="The day of the engagement; for the parties alone.")
    def engaged_on(self) -> date | None:
        """Say when."""
        on: date = self.row.engaged_on
        return on if DeclarationPermission.READ in self.seen.grants else None

    @strawberry.field(
        description="Why the provider says that it was not so; for the parties alone. Null where "
        "it did not, as where it said nothing."
    )
    def dispute(self) -> EngagementDispute | None:
        """Say why."""
        said = None if self.content is None else self.content["dispute"]
        return None if said is None else EngagementDispute.of(said)

    @strawberry.field(
        description="How a moderator decided on it; for the parties alone. Null where none did."
    )
    def decision(self) -> EngagementDecision | None:
        """Say how."""
        made = None if self.content is None else self.content["decision"]
        return None if made is None else EngagementDecision.of(made)

    @strawberry.field(
        description="What the company says of it: for the company in any state, for the provider "
        "while it is published, and for no one else."
    )
    async def review(self, info: Info) -> Review | None:
        """Load it."""
        if DeclarationPermission.READ not in self.seen.grants:
            return None
        context, company = info.context, self.seen.standing.company
        row = await context.reviews_of_engagements.load(self.row.id)
        return None if row is None else Review.of_party(info, row, company=company)

    @classmethod
    def of(cls, info: Info, seen: SeenEngagement) -> Self:
        """Wrap one that the viewer sees; its content is opened for who may read it alone."""
        reads = DeclarationPermission.READ in seen.grants
        return cls(
            id=global_id("DeclaredEngagement", seen.row.id),
            seen=seen,
            row=seen.row,
            content=content_of(info.context.platform.sealer, seen.row) if reads else None,
        )

    @classmethod
    async def find(
        cls,
        info: Info,
        *,
        id: strawberry.ID | None = None,
        token: str | None = None,
        reference: str | None = None,
    ) -> Self | None:
        """Find one by what names it; None for none that the viewer may see."""
        number = None if id is None else read_number("id", id, "DeclaredEngagement")
        if id is not None and number is None:
            return None
        context = info.context
        which = Which(number, token, reference)
        seen = await read_engagement(context.platform, context.viewer, which)
        return None if seen is None else cls.of(info, seen)


@strawberry.type
class DeclaredEngagementQueries:
    """The query of one declared engagement."""

    @strawberry.field(
        description="A declared engagement, by its id, its reference or the company's private "
        "link; null for one that does not exist or that the viewer may not see."
    )
    async def declared_engagement(
        self, info: Info, id: Id = None, token: Token = None, reference: Reference = None
    ) -> DeclaredEngagement | None:
        """Find one."""
        if token is not None:
            await info.context.check_rate(Limit.SECRETS)
        return await DeclaredEngagement.find(info, id=id, token=token, reference=reference)
