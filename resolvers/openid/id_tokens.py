"""ID tokens: who signed one, for whom, when, and in answer to what (OpenID Connect Core, 3.1.3.7).

The `nonce` in it is the SHA-256 of a secret that only the portal that asked holds (15.5.2): who
got hold of the token alone cannot use it.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.util import urlsafe_b64encode

from models.identities import LONGEST_SUBJECT
from models.sessions import secret_hash
from resolvers.openid.keys import PublishedKeys
from resolvers.openid.settings import IssuerSettings
from resolvers.refusal import Refusal

LEEWAY = timedelta(seconds=30)
"""How far the issuer's clock may be from ours."""
LONGEST_LIFE = timedelta(days=1)
"""How long a token may still last: for so long we remember that it was used."""
LONGEST_TOKEN = 16_000
"""Characters."""

MALFORMED = (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What reading a text that is no token may raise, in the libraries that read it."""


class IdTokenRefused(Refusal):
    """An ID token that proves nothing; the words say why, to whoever holds it."""

    code = "BAD_USER_INPUT"

    def __init__(self, what: str, field: str = "idToken") -> None:
        """Say what is wrong with it."""
        super().__init__(f"{field}: {what}.", field)


@dataclass(frozen=True, slots=True)
class IdToken:
    """A token that holds: its subject and claims, its hash, and until when it must be remembered.

    The hash is of what was signed: one signature of it can be turned into another that holds too.
    """

    subject: str
    claims: Mapping[str, Any]
    token_hash: str
    ends_at: datetime


async def read_id_token(
    text: str, *, issuer: IssuerSettings, keys: PublishedKeys, nonce_secret: str, now: datetime
) -> IdToken:
    """Check an ID token; raises IdTokenRefused, or IssuerUnavailable."""
    claims = await signed_claims(text, "idToken", issuer=issuer, keys=keys, now=now)
    _check_parties(claims, issuer)
    ends_at = _check_times(claims, now)
    nonce = urlsafe_b64encode(sha256(nonce_secret.encode()).digest()).decode()
    if not hmac.compare_digest(str(claims.get("nonce")).encode("utf-8", "replace"), nonce.encode()):
        raise IdTokenRefused("its SHA-256 is not the nonce of the ID token", "nonceSecret")
    signed = text.rpartition(".")[0]
    return IdToken(claims["sub"], claims, secret_hash(signed), ends_at + LEEWAY)


async def signed_claims(
    text: str, field: str, *, issuer: IssuerSettings, keys: PublishedKeys, now: datetime
) -> dict[str, Any]:
    """Read what the issuer signed, by one of its algorithms and with a key that it publishes."""
    if len(text) > LONGEST_TOKEN:
        raise IdTokenRefused(f"expected at most {LONGEST_TOKEN} characters", field)
    try:
        token = jws.extract_compact(text.encode())
        algorithm, key_id = token.headers()["alg"], token.headers().get("kid")
    except MALFORMED:
        raise IdTokenRefused("expected a signed token (JWS)", field) from None
    if not isinstance(algorithm, str) or algorithm not in issuer.algorithms:
        raise IdTokenRefused("it is not signed by an algorithm accepted of the issuer", field)
    if not isinstance(key_id, str):
        raise IdTokenRefused("it does not name its key (kid)", field)
    key = await keys.find(("EC" if algorithm.startswith("ES") else "RSA", key_id), now)
    if key is None:
        raise IdTokenRefused("the issuer publishes no such key", field)
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        genuine = jws.validate_compact(token, key, registry=registry)
        claims = json.loads(token.payload) if genuine else None
    except MALFORMED:
        claims = None
    if not isinstance(claims, dict):
        raise IdTokenRefused("its signature is not the issuer's", field)
    return claims


def _check_parties(claims: Mapping[str, Any], issuer: IssuerSettings) -> None:
    """Check who wrote it, about whom and for whom: for one client, it must be ours alone."""
    if claims.get("iss") != issuer.issuer:
        raise IdTokenRefused("it is of another issuer")
    audience, party = claims.get("aud"), claims.get("azp", issuer.client_id)
    if audience not in (issuer.client_id, [issuer.client_id]):
        shared = isinstance(audience, list) and issuer.client_id in audience
        if not shared or "azp" not in claims:
            raise IdTokenRefused("it is for another client")
    if party != issuer.client_id:
        raise IdTokenRefused("it is for another client")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise IdTokenRefused("it names no subject")
    if not (subject.isascii() and subject.isprintable()):
        raise IdTokenRefused("it names no subject")


def _check_times(claims: Mapping[str, Any], now: datetime) -> datetime:
    """Check when it holds; give when it ends."""
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    ends, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    begins = _seconds(claims, "nbf") if "nbf" in claims else issued
    if ends <= moment - leeway:
        raise IdTokenRefused("its time is over")
    if max(issued, begins) > moment + leeway:
        raise IdTokenRefused("its time has not come")
    if ends > moment + LONGEST_LIFE.total_seconds():
        raise IdTokenRefused("expected one that ends within a day")
    return datetime.fromtimestamp(ends, UTC)


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    """Read a time, in Unix seconds."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise IdTokenRefused(f"expected a time as {name}")
    return float(value)
