"""Having cases in hand, and letting go of them (mutations)."""

from typing import Annotated, Self

import strawberry

from resolvers.moderation.claiming import claim_cases, release_cases
from resolvers.moderation.finding import SeenCase
from resolvers.refusal import Refusal
from schema.context import Info
from schema.moderation.case import ModerationCase
from schema.nodes import find_number
from schema.user_error import UserError


@strawberry.input(description="Cases to claim.")
class ClaimModerationCasesInput:
    """Which."""

    ids: list[strawberry.ID] = strawberry.field(description="Their ids, 1 to 100.")


@strawberry.input(description="Cases to let go of.")
class ReleaseModerationCasesInput:
    """Which."""

    ids: list[strawberry.ID] = strawberry.field(description="Their ids, 1 to 100.")


@strawberry.type(description="The cases as they stand now, or why nothing was changed.")
class ModerationCasesPayload:
    """The answer."""

    cases: list[ModerationCase] | None = strawberry.field(
        description="In the order of the ids; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(
        description="Why it was refused, one for each case that stands in the way (`ids.0` and so "
        "on); else empty."
    )

    @classmethod
    def of(cls, seen: list[SeenCase]) -> Self:
        """Show them."""
        return cls(cases=[ModerationCase.of(one) for one in seen], user_errors=[])

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        return cls(cases=None, user_errors=UserError.each(refusal))


def _numbers(ids: list[strawberry.ID]) -> list[int]:
    """Read the numbers of cases; raises NotFound, InvalidInput."""
    return [find_number(f"ids.{place}", one, "ModerationCase") for place, one in enumerate(ids)]


@strawberry.type
class ClaimingMutations:
    """The mutations of who works on cases."""

    @strawberry.mutation(
        description="Have cases in hand for a time (half an hour, unless the operator chose "
        "otherwise), so that two do not work on one: all of them, or none. One's own are "
        "prolonged; once the time is over, a case is anybody's again. By moderators and "
        "administrators. Refused: `UNAUTHENTICATED`, `FORBIDDEN`, also for an interest in one, "
        "`NOT_FOUND`, `BAD_USER_INPUT`, `CONFLICT` for what another has in hand, and for what is "
        "decided."
    )
    async def claim_moderation_cases(
        self,
        info: Info,
        input: Annotated[ClaimModerationCasesInput, strawberry.argument(description="Which.")],
    ) -> ModerationCasesPayload:
        """Claim."""
        context = info.context
        try:
            seen = await claim_cases(context.platform, context.viewer, _numbers(input.ids))
        except Refusal as refusal:
            return ModerationCasesPayload.refused(refusal)
        return ModerationCasesPayload.of(seen)

    @strawberry.mutation(
        description="Let go of cases that one has in hand: all of them, or none. Nothing changes "
        "for one that nobody has. Refused as `claimModerationCases`."
    )
    async def release_moderation_cases(
        self,
        info: Info,
        input: Annotated[ReleaseModerationCasesInput, strawberry.argument(description="Which.")],
    ) -> ModerationCasesPayload:
        """Release."""
        context = info.context
        try:
            seen = await release_cases(context.platform, context.viewer, _numbers(input.ids))
        except Refusal as refusal:
            return ModerationCasesPayload.refused(refusal)
        return ModerationCasesPayload.of(seen)
