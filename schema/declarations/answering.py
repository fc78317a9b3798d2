"""The provider's answer to what was declared of it, and a moderator's reading (mutations)."""

from typing import Annotated

import strawberry

from resolvers.declarations.answering import confirm_engagement, dispute_engagement
from resolvers.declarations.deciding import examine_engagement
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from schema.context import Info
from schema.declarations.payload import DeclaredEngagementPayload, which_engagement
from schema.declarations.states import DisputeReason


@strawberry.input(description="A declared engagement that its provider confirms.")
class ConfirmDeclaredEngagementInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.input(description="A declared engagement that its provider disputes.")
class DisputeDeclaredEngagementInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="Which one.")
    reason: DisputeReason = strawberry.field(description="Why it was not so.")
    message: str = strawberry.field(
        description="What the company and a moderator read: 1 to 5,000 characters of plain text, "
        "in one or several lines."
    )


@strawberry.input(description="A disputed engagement that a moderator reads.")
class ExamineDeclaredEngagementInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.type
class EngagementAnswerMutations:
    """The mutations of providers, and of moderators."""

    @strawberry.mutation(
        description="Say that a declared engagement was so: the provider itself, whose company may "
        "then review it (charter, article 4). Until a moderator has decided, a provider that "
        "disputed it may still confirm it. One that is confirmed stays so; one that is refused or "
        "withdrawn is a `CONFLICT`. The company is told by mail."
    )
    async def confirm_declared_engagement(
        self,
        info: Info,
        input: Annotated[
            ConfirmDeclaredEngagementInput, strawberry.argument(description="Which one.")
        ],
    ) -> DeclaredEngagementPayload:
        """Confirm it."""
        context = info.context
        try:
            await context.check_rate(Limit.LETTERS)
            which = which_engagement(input.id)
            seen = await confirm_engagement(context.platform, context.viewer, which)
        except Refusal as refusal:
            return DeclaredEngagementPayload.refused(refusal)
        return DeclaredEngagementPayload.of(info, seen)

    @strawberry.mutation(
        description="Say that a declared engagement was not so: the provider itself. A moderator "
        "decides; the company is told by mail, and reads why by its private link. To dispute it "
        "again alike changes nothing; otherwise `CONFLICT`, as once it is decided."
    )
    async def dispute_declared_engagement(
        self,
        info: Info,
        input: Annotated[
            DisputeDeclaredEngagementInput, strawberry.argument(description="Which one, and why.")
        ],
    ) -> DeclaredEngagementPayload:
        """Dispute it."""
        context = info.context
        try:
            await context.check_rate(Limit.LETTERS)
            seen = await dispute_engagement(
                context.platform,
                context.viewer,
                which_engagement(input.id),
                reason=input.reason,
                message=input.message,
            )
        except Refusal as refusal:
            return DeclaredEngagementPayload.refused(refusal)
        return DeclaredEngagementPayload.of(info, seen)

    @strawberry.mutation(
        description="Read a disputed engagement, this once: a moderator or an administrator who "
        "has claimed its case, to decide on it. It is audited. `CONFLICT` for one that is not "
        "disputed (any more) or whose case another holds, or nobody; `FORBIDDEN` for who has an "
        "interest: the provider, its colleagues, managers and competitors, and who declared."
    )
    async def examine_declared_engagement(
        self,
        info: Info,
        input: Annotated[
            ExamineDeclaredEngagementInput, strawberry.argument(description="Which one.")
        ],
    ) -> DeclaredEngagementPayload:
        """Examine it."""
        context = info.context
        try:
            which = which_engagement(input.id)
            seen = await examine_engagement(context.platform, context.viewer, which)
        except Refusal as refusal:
            return DeclaredEngagementPayload.refused(refusal)
        return DeclaredEngagementPayload.of(info, seen)
