"""What came of a contact request: the first diagnosis, the engagement (charter, article 4)."""

from datetime import datetime
from typing import Self

import strawberry

from models.engagements import Outcome, SupportKind
from permissions.guard import describe_values, of_row
from resolvers.contact.outcomes import DiagnosisRow, EngagementRow
from schema.context import Info
from schema.expertise import ExpertiseField

strawberry.enum(SupportKind, description="What an engagement consists of.")
describe_values(
    {
        SupportKind.ADVICE: "Advice: an adviser goes along with the company's project.",
        SupportKind.TRAINING: "Training of the company's people.",
        SupportKind.FUNDING: "Help in finding money, and in asking for it.",
        SupportKind.IMPLEMENTATION: "Something is made or installed for the company.",
        SupportKind.SHARED_EXPERIENCE: "A company that has done it shows how.",
    }
)
strawberry.enum(Outcome, name="EngagementOutcome", description="How an engagement ended.")
describe_values(
    {
        Outcome.SUCCESSFUL: "What was agreed was reached.",
        Outcome.PARTLY_SUCCESSFUL: "Part of it was.",
        Outcome.UNSUCCESSFUL: "It was not.",
    }
)


def fields_of(info: Info, codes: list[str]) -> list[ExpertiseField]:
    """Name fields of expertise by their codes, which stand in the taxonomy's order."""
    known = info.context.platform.directory.snapshot.reference.fields
    return [ExpertiseField(row=row) for row in map(known.get, codes) if row is not None]


@strawberry.type(
    description="The first diagnosis of a company: free, whatever follows (charter, article 4)."
)
class Diagnosis:
    """A diagnosis."""

    row: strawberry.Private[DiagnosisRow]
    recorded_at: datetime = of_row("When it was recorded, or else replaced for the last time.")
    findings: str = strawberry.field(description="What the activator found: plain text.")
    next_steps: str = strawberry.field(description="What it advises to do next: plain text.")

    @strawberry.field(description="The fields of expertise in which the company should go on.")
    def expertise(self, info: Info) -> list[ExpertiseField]:
        """Name them."""
        return fields_of(info, self.row.expertise)

    @classmethod
    def of(cls, row: DiagnosisRow) -> Self:
        """Wrap one."""
        words = row.words
        return cls(row=row, findings=words["findings"], next_steps=words["next_steps"])


@strawberry.type(
    description="The support that follows a contact request, as both agreed: one a request."
)
class Engagement:
    """An engagement."""

    row: strawberry.Private[EngagementRow]
    kind: SupportKind = of_row("What it consists of.")
    started_at: datetime = of_row("When it began.")
    completed_at: datetime | None = of_row("When it ended; null while it goes on.")
    outcome: Outcome | None = of_row("How it ended; null while it goes on.")
    agreed: str = strawberry.field(description="What was agreed: plain text.")
    price_cents: int | None = strawberry.field(
        description="The price in cents of euros, 0 for what is free; null if none was named."
    )
    price_terms: str | None = strawberry.field(
        description="The terms of the price: what it covers, with or without tax, when it is paid."
    )
    why: str | None = strawberry.field(
        description="Why it ended as it did: plain text; null while it goes on."
    )

    @strawberry.field(description="The fields of expertise that it is about.")
    def expertise(self, info: Info) -> list[ExpertiseField]:
        """Name them."""
        return fields_of(info, self.row.expertise)

    @classmethod
    def of(cls, row: EngagementRow) -> Self:
        """Wrap one."""
        words = row.words
        return cls(
            row=row,
            agreed=words["agreed"],
            price_cents=words["price_cents"],
            price_terms=words["price_terms"],
            why=words["why"],
        )
