"""The issuers that this service trusts, and the people that they recognise."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from resolvers.account_actions import normal_email
from resolvers.openid.fetching import Fetched, Fetcher, Unusable
from resolvers.openid.id_tokens import IdToken, IdTokenRefused, read_id_token, signed_claims
from resolvers.openid.keys import IssuerUnavailable, PublishedKeys
from resolvers.openid.settings import IssuerSettings
from resolvers.refusal import InvalidInput

log = structlog.get_logger()

NONCE_SECRET = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""As PKCE asks of its own secret (RFC 7636, 4.1)."""
ACCESS_TOKEN = re.compile(r"[!-~]{1,16000}")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a portal brings back from an issuer."""

    id_token: str
    nonce_secret: str
    access_token: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom an issuer recognised.

    `email` is their address where the issuer verified it, `managed` the networks that they
    manage where the issuer says.
    """

    token: IdToken
    email: str | None
    managed: frozenset[str]


class Issuer:
    """One issuer, with its keys."""

    def __init__(self, settings: IssuerSettings) -> None:
        """Ask it nothing yet."""
        self.settings = settings
        self._fetcher = Fetcher(local=settings.is_local)
        self._keys = PublishedKeys(settings.issuer, self._fetcher)

    async def recognise(self, proof: Proof, now: datetime) -> Person:
        """Say who came; raises IdTokenRefused, or IssuerUnavailable."""
        settings = self.settings
        if not NONCE_SECRET.fullmatch(proof.nonce_secret):
            raise IdTokenRefused("expected 43 to 128 letters, digits or -._~", "nonceSecret")
        token = await read_id_token(
            proof.id_token,
            issuer=settings,
            keys=self._keys,
            nonce_secret=proof.nonce_secret,
            now=now,
        )
        claims = await self._claims(token, proof.access_token, now)
        return Person(token, verified_email(claims, settings), managed_networks(claims, settings))

    async def _claims(
        self, token: IdToken, access_token: str | None, now: datetime
    ) -> Mapping[str, Any]:
        """Read claims where the settings say that they are: in the token, or behind it."""
        if not self.settings.userinfo:
            return token.claims
        if access_token is None or not ACCESS_TOKEN.fullmatch(access_token):
            raise IdTokenRefused("expected the one that came with the ID token", "accessToken")
        try:
            address = self._keys.discovered.get("userinfo_endpoint")
            claims = await self._read(await self._fetcher.get(address, bearer=access_token), now)
        except Unusable as error:
            log.warning("issuer_unavailable", issuer=self.settings.issuer, reason=str(error))
            raise IssuerUnavailable from None
        if claims.get("sub") != token.subject:
            raise IdTokenRefused("it is another person's", "accessToken")
        return claims

    async def _read(self, answer: Fetched, now: datetime) -> Mapping[str, Any]:
        if answer.status in {400, 401, 403}:
            raise IdTokenRefused("the issuer does not accept it", "accessToken")
        if answer.status != 200:
            raise Unusable(f"it answers {answer.status}")
        if answer.media != "application/jwt":
            return answer.document()
        text = answer.body.decode("ascii", "replace")
        return await signed_claims(
            text, "accessToken", issuer=self.settings, keys=self._keys, now=now
        )

    async def close(self) -> None:
        """Close every connection to it."""
        await self._fetcher.close()


class Issuers:
    """All of them, by address."""

    def __init__(self, settings: Sequence[IssuerSettings]) -> None:
        """Trust those of the settings."""
        self._by_url = {one.issuer: Issuer(one) for one in settings}

    def trusted(self, url: str) -> Issuer:
        """Find an issuer; raises InvalidInput for one that is not trusted."""
        found = self._by_url.get(url)
        if found is None:
            raise InvalidInput("issuer", url, "the address of an issuer that this service trusts")
        return found

    def settings_of(self, url: str) -> IssuerSettings | None:
        """Give what the operator says of an issuer; None for one that is not trusted, any more."""
        found = self._by_url.get(url)
        return None if found is None else found.settings

    async def close(self) -> None:
        """Close every connection."""
        for one in self._by_url.values():
            await one.close()


def verified_email(claims: Mapping[str, Any], settings: IssuerSettings) -> str | None:
    """Give the address that the issuer says it verified, as accounts are known by it."""
    email = claims.get(settings.claims.email)
    verified = claims.get(settings.claims.email_verified, settings.emails_are_verified)
    if verified is not True or not isinstance(email, str) or not email.isprintable():
        return None
    try:
        return normal_email(email)
    except InvalidInput:
        return None


def managed_networks(claims: Mapping[str, Any], settings: IssuerSettings) -> frozenset[str]:
    """Give the networks that the issuer says a person manages, among its own."""
    if settings.claims.roles is None:
        return frozenset()
    said = claims.get(settings.claims.roles)
    values = said if isinstance(said, list) else [said]
    return frozenset(
        settings.roles[one] for one in values if isinstance(one, str) and one in settings.roles
    )
