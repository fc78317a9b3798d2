"""ID tokens that prove nothing: forged, too old, for another, in answer to nobody's question."""

import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from tests.oidc_provider import (
    CLIENT_SECRET,
    Attempt,
    Claims,
    Provider,
    Providers,
    claims_of,
    with_token,
)
from tests.scenarios.openid import refused
from tests.service import Service

Made = Callable[[Service, Provider], Awaitable[Attempt]]


def saying(**claims: Any) -> Made:
    """Make a token that the provider signs, and that is good but for these claims."""

    async def made(service: Service, provider: Provider) -> Attempt:
        return await provider.attempt(service.clock(), **claims)

    return made


def at(claim: str, seconds: int) -> Made:
    """Make one that is good but for a time, so many seconds from now."""

    async def made(service: Service, provider: Provider) -> Attempt:
        moment = int(service.clock().timestamp()) + seconds
        return await provider.attempt(service.clock(), **{claim: moment})

    return made


def signed(sign: Callable[[Claims, list[dict[str, str]]], str]) -> Made:
    """Make one that somebody else signs, who knows the provider's public keys."""

    async def made(service: Service, provider: Provider) -> Attempt:
        nonce_secret = secrets.token_urlsafe(32)
        claims = claims_of(provider.issuer, service.clock(), nonce_secret)
        return Attempt(provider.issuer, sign(claims, await provider.keys()), nonce_secret)

    return made


def headed(**header: Any) -> Made:
    """Make one that the provider signs, with another header."""

    async def made(service: Service, provider: Provider) -> Attempt:
        attempt = await provider.attempt(service.clock())
        claims = json.loads(urlsafe_b64decode(attempt.idToken.split(".")[1].encode()))
        return with_token(attempt, await provider.signed(claims, **header))

    return made


def changed(change: Callable[[Attempt], Attempt]) -> Made:
    """Change a good attempt."""

    async def made(service: Service, provider: Provider) -> Attempt:
        return change(await provider.attempt(service.clock()))

    return made


def part(value: Any) -> str:
    """Write a part of a token."""
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


def by_own_key(claims: Claims, keys: list[dict[str, str]]) -> str:
    return jwt.encode({"alg": "RS256", "kid": keys[0]["kid"]}, claims, RSAKey.generate_key(2048))


def by_key_it_brings(claims: Claims, keys: list[dict[str, str]]) -> str:
    own = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": keys[0]["kid"], "jwk": {"kty": "RSA"}}
    header["jwk"] = {"kty": "RSA", "e": "AQAB", "n": str(own.as_dict(private=False)["n"])[:200]}
    return jwt.encode(header, claims, own)


def by_nobody(claims: Claims, keys: list[dict[str, str]]) -> str:
    return f"{part({'alg': 'none', 'kid': keys[0]['kid']})}.{part(claims)}."


def by_public_key(claims: Claims, keys: list[dict[str, str]]) -> str:
    pem = RSAKey.import_key(keys[0]).as_bytes("PEM", private=False)  # type: ignore[arg-type]
    return hmac_signed(claims, keys, pem)


def by_client_secret(claims: Claims, keys: list[dict[str, str]]) -> str:
    return hmac_signed(claims, keys, CLIENT_SECRET.encode())


def hmac_signed(claims: Claims, keys: list[dict[str, str]], secret: bytes) -> str:
    signed = f"{part({'alg': 'HS256', 'kid': keys[0]['kid']})}.{part(claims)}"
    return f"{signed}.{urlsafe_b64encode(hmac.digest(secret, signed.encode(), 'sha256')).decode()}"


def altered(attempt: Attempt) -> Attempt:
    """Say that one is somebody else."""
    header, claims, signature = attempt.idToken.split(".")
    said = json.loads(urlsafe_b64decode(claims.encode())) | {"sub": "somebody else"}
    return with_token(attempt, f"{header}.{part(said)}.{signature}")


DEEP = part(0).join(["", ""]) + urlsafe_b64encode(b"[" * 300).decode()

REFUSED: dict[str, tuple[Made, str]] = {
    "forged signature": (signed(by_own_key), "signature"),
    "a key that it brings itself": (signed(by_key_it_brings), "signature"),
    "altered claims": (changed(altered), "signature"),
    "alg none": (signed(by_nobody), "algorithm"),
    "HS256 by the public key": (signed(by_public_key), "algorithm"),
    "HS256 by the client's secret": (signed(by_client_secret), "algorithm"),
    "algorithm that is no text": (
        changed(lambda one: with_token(one, f"{part({'alg': ['RS256']})}.e30.AAAA")),
        "algorithm",
    ),
    "unknown kid": (headed(kid="unheard of"), "no such key"),
    "kid of another type of key": (headed(kid="ES256-1"), "no such key"),
    "no kid": (headed(kid=None), "does not name its key"),
    "critical extension": (headed(crit=["exp"], exp=1), "signature"),
    "expired": (at("exp", -30), "over"),
    "issued in time to come": (at("iat", 31), "not come"),
    "not yet valid": (at("nbf", 31), "not come"),
    "lasting for years": (at("exp", 90_000), "within a day"),
    "ending never": (saying(exp=1e300), "time as exp"),
    "no end": (saying(exp=None), "time as exp"),
    "no beginning": (saying(iat=None), "time as iat"),
    "an end that is true": (saying(exp=True), "time as exp"),
    "wrong audience": (saying(aud="another"), "another client"),
    "no audience": (saying(aud=None), "another client"),
    "shared audience": (saying(aud=["portal", "another"]), "another client"),
    "shared, asked by another": (saying(aud=["portal", "another"], azp="another"), "another"),
    "asked by another": (saying(azp="another"), "another client"),
    "wrong issuer": (saying(iss="https://another.example.org"), "another issuer"),
    "no subject": (saying(sub=None), "no subject"),
    "a subject of bytes": (saying(sub="a\0b"), "no subject"),
    "a subject too long": (saying(sub="s" * 256), "no subject"),
    "claims that are a list": (
        changed(lambda one: with_token(one, one.idToken.split(".")[0] + ".W10.AAAA")),
        "signature",
    ),
    "no token": (changed(lambda one: with_token(one, "no token")), "signed token"),
    "empty": (changed(lambda one: with_token(one, "")), "signed token"),
    "a header that is deep": (changed(lambda one: with_token(one, f"{DEEP}.e30.AAAA")), "token"),
    "very long": (changed(lambda one: with_token(one, "a" * 16_001)), "16000"),
    "nonce missing": (saying(nonce=None), "nonce"),
    "nonce of another": (saying(nonce="another"), "nonce"),
    "nonce that is no text": (saying(nonce=1), "nonce"),
    "nonce with half a character": (saying(nonce="\ud800"), "nonce"),
    "another's nonce secret": (
        changed(lambda one: replace(one, nonceSecret=secrets.token_urlsafe(32))),
        "nonce",
    ),
    "short nonce secret": (changed(lambda one: replace(one, nonceSecret="short")), "43 to 128"),
}
"""What a token is, and what the refusal says of it."""


@pytest.mark.parametrize("case", REFUSED)
async def test_a_token_that_proves_nothing_opens_nothing(
    openid: Service, providers: Providers, case: str
) -> None:
    make, words = REFUSED[case]

    error = await refused(openid, await make(openid, providers.plain))

    assert error["code"] == "BAD_USER_INPUT"
    assert error["field"] == ("nonceSecret" if "nonce" in case else "idToken")
    assert words in error["message"]


async def test_the_nonce_itself_is_not_its_secret(openid: Service, providers: Providers) -> None:
    attempt = await providers.plain.attempt(openid.clock())
    nonce = urlsafe_b64encode(sha256(attempt.nonceSecret.encode()).digest()).decode()

    error = await refused(openid, replace(attempt, nonceSecret=nonce))

    assert error["field"] == "nonceSecret"
