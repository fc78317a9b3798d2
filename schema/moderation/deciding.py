"""Deciding on cases, many at once (mutation)."""

from enum import Enum
from typing import Annotated

import strawberry

from models.review_law import FAIR_INFORMATION, REFUSAL, cited
from permissions.guard import describe_values
from resolvers.moderation.deciding import Outcome, decide_each
from resolvers.moderation.decisions import Decision
from resolvers.refusal import Refusal
from schema.context import Info
from schema.moderation.case import ModerationCase
from schema.moderation.grounds import ReviewGround
from schema.nodes import find_number
from schema.user_error import UserError


class GivenVerdict(Enum):
    """What somebody decides."""

    ACCEPT = "ACCEPT"
    REFUSE = "REFUSE"


strawberry.enum(GivenVerdict, name="ModerationDecisionVerdict", description="What one decides.")
describe_values(
    {
        GivenVerdict.ACCEPT: "The text is published; the doubt is founded, and the review removed; "
        "the engagement took place; the report is founded, and a sanction opened.",
        GivenVerdict.REFUSE: "The text is not published; the review stays; there was no such "
        "engagement; the report is not founded.",
    }
)


@strawberry.input(
    description="A decision on a case. To refuse a text it needs a ground, on a doubt a ground and "
    "words, on a dispute words, to find a report founded words; approving a text takes neither."
)
class ModerationDecisionInput:
    """A decision."""

    case: strawberry.ID = strawberry.field(description="The id of the case.")
    verdict: GivenVerdict = strawberry.field(description="What is decided.")
    ground: ReviewGround | None = strawberry.field(
        default=None, description="Why: one of `moderationGrounds` for such a decision."
    )
    words: str | None = strawberry.field(
        default=None,
        description="What is told besides to who is concerned, in plain text: 1 to 2,000 "
        "characters.",
    )

    def plain(self, place: int) -> Decision | Refusal:
        """Give it in plain words, or why it names no case."""
        try:
            number = find_number(f"decisions.{place}.case", self.case, "ModerationCase")
        except Refusal as refusal:
            return refusal
        accept = self.verdict is GivenVerdict.ACCEPT
        return Decision(number, accept, self.ground, self.words)


@strawberry.input(description="Decisions on cases.")
class DecideModerationInput:
    """Decisions."""

    decisions: list[ModerationDecisionInput] = strawberry.field(
        description="1 to 100, made one after the other."
    )


@strawberry.type(description="What became of decisions, each of which stands by itself.")
class DecideModerationPayload:
    """The answer."""

    cases: list[ModerationCase | None] | None = strawberry.field(
        description="The cases in the order of the decisions, null for one that was refused; null "
        "where none was looked at."
    )
    user_errors: list[UserError] = strawberry.field(
        description="Why decisions were refused, by their place: `decisions.0.ground` and so on. "
        "The others were made all the same."
    )


def _errors(place: int, outcome: Outcome) -> list[UserError]:
    """Say why a decision was refused; what is about no field of it is about the decision."""
    if outcome.refusal is None:
        return []
    errors = UserError.each(outcome.refusal)
    for one in errors:
        if one.field is None or not one.field.startswith("decisions."):
            one.field = f"decisions.{place}"
    return errors


@strawberry.type
class DecidingMutations:
    """The mutation of who decides."""

    @strawberry.mutation(
        description="Decide on cases, each in a transaction of its own: what the decision does "
        f"(charter, article 4; {cited(FAIR_INFORMATION, REFUSAL)}), its letters and the end of the "
        "case come together or not at all. Nobody edits a text. The same decision again by the "
        "same viewer changes nothing. By moderators and administrators without an interest in it. "
        "Refused: `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND`, `BAD_USER_INPUT`, `CONFLICT` for "
        "what another has in hand or has decided, and where the author has withdrawn or changed "
        "the text meanwhile."
    )
    async def decide_moderation(
        self,
        info: Info,
        input: Annotated[
            DecideModerationInput, strawberry.argument(description="What is decided.")
        ],
    ) -> DecideModerationPayload:
        """Decide."""
        context = info.context
        decisions = [one.plain(place) for place, one in enumerate(input.decisions)]
        try:
            outcomes = await decide_each(context.platform, context.viewer, decisions)
        except Refusal as refusal:
            return DecideModerationPayload(cases=None, user_errors=UserError.each(refusal))
        return DecideModerationPayload(
            cases=[None if one.case is None else ModerationCase.of(one.case) for one in outcomes],
            user_errors=[
                error for place, one in enumerate(outcomes) for error in _errors(place, one)
            ],
        )
