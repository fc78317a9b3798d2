"""Reporting an activator's page (mutation)."""

from typing import Annotated

import strawberry

from models.accounts import Language
from resolvers.moderation.reports import GivenReport, report_activator
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from schema.context import Info
from schema.moderation.states import ReportReason
from schema.nodes import find_number
from schema.user_error import UserError


@strawberry.input(description="What is wrong with an activator's page.")
class ReportActivatorInput:
    """A report."""

    activator: strawberry.ID = strawberry.field(description="The activator's id.")
    reason: ReportReason = strawberry.field(description="What is wrong.")
    words: str = strawberry.field(
        description="What it is, for the moderator alone: plain text, 10 to 2,000 characters."
    )
    email: str | None = strawberry.field(
        default=None,
        description="Where to tell the outcome; the account's address by default, and nowhere for "
        "a visitor who gives none.",
    )
    language: Language = strawberry.field(
        default=Language.FR, description="The language of that letter."
    )

    def plain(self) -> GivenReport:
        """Give it in plain words; raises NotFound, InvalidInput."""
        number = find_number("activator", self.activator, "Activator")
        return GivenReport(number, self.reason, self.words, self.email, self.language)


@strawberry.type(description="Whether the report was taken.")
class ReportActivatorPayload:
    """The answer."""

    reported: bool = strawberry.field(description="Whether a moderator will look at it.")
    user_errors: list[UserError] = strawberry.field(
        description="Why it was refused, one for each field that is wrong; else empty."
    )


@strawberry.type
class ReportingMutations:
    """The mutation of who reports."""

    @strawberry.mutation(
        description="Report an activator's page to the moderators: anybody who sees it, and "
        "portals with `contact:write`. The activator never learns who did. While a report of the "
        "same account or address about it waits, another one adds nothing, and is answered alike. "
        "Refused: `NOT_FOUND`, `FORBIDDEN`, `BAD_USER_INPUT`, `RATE_LIMITED`, by client and by "
        "e-mail address."
    )
    async def report_activator(
        self,
        info: Info,
        input: Annotated[ReportActivatorInput, strawberry.argument(description="What is wrong.")],
    ) -> ReportActivatorPayload:
        """Report it."""
        context = info.context
        try:
            await context.check_rate(Limit.CONTACTS, email=input.email)
            await report_activator(context.platform, context.viewer, input.plain())
        except Refusal as refusal:
            return ReportActivatorPayload(reported=False, user_errors=UserError.each(refusal))
        return ReportActivatorPayload(reported=True, user_errors=[])
