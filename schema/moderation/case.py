"""A case: something that waits for a moderator, as one sees it who may decide it."""

from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from models.moderation import CaseKind
from permissions.guard import of_row
from resolvers.moderation.access import ABOUT_REVIEWS
from resolvers.moderation.finding import SeenCase, read_case
from resolvers.reviews.texts import words_of
from schema.activators import Activator
from schema.context import Info
from schema.declarations.engagement import DeclaredEngagement
from schema.moderation.grounds import ReviewGround
from schema.moderation.states import ReportReason, Verdict
from schema.nodes import Node, global_id, read_number
from schema.reviews.review import Review
from schema.reviews.text import ReviewText

WITH_TEXTS = frozenset({CaseKind.REVIEW, CaseKind.REVIEW_CHANGE})
"""What is decided by the text that waits."""


@strawberry.type(
    description="Somebody reports an activator's page. Who did is told to nobody, not even to "
    "moderators."
)
class ProfileReport:
    """A report."""

    row: strawberry.Private[Any]
    reason: ReportReason = of_row("What is wrong.")
    reported_at: datetime = of_row("When it was reported.")

    @strawberry.field(description="What was said of it; null once it was erased.")
    def words(self, info: Info) -> str | None:
        """Open them."""
        return words_of(info.context.platform.sealer, self.row.sealed)


ModerationSubject = Annotated[
    Review | DeclaredEngagement | ProfileReport,
    strawberry.union("ModerationSubject", description="What a case is about."),
]


@strawberry.type(description="What the viewer may do with a case as it stands.")
class ModerationCaseActions:
    """The answers of its state; whoever sees it has no interest in it."""

    seen: strawberry.Private[SeenCase]

    @strawberry.field(description="Claim it, or prolong one's claim.")
    def claim(self) -> bool:
        """Say whether."""
        return self.seen.is_free

    @strawberry.field(description="Let go of it.")
    def release(self) -> bool:
        """Say whether."""
        return self.seen.is_open and self.seen.is_mine

    @strawberry.field(description="Decide on it; one that nobody claimed, too.")
    def decide(self) -> bool:
        """Say whether."""
        return self.seen.is_free


@strawberry.type(
    description="Something that waits for a moderator, or did (charter, article 4). Moderators and "
    "administrators see those in which they have no interest: none about themselves, colleagues "
    "in their structure, activators that they manage, competitors, or what they wrote."
)
class ModerationCase(Node):
    """A case."""

    seen: strawberry.Private[SeenCase]
    row: strawberry.Private[Any]
    kind: CaseKind = of_row("What it is about.")
    opened_at: datetime = of_row("Since when it waits.")
    due_at: datetime = of_row("By when it is to be decided.")
    verdict: Verdict | None = of_row("How it was decided; null while it is open.")
    decided_at: datetime | None = of_row("When it was decided; null while it is open.")
    ground: ReviewGround | None = of_row(
        "The ground of the decision; null for one that rests on none.", wrap=ReviewGround
    )

    @strawberry.field(description="Whether it waits for longer than it should.")
    def overdue(self) -> bool:
        """Say whether."""
        return self.seen.is_overdue

    @strawberry.field(description="Whether the viewer has it in hand.")
    def claimed_by_me(self) -> bool:
        """Say whether."""
        return self.seen.is_mine

    @strawberry.field(description="Whether another moderator has it in hand; who, is not told.")
    def claimed_by_another(self) -> bool:
        """Say whether."""
        return self.seen.is_claimed and not self.seen.is_mine

    @strawberry.field(description="Until when somebody has it in hand; null where nobody has.")
    def claimed_until(self) -> datetime | None:
        """Say until when."""
        until: datetime | None = self.row.claimed_until
        return until if self.seen.is_claimed else None

    @strawberry.field(description="Whom it is about; null where the viewer may not see it.")
    async def activator(self, info: Info) -> Activator | None:
        """Find it."""
        found = await info.context.asked_activators.load(self.row.activator_id)
        return None if found is None else Activator.of(found)

    @strawberry.field(
        description="What it is about; null once that was erased. Who has a dispute in hand reads "
        "what was declared by `examineDeclaredEngagement`."
    )
    async def subject(self, info: Info) -> ModerationSubject | None:
        """Load it."""
        context, number = info.context, self.row.subject_id
        if self.row.kind in ABOUT_REVIEWS:
            seen = await context.case_reviews.load(number)
            return None if seen is None else Review.of(seen)
        if self.row.kind is CaseKind.ENGAGEMENT_DISPUTE:
            declared = await context.seen_engagements.load(number)
            return None if declared is None else DeclaredEngagement.of(info, declared)
        row = await context.profile_reports.load(number)
        return None if row is None else ProfileReport(row=row)

    @strawberry.field(
        description="The text on which to decide, of `REVIEW` and `REVIEW_CHANGE`; null once it is "
        "decided, and for other kinds. It never changes: another text of its author ends this "
        "case, and opens another one."
    )
    async def text(self, info: Info) -> ReviewText | None:
        """Load it."""
        if self.row.kind not in WITH_TEXTS or not self.seen.is_open:
            return None
        row = await info.context.waiting_texts.load(self.row.subject_id)
        return None if row is None else ReviewText(row=row)

    @strawberry.field(description="The words of the decision; null where it has none.")
    def words(self, info: Info) -> str | None:
        """Open them."""
        return words_of(info.context.platform.sealer, self.row.sealed)

    @strawberry.field(description="What the viewer may do with it as it stands.")
    def viewer_may(self) -> ModerationCaseActions:
        """Give the answers of its state."""
        return ModerationCaseActions(seen=self.seen)

    @classmethod
    def of(cls, seen: SeenCase) -> Self:
        """Wrap one that the viewer may decide."""
        return cls(id=global_id("ModerationCase", seen.row.id), seen=seen, row=seen.row)

    @classmethod
    async def find(cls, info: Info, *, id: strawberry.ID) -> Self | None:
        """Find one by its id; None for none that the viewer may decide."""
        number = read_number("id", id, "ModerationCase")
        if number is None:
            return None
        seen = await read_case(info.context.platform, info.context.viewer, number)
        return None if seen is None else cls.of(seen)
