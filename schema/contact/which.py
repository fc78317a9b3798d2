"""How a mutation names a contact request: by its id, or by the company's private link."""

import strawberry

from resolvers.contact.finding import Which
from resolvers.rate_limits import Limit
from schema.context import Info
from schema.nodes import find_number


def which_request(id: str) -> Which:
    """Name a request by its id, for who is signed in; raises NotFound, InvalidInput."""
    return Which(find_number("id", id, "ContactRequest"))


@strawberry.input
class WhichContactRequest:
    """The base of inputs about one request."""

    id: strawberry.ID | None = strawberry.field(
        default=None, description="Its id, for who is signed in; or else give a token."
    )
    token: str | None = strawberry.field(
        default=None,
        description="The secret of the company's private link: what stands behind `request=`.",
    )

    def which(self) -> Which:
        """Give it in plain words; raises NotFound for an id of another type."""
        number = None if self.id is None else find_number("id", self.id, "ContactRequest")
        return Which(number, self.token)

    async def counted(self, info: Info) -> Which:
        """Give it, once the secret of a link that is tried was counted; raises RateLimited too."""
        if self.token is not None:
            await info.context.check_rate(Limit.SECRETS)
        return self.which()
