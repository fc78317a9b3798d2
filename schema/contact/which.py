"""How a mutation names a contact request: by its id, or by the company's private link."""

import strawberry

from resolvers.contact.finding import Which
from schema.nodes import find_number


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
