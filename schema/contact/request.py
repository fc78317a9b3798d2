"""A contact request, as each viewer sees it: the parties all of it, others its state and delays."""

from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from models.accounts import Language
from permissions.guard import of_row
from permissions.requests import RequestPermission
from resolvers.contact.chains import as_company
from resolvers.contact.content import Content, content_of
from resolvers.contact.deadlines import is_late
from resolvers.contact.finding import SeenRequest, Which, read_request
from resolvers.contact.history import StepRow
from resolvers.rate_limits import Limit
from schema.activators import Activator
from schema.contact.actions import ContactRequestActions
from schema.contact.company import RequestingCompany
from schema.contact.exchange import Exchange
from schema.contact.offers import Redirections
from schema.contact.states import Author, RequestState, Step
from schema.contact.suspicions import ContactRequestSuspicion
from schema.context import Info
from schema.expertise import ExpertiseField
from schema.nodes import Node, global_id, read_number

Id = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Its id, for who is signed in; or else give a token."),
]
Reference = Annotated[
    str | None,
    strawberry.argument(
        description="Its reference, for who is signed in: what stands behind `contact-request=` in "
        "letters to activators and managers; case does not matter."
    ),
]
Token = Annotated[
    str | None,
    strawberry.argument(
        description="The secret of the company's private link: what stands behind `request=`."
    ),
]


@strawberry.type(description="A step in the life of a contact request.")
class ContactRequestStep:
    """A step."""

    row: strawberry.Private[StepRow]
    at: datetime = of_row("When.")
    step: Step = of_row("What was done.")
    state: RequestState = of_row("The state in which the request was from then on.")
    author: Author = of_row("Who did it.")
    reason: str | None = of_row("Why: a code, where the step has one; words are messages.")


@strawberry.type(
    description="A company asks one activator for help (charter, article 4). The company and the "
    "activator read all of it. The activator's managers, institutions (the State, the region where "
    "the activator is), the portal that asked, moderators and administrators see its state, its "
    "history and its delays; what they may not read is null."
)
class ContactRequest(Exchange, Redirections, Node):
    """A request."""

    row: strawberry.Private[Any]
    content: strawberry.Private[Content | None]
    """None where the viewer may not read it, or it was purged."""

    reference: str = of_row("What the company and the activator call it.")
    state: RequestState = of_row("Where it stands.")
    created_at: datetime = of_row("When the company asked.")
    due_at: datetime | None = of_row(
        "When an answer is due: at 18:00 of the second working day after the day on which it was "
        "sent, unless the operator chose otherwise, by the holidays and the local time of the "
        "activator's department; null while it is held."
    )
    acknowledged_at: datetime | None = of_row(
        "When the mail server took the company's acknowledgement."
    )
    answered_at: datetime | None = of_row(
        "When the activator first reacted: it answered, declined, or proposed others."
    )
    closed_at: datetime | None = of_row("When it was closed, if it is.")

    @strawberry.field(
        description="Whether an answer was due and its activator has not reacted. Managers are "
        "told three working days after it was due, and the company is offered others; after "
        "fifteen it expires, unless the operator chose otherwise (charter, article 4)."
    )
    def late(self, info: Info) -> bool:
        """Compare the two times."""
        return is_late(self.row, info.context.platform.now())

    @strawberry.field(
        description="The activator that was asked; null where the viewer may not see it (any more)."
    )
    async def activator(self, info: Info) -> Activator | None:
        """Find it."""
        found = await info.context.asked_activators.load(self.row.activator_id)
        return None if found is None else Activator.of(found)

    @strawberry.field(description="What the viewer may do with it as it stands.")
    def viewer_may(self) -> ContactRequestActions:
        """Give the answers of the rule book and of its state."""
        return ContactRequestActions(seen=self.seen)

    @strawberry.field(
        description="Each step, the first one first. Empty for a visitor who has just asked: what "
        "became of a request is read by its private link."
    )
    async def history(self, info: Info) -> list[ContactRequestStep]:
        """Load it."""
        if RequestPermission.SEE not in self.seen.grants:
            return []
        found = await info.context.contact_histories.load(self.row.id) or []
        return [ContactRequestStep(row=one) for one in found]

    @strawberry.field(
        description="This request and those before and after it, as it went from one activator to "
        "the next, the first one first; for the company alone."
    )
    async def chain(self, info: Info) -> list["ContactRequest"] | None:
        """Load it."""
        if RequestPermission.FOLLOW not in self.seen.grants:
            return None
        found = await info.context.contact_chains.load(self.row.root_id or self.row.id) or []
        return [ContactRequest.of(info, as_company(one)) for one in found]

    @strawberry.field(description="Who asks; for the parties alone, until it is erased.")
    def company(self, info: Info) -> RequestingCompany | None:
        """Say who."""
        if self.content is None:
            return None
        return RequestingCompany.of(info, self.seen, self.content)

    @strawberry.field(description="What it needs, in its words; for the parties alone.")
    def need(self) -> str | None:
        """Say what for."""
        return None if self.content is None else self.content["need"]

    @strawberry.field(
        description="The fields of expertise that it is about; for the parties alone."
    )
    def expertise(self, info: Info) -> list[ExpertiseField] | None:
        """List them, in the order of the taxonomy."""
        if RequestPermission.READ not in self.seen.grants:
            return None
        fields = info.context.platform.directory.snapshot.reference.fields
        known = [code for code in self.row.expertise if fields.get(code) is not None]
        return [ExpertiseField(row=one) for one in fields.ordered(known)]

    @strawberry.field(
        description="The language in which the company is written to; for the parties alone."
    )
    def language(self) -> Language | None:
        """Say which."""
        return self.row.language if RequestPermission.READ in self.seen.grants else None

    @strawberry.field(
        description="Why it is, or was, held for a moderator; for moderators and administrators "
        "alone. Empty for one that never was."
    )
    def held_for(self) -> list[ContactRequestSuspicion] | None:
        """List the signs."""
        if Step.RELEASE not in self.seen.grants:
            return None
        return [ContactRequestSuspicion.of(one) for one in self.row.held_for]

    @classmethod
    def of(cls, info: Info, seen: SeenRequest) -> Self:
        """Wrap one that the viewer sees; its content is opened for the parties alone."""
        reads = RequestPermission.READ in seen.grants
        return cls(
            id=global_id("ContactRequest", seen.row.id),
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
        number = None if id is None else read_number("id", id, "ContactRequest")
        if id is not None and number is None:
            return None
        context = info.context
        seen = await read_request(context.platform, context.viewer, Which(number, token, reference))
        return None if seen is None else cls.of(info, seen)


@strawberry.type
class ContactRequestQueries:
    """The queries of contact requests."""

    @strawberry.field(
        description="A contact request, by its id, its reference or the company's private link; "
        "null for one that does not exist, was revoked, or that the viewer may not see."
    )
    async def contact_request(
        self, info: Info, id: Id = None, token: Token = None, reference: Reference = None
    ) -> ContactRequest | None:
        """Find one."""
        if token is not None:
            await info.context.check_rate(Limit.SECRETS)
        return await ContactRequest.find(info, id=id, token=token, reference=reference)
