"""Signing in by OpenID Connect (mutation)."""

from typing import Annotated

import strawberry

from resolvers.openid.issuers import Proof
from resolvers.openid_actions import sign_in_with_openid_connect
from resolvers.refusal import Refusal
from schema.context import Info
from schema.sign_in import SignInPayload


@strawberry.input(description="What a portal brings back from an OpenID Connect issuer.")
class SignInWithOpenIdConnectInput:
    """A proof."""

    issuer: str = strawberry.field(description="The issuer's address, as in the token's `iss`.")
    id_token: str = strawberry.field(
        description="The ID token that the portal got for its code. It serves once, while it lasts."
    )
    nonce_secret: str = strawberry.field(
        description="What the portal drew and kept to itself: 43 to 128 letters, digits or `-._~`. "
        "The `nonce` that it sent to the issuer is its SHA-256, in base64url without padding."
    )
    access_token: str | None = strawberry.field(
        default=None,
        description="The access token that came with it, for an issuer that tells addresses at its "
        "userinfo endpoint only.",
    )
    client: str | None = strawberry.field(
        default=None,
        description="What the session is listed as, such as `Portail CCI, Firefox`; at most 100 "
        "characters.",
    )


@strawberry.type
class OpenIdConnectMutations:
    """The mutation of signing in by OpenID Connect."""

    @strawberry.mutation(
        description="Open a session for whom an issuer recognised. The account is the one linked "
        "to the issuer's subject, the first time the one at the verified e-mail address. "
        "`FORBIDDEN` does not tell whether there is one; `ISSUER_UNAVAILABLE` asks to try later."
    )
    async def sign_in_with_open_id_connect(
        self,
        info: Info,
        input: Annotated[
            SignInWithOpenIdConnectInput, strawberry.argument(description="The proof.")
        ],
    ) -> SignInPayload:
        """Open a session."""
        try:
            return SignInPayload.of(
                await sign_in_with_openid_connect(
                    info.context.platform,
                    issuer=input.issuer,
                    proof=Proof(input.id_token, input.nonce_secret, input.access_token),
                    client=input.client,
                )
            )
        except Refusal as refusal:
            return SignInPayload.refused(refusal)
