"""What a mutation about one declared engagement answers, and how it names one."""

from typing import Self

import strawberry

from resolvers.contact.finding import Which
from resolvers.declarations.finding import SeenEngagement
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from schema.context import Info
from schema.declarations.engagement import DeclaredEngagement
from schema.nodes import find_number
from schema.user_error import UserError


def which_engagement(id: str) -> Which:
    """Name one by its id, for who is signed in; raises NotFound, InvalidInput."""
    return Which(find_number("id", id, "DeclaredEngagement"))


@strawberry.input
class WhichDeclaredEngagement:
    """The base of inputs about one, which the company too may name."""

    id: strawberry.ID | None = strawberry.field(
        default=None, description="Its id, for who is signed in; or else give a token."
    )
    token: str | None = strawberry.field(
        default=None,
        description="The secret of the company's private link: what stands behind `engagement=`.",
    )

    async def counted(self, info: Info) -> Which:
        """Give it, once the secret of a link that is tried was counted; raises RateLimited too."""
        if self.token is not None:
            await info.context.check_rate(Limit.SECRETS)
        number = None if self.id is None else find_number("id", self.id, "DeclaredEngagement")
        return Which(number, self.token)


@strawberry.type(description="A declared engagement after a step, or why the step was not taken.")
class DeclaredEngagementPayload:
    """The answer."""

    declared_engagement: DeclaredEngagement | None = strawberry.field(
        description="It after the step, as the viewer sees it; null where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(
        description="Why it was refused, one for each field that is wrong; else empty."
    )

    @classmethod
    def of(cls, info: Info, seen: SeenEngagement) -> Self:
        """Show it."""
        return cls(declared_engagement=DeclaredEngagement.of(info, seen), user_errors=[])

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        return cls(declared_engagement=None, user_errors=UserError.each(refusal))
