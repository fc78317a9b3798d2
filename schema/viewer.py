"""Who is asking."""

from datetime import datetime

import strawberry

from models.accounts import Role
from models.api_keys import Scope
from models.sessions import SignInMethod
from permissions import viewer
from permissions.guard import describe_values, of_row
from resolvers.next_steps.listing import next_steps
from resolvers.sessions import SessionRow, own_email, own_sessions
from schema.context import Info
from schema.next_steps import NextStep
from schema.nodes import global_id

ViewerRole = strawberry.enum(Role, name="Role", description="A role of an account.")
describe_values(
    {
        Role.ACTIVATOR: "It is an activator; a member while that one is active.",
        Role.STRUCTURE_MANAGER: "It manages a structure and its activators.",
        Role.NETWORK_MANAGER: "It manages a partner network and the activators it enrols.",
        Role.MODERATOR: "It admits, suspends and withdraws activators.",
        Role.INSTITUTION: "The State, at national level or for one region.",
        Role.ADMINISTRATOR: "It runs the service.",
    }
)


strawberry.enum(SignInMethod, description="How somebody proved who they are.")
describe_values(
    {
        SignInMethod.EMAIL_LINK: "By a link sent to their address.",
        SignInMethod.OPENID_CONNECT: "By an OpenID Connect issuer that vouched for them.",
    }
)


@strawberry.type(description="A sign-in that lasts: access tokens name it, and end with it.")
class Session:
    """A session of the viewer."""

    row: strawberry.Private[SessionRow]
    id: strawberry.ID = of_row("For `signOut`.", wrap=lambda key: global_id("Session", key))
    method: SignInMethod = of_row("How it was opened.")
    issuer: str | None = of_row(
        "The issuer that vouched for the viewer; null but for `OPENID_CONNECT`."
    )
    client: str | None = of_row("What it was opened with, as that client said.")
    created_at: datetime = of_row("When it was opened.")
    last_used_at: datetime = of_row("When its tokens were last renewed.")
    expires_at: datetime = of_row(
        "When it ends if they are not; one that an issuer opened ends then in any case."
    )

    @strawberry.field(description="Whether this request came through it.")
    def current(self, info: Info) -> bool:
        """Tell it from the others."""
        return self.row.id == info.context.viewer.session_id


@strawberry.type(
    description="Who is asking: a visitor, an account with its roles, or a portal with its key."
)
class Viewer:
    """The one whose token or key came with the request."""

    row: strawberry.Private[viewer.Viewer]

    @strawberry.field(
        description="Whether somebody is signed in: a person, or a portal by its key."
    )
    def is_authenticated(self) -> bool:
        """Tell an account or a portal from a visitor."""
        return self.row.authenticated

    @strawberry.field(
        description="Whether it is a member: an active activator, a manager, a moderator, an "
        "institution or an administrator."
    )
    def is_member(self) -> bool:
        """Tell a member."""
        return self.row.member

    @strawberry.field(description="Its roles.")
    def roles(self) -> list[Role]:
        """List its roles."""
        return [role for role in Role if role in self.row.roles]

    @strawberry.field(description="Codes of the networks that it manages.")
    def network_codes(self) -> list[str]:
        """List its networks."""
        return sorted(self.row.network_codes)

    @strawberry.field(
        description="What its API key may be used for; empty for whoever came without one."
    )
    def scopes(self) -> list[Scope]:
        """List the scopes of its key."""
        return [scope for scope in Scope if scope in self.row.scopes]

    @strawberry.field(
        description="The code of the network to which its API key belongs; null for whoever came "
        "without one."
    )
    def network(self) -> str | None:
        """Name the network of its key."""
        return self.row.network_code

    @strawberry.field(description="Ids of the structures that it manages.")
    def structure_ids(self) -> list[strawberry.ID]:
        """List its structures."""
        return [global_id("Structure", key) for key in sorted(self.row.structure_ids)]

    @strawberry.field(description="Ids of the activators that it is.")
    def activator_ids(self) -> list[strawberry.ID]:
        """List the activators."""
        return [global_id("Activator", key) for key in sorted(self.row.activator_ids)]

    @strawberry.field(
        description="The e-mail address of its account; null for a visitor and a portal."
    )
    async def email(self, info: Info) -> str | None:
        """Read its own address."""
        return await own_email(info.context.platform, self.row)

    @strawberry.field(
        description="What it may or must do next, its own pages first: as a visitor, as the "
        "activators that it is, and by its duties. Empty where nothing is to be done, and for a "
        "portal, whose `scopes` say what it may do."
    )
    async def next_steps(self, info: Info) -> list[NextStep]:
        """List them."""
        return [NextStep(row=row) for row in await next_steps(info.context.platform, self.row)]

    @strawberry.field(description="Its sessions that have not ended, the one used last first.")
    async def sessions(self, info: Info) -> list[Session]:
        """List its sessions."""
        return [Session(row=row) for row in await own_sessions(info.context.platform, self.row)]
