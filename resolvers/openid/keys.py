"""The keys that an issuer signs with, as it publishes them (JWKS), found through discovery."""

from asyncio import Lock, timeout
from datetime import datetime, timedelta
from typing import Any

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from resolvers.openid.fetching import SECONDS, Fetcher, Unusable
from resolvers.refusal import Refusal

log = structlog.get_logger()

KEPT = timedelta(minutes=10)
"""After that they are fetched again: one that was withdrawn signs nothing any more."""
AT_MOST_EVERY = timedelta(seconds=10)
"""Between two fetches, whatever keys are asked for and however the last one ended."""
SHORTEST_RSA = 2048
"""Bits."""

Key = RSAKey | ECKey
Name = tuple[str, str]
"""A key's type (RSA, EC) and id: ids are unique within a type only (RFC 7517, 4.5)."""


class IssuerUnavailable(Refusal):
    """The issuer does not answer, or not as it should: nobody can be recognised now."""

    code = "ISSUER_UNAVAILABLE"

    def __init__(self) -> None:
        """Say it in the same words, whatever went wrong: the log knows."""
        super().__init__("The issuer does not answer as it should: try again later.", "issuer")


class PublishedKeys:
    """An issuer's keys. One that is not known is looked for, at most every ten seconds."""

    def __init__(self, issuer: str, fetcher: Fetcher) -> None:
        """Know none yet."""
        self._issuer = issuer
        self._fetcher = fetcher
        self._fetching = Lock()
        self._keys: dict[Name, Key] = {}
        self._asked_at: datetime | None = None
        self._fetched_at: datetime | None = None
        self._failed = False
        self.discovered: dict[str, Any] = {}
        """What the issuer says of itself."""

    async def find(self, name: Name, now: datetime) -> Key | None:
        """Find a key that the issuer publishes; raises IssuerUnavailable where it cannot say."""
        if self._is_due(name, now):
            async with self._fetching:
                if self._is_due(name, now):
                    await self._fetch(now)
                    self._asked_at = now  # not before: who comes meanwhile waits for the keys
        key = self._keys.get(name) if self._is_fresh(now) else None
        if key is None and self._failed:
            raise IssuerUnavailable
        return key

    def _is_fresh(self, now: datetime) -> bool:
        return self._fetched_at is not None and abs(now - self._fetched_at) < KEPT

    def _is_due(self, name: Name, now: datetime) -> bool:
        if self._asked_at is not None and abs(now - self._asked_at) < AT_MOST_EVERY:
            return False
        return name not in self._keys or not self._is_fresh(now)

    async def _fetch(self, now: datetime) -> None:
        try:
            async with timeout(SECONDS):
                found = await self._discover()
                keys = read_keys(await self._fetcher.document(found.get("jwks_uri")))
        except (Unusable, TimeoutError) as error:
            self._failed = True
            log.warning("issuer_unavailable", issuer=self._issuer, reason=str(error) or "slow")
            return
        self._failed, self._fetched_at = False, now
        self.discovered, self._keys = found, keys

    async def _discover(self) -> dict[str, Any]:
        address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await self._fetcher.document(address)
        if found.get("issuer") != self._issuer:
            raise Unusable("it speaks for another issuer")
        return found


def read_keys(document: dict[str, Any]) -> dict[Name, Key]:
    """Read the keys that we could use; an odd one does not hide the others."""
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise Unusable("it lists no keys")
    found: dict[Name, Key] = {}
    for one in listed:
        key = _read_key(one) if isinstance(one, dict) else None
        if key is not None:
            found[one["kty"], one["kid"]] = key
    return found


def _read_key(one: dict[str, Any]) -> Key | None:
    if one.get("use", "sig") != "sig" or not isinstance(one.get("kid"), str):
        return None
    try:
        if one.get("kty") == "EC":
            return ECKey.import_key(one)
        if one.get("kty") == "RSA":
            key = RSAKey.import_key(one)
            return key if key.public_key.key_size >= SHORTEST_RSA else None
    except (JoseError, ValueError, TypeError, KeyError):
        pass
    return None
