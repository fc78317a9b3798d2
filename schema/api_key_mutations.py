"""Making, rotating and revoking API keys (mutations)."""

from typing import Annotated, Self

import strawberry

from models.api_keys import Scope
from resolvers import api_key_actions as actions
from resolvers.rate_limits import Limit
from resolvers.refusal import Refusal
from schema.api_keys import ApiKey
from schema.context import Info
from schema.nodes import find_number
from schema.user_error import UserError

WHY = "Why it was refused; else empty."
DAYS = "How many days it lasts from now: 1 to 730; by default what the operator chose, 365."


@strawberry.input(description="A key to make.")
class CreateApiKeyInput:
    """What is asked."""

    network: str = strawberry.field(description="The code of the network to which it belongs.")
    name: str = strawberry.field(
        description="What people call it: 1 to 100 characters, unlike the network's other keys."
    )
    scopes: list[Scope] = strawberry.field(description="What it may be used for; at least one.")
    origins: list[str] = strawberry.field(
        default_factory=list,
        description="The origins of the web pages that may use it, at most 20: `https://` and a "
        "host, or `http://localhost`, with a port if it needs one. Whoever opens such a page can "
        "read the key: give it no scope that may not be everyone's.",
    )
    days: int | None = strawberry.field(default=None, description=DAYS)


@strawberry.input(description="A key that gets a new secret.")
class RotateApiKeyInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="One of `apiKeys`.")
    overlap_hours: float | None = strawberry.field(
        default=None,
        description="How many hours the secret before goes on serving: 0 to what the operator "
        "chose, 24, which is the default. 0 if it is in the wrong hands.",
    )
    days: int | None = strawberry.field(default=None, description=DAYS)


@strawberry.input(description="A key that nobody may use any more.")
class RevokeApiKeyInput:
    """What is asked."""

    id: strawberry.ID = strawberry.field(description="One of `apiKeys`.")


@strawberry.type(description="A key and its text, or why there is none.")
class ApiKeySecretPayload:
    """The answer to making and rotating."""

    api_key: ApiKey | None = strawberry.field(description="The key; null where it was refused.")
    key: str | None = strawberry.field(
        description="Its text, `mlg_ID_SECRET`, shown this once: nobody can give it again. Null "
        "where it was refused."
    )
    user_errors: list[UserError] = strawberry.field(description=WHY)

    @classmethod
    def of(cls, made: actions.MadeKey) -> Self:
        """Show a secret."""
        return cls(api_key=ApiKey(row=made.row), key=made.text, user_errors=[])

    @classmethod
    def refused(cls, refusal: Refusal) -> Self:
        """Say why not."""
        return cls(api_key=None, key=None, user_errors=UserError.each(refusal))


@strawberry.type(description="What became of it.")
class RevokeApiKeyPayload:
    """The answer to revoking."""

    api_key: ApiKey | None = strawberry.field(description="The key; null where it was refused.")
    user_errors: list[UserError] = strawberry.field(description=WHY)


@strawberry.type
class ApiKeyMutations:
    """The mutations of API keys, for administrators and managers of the key's network."""

    @strawberry.mutation(
        description="Make an API key for a network: administrators and the network's managers. It "
        "serves at once here, and within 250 ms with every other worker. An account makes at most "
        "20 an hour, unless the operator chose otherwise; then it is `RATE_LIMITED`."
    )
    async def create_api_key(
        self,
        info: Info,
        input: Annotated[CreateApiKeyInput, strawberry.argument(description="What key.")],
    ) -> ApiKeySecretPayload:
        """Make one."""
        try:
            await info.context.check_rate(Limit.KEYS)
            made = await actions.create_api_key(
                info.context.platform,
                info.context.viewer,
                network=input.network,
                name=input.name,
                scopes=input.scopes,
                origins=input.origins,
                days=input.days,
            )
        except Refusal as refusal:
            return ApiKeySecretPayload.refused(refusal)
        return ApiKeySecretPayload.of(made)

    @strawberry.mutation(
        description="Give an API key a new secret, and its time anew: administrators and managers "
        "of its network. The secret before goes on serving for a while; one from before that stops."
    )
    async def rotate_api_key(
        self,
        info: Info,
        input: Annotated[RotateApiKeyInput, strawberry.argument(description="Which key.")],
    ) -> ApiKeySecretPayload:
        """Rotate one."""
        try:
            made = await actions.rotate_api_key(
                info.context.platform,
                info.context.viewer,
                key_id=find_number("id", input.id, "ApiKey"),
                overlap_hours=input.overlap_hours,
                days=input.days,
            )
        except Refusal as refusal:
            return ApiKeySecretPayload.refused(refusal)
        return ApiKeySecretPayload.of(made)

    @strawberry.mutation(
        description="Revoke an API key, for good: administrators and managers of its network. It "
        "is refused at once here, and within a second by every other worker."
    )
    async def revoke_api_key(
        self,
        info: Info,
        input: Annotated[RevokeApiKeyInput, strawberry.argument(description="Which key.")],
    ) -> RevokeApiKeyPayload:
        """Revoke one."""
        try:
            row = await actions.revoke_api_key(
                info.context.platform,
                info.context.viewer,
                key_id=find_number("id", input.id, "ApiKey"),
            )
        except Refusal as refusal:
            return RevokeApiKeyPayload(api_key=None, user_errors=UserError.each(refusal))
        return RevokeApiKeyPayload(api_key=ApiKey(row=row), user_errors=[])
