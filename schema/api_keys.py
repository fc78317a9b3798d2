"""API keys, as those who manage them see them."""

from datetime import datetime
from typing import Annotated

import strawberry

from models.api_keys import Scope
from permissions.guard import describe_values, of_row
from resolvers.api_keys import ApiKeyRow, api_keys
from schema.context import Info
from schema.nodes import global_id

strawberry.enum(
    Scope,
    name="Scope",
    description="What an API key may be used for. No scope shows more than a visitor sees.",
)
describe_values(
    {
        Scope.DIRECTORY_READ: "`directory:read`: to ask the directory, and see what a visitor "
        "sees. Without it, whatever reads the directory is refused with `FORBIDDEN`.",
        Scope.CONTACT_WRITE: "`contact:write`: to hand over the contact requests that companies "
        "make on the network's pages (`requestContact`), to use their private links, and to see "
        "where these requests stand (`contactRequests`, `contactRequestChanged`).",
        Scope.STATISTICS_READ: "`statistics:read`: to read the figures of the network "
        "(`contactFigures`).",
        Scope.ROSTER_WRITE: "`roster:write`: to bring the network's roster of activators up to "
        "date (`syncRoster`).",
    }
)


@strawberry.type(
    description="A key with which the portals and machines of a network come in: "
    "`Authorization: Bearer` and its text, which was shown once."
)
class ApiKey:
    """A key, but for its secret."""

    row: strawberry.Private[ApiKeyRow]
    id: strawberry.ID = of_row(
        "For `rotateApiKey` and `revokeApiKey`.", wrap=lambda key: global_id("ApiKey", key)
    )
    name: str = of_row("What people call it.")
    network: str = of_row("The code of the network to which it belongs.", attribute="network_code")
    scopes: list[Scope] = of_row("What it may be used for.")
    origins: list[str] = of_row(
        "The origins of the web pages that may use it, such as `https://portail.example.org`. "
        "Without any, only servers may."
    )
    created_at: datetime = of_row("When it was made.")
    expires_at: datetime = of_row("When it ends, unless it is rotated or revoked before.")
    last_used_at: datetime | None = of_row(
        "When it was last used, to the minute; null for one that never was."
    )
    previous_expires_at: datetime | None = of_row(
        "Until when the secret before the last rotation serves; null where there is none."
    )
    revoked_at: datetime | None = of_row("When it was revoked; null for one that was not.")


@strawberry.type
class ApiKeyQueries:
    """Queries of API keys."""

    @strawberry.field(
        description="The API keys of a network that were not revoked, expired ones too, the last "
        "made first; at most 50. For administrators and the network's managers; an error with the "
        "code `FORBIDDEN` for anybody else."
    )
    async def api_keys(
        self,
        info: Info,
        network: Annotated[str, strawberry.argument(description="Its code, such as `cci`.")],
    ) -> list[ApiKey]:
        """List them."""
        context = info.context
        rows = await api_keys(context.platform, context.viewer, network=network)
        return [ApiKey(row=row) for row in rows]
