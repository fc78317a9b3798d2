"""The door: who asks, from where, and what they may still ask for; alike for every transport."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from permissions.viewer import Viewer
from resolvers.platform import Platform
from resolvers.rate_limits import Standing
from schema.client_address import ClientAddresses
from schema.http import HttpRefusal
from schema.rate_headers import over_the_limit


@dataclass(frozen=True)
class Door:
    """Lets in who may ask; `authenticate` turns a bearer token into a viewer, or None."""

    platform: Platform
    authenticate: Callable[[str | None], Awaitable[Viewer | None]]
    addresses: ClientAddresses

    def address(self, connection: HTTPConnection) -> str:
        """Name where a client is, as it is counted."""
        return self.addresses.of(connection)

    async def viewer(self, authorization: str | None) -> Viewer:
        """Say who comes with an `Authorization`, or without one; raises HttpRefusal."""
        scheme, _, token = (authorization or "").partition(" ")
        if authorization is not None and (scheme.lower() != "bearer" or not token.strip()):
            raise HttpRefusal(401, "UNAUTHENTICATED", "Authorization: expected `Bearer TOKEN`.")
        viewer = await self.authenticate(None if authorization is None else token.strip())
        if viewer is None:
            raise HttpRefusal(401, "UNAUTHENTICATED", "The token is not valid, or not any more.")
        return viewer

    async def spend(self, viewer: Viewer, address: str, units: int) -> Standing | None:
        """Count what is asked, and say how the client stands; None where nothing is counted."""
        return await self.platform.rate_limits.spend(viewer, address, units)

    async def afford(self, viewer: Viewer, address: str, units: int) -> None:
        """Count what is asked; raises HttpRefusal where it is too much."""
        standing = await self.spend(viewer, address, units)
        if standing is not None and (refusal := over_the_limit(standing)):
            raise refusal
