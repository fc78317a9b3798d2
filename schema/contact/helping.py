"""The first diagnosis and the engagement that follow a request (mutations; charter, article 4)."""

from typing import Annotated

import strawberry

from models.engagements import Outcome, SupportKind
from resolvers.contact.completing import complete_engagement
from resolvers.contact.diagnosing import GivenDiagnosis, record_diagnosis
from resolvers.contact.engaging import GivenEngagement, start_engagement
from resolvers.refusal import Refusal
from schema.contact.payload import ContactRequestPayload
from schema.contact.which import which_request
from schema.context import Info

TEXT = "1 to 5,000 characters of plain text, in one or several lines."


@strawberry.input(description="What an activator found out about a company.")
class RecordDiagnosisInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The request.")
    findings: str = strawberry.field(description=f"What it found: {TEXT}")
    next_steps: str = strawberry.field(description=f"What it advises to do next: {TEXT}")
    expertise: list[str] = strawberry.field(
        default_factory=list,
        description="The fields in which the company should go on: at most 10 codes of "
        "`expertiseFields`.",
    )


@strawberry.input(description="What both parties agreed on.")
class StartEngagementInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The request.")
    kind: SupportKind = strawberry.field(description="What the support consists of.")
    expertise: list[str] = strawberry.field(
        description="The fields that it is about: 1 to 10 codes of `expertiseFields`."
    )
    agreed: str = strawberry.field(description=f"What was agreed: {TEXT}")
    price_cents: int | None = strawberry.field(
        default=None,
        description="The price in cents of euros, 0 to 1,000,000,000, if there is one; 0 says that "
        "it is free.",
    )
    price_terms: str | None = strawberry.field(
        default=None,
        description="The terms of the price, in precise and simple words (charter, article 4): "
        "what it covers, with or without tax, when it is paid. Required with a price; at most "
        "5,000 characters.",
    )

    def plain(self) -> GivenEngagement:
        """Give it in plain words."""
        return GivenEngagement(
            self.kind, self.expertise, self.agreed, self.price_cents, self.price_terms
        )


@strawberry.input(description="How an engagement ended.")
class CompleteEngagementInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="The request.")
    outcome: Outcome = strawberry.field(description="Whether what was agreed was reached.")
    why: str = strawberry.field(description=f"Why: {TEXT}")


@strawberry.type
class HelpingMutations:
    """The mutations of what follows an answer."""

    @strawberry.mutation(
        description="Record the first diagnosis of a company: the activator that was asked. It is "
        "free, whatever follows (charter, article 4): possible in every state from the "
        "acknowledgement on, also where the request was declined, went on to another or is over. "
        "It is shared with the company, which is told by mail, without the text. Recorded anew, it "
        "takes the place of the earlier one; recorded again alike, it changes nothing. `CONFLICT` "
        "before the acknowledgement, and once the company was erased."
    )
    async def record_diagnosis(
        self,
        info: Info,
        input: Annotated[
            RecordDiagnosisInput, strawberry.argument(description="Which, and what was found.")
        ],
    ) -> ContactRequestPayload:
        """Record one."""
        context = info.context
        given = GivenDiagnosis(input.findings, input.next_steps, input.expertise)
        try:
            which = which_request(input.id)
            seen = await record_diagnosis(context.platform, context.viewer, which, given)
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)

    @strawberry.mutation(
        description="Begin the engagement of a request that was answered, as both agreed: the "
        "activator that was asked. The request is `IN_PROGRESS` from then on, and the company is "
        "told by mail. There is one engagement a request: begun again alike, nothing changes; "
        "otherwise `CONFLICT`."
    )
    async def start_engagement(
        self,
        info: Info,
        input: Annotated[
            StartEngagementInput, strawberry.argument(description="Which, and what was agreed.")
        ],
    ) -> ContactRequestPayload:
        """Start one."""
        context = info.context
        try:
            which = which_request(input.id)
            seen = await start_engagement(context.platform, context.viewer, which, input.plain())
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)

    @strawberry.mutation(
        description="End the engagement, and say how and why: the activator that was asked. The "
        "request is `COMPLETED` from then on, and the company is told by mail. Ended again alike, "
        "nothing changes; otherwise `CONFLICT`."
    )
    async def complete_engagement(
        self,
        info: Info,
        input: Annotated[
            CompleteEngagementInput, strawberry.argument(description="Which, and how it ended.")
        ],
    ) -> ContactRequestPayload:
        """Complete one."""
        context = info.context
        try:
            seen = await complete_engagement(
                context.platform,
                context.viewer,
                which_request(input.id),
                outcome=input.outcome,
                why=input.why,
            )
        except Refusal as refusal:
            return ContactRequestPayload.refused(refusal)
        return ContactRequestPayload.of(info, seen)
