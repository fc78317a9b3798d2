"""Real OpenID Connect providers for tests (npm's `oidc-provider`), and a portal that uses them."""

import asyncio
import json
import secrets
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc.util import urlsafe_b64encode

from tests.required import skip_or_fail

WEB = Path(__file__).parents[1] / "web"
CLIENT = "portal"
CLIENT_SECRET = "the-secret-of-the-portal-which-signs-nothing"
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The providers speak http alone, and reading the certificates of the world takes 20 ms."""
REDIRECT = "https://portal.example.org/callback"

Claims = dict[str, Any]


def hashed(secret: str) -> str:
    """Give what goes to the issuer of a secret, as a nonce or as PKCE's challenge."""
    return urlsafe_b64encode(sha256(secret.encode()).digest()).decode()


@dataclass(frozen=True)
class Attempt:
    """What a portal brings to `signInWithOpenIdConnect`."""

    issuer: str
    idToken: str  # noqa: N815
    nonceSecret: str  # noqa: N815
    accessToken: str | None = None  # noqa: N815
    client: str | None = None


@dataclass(frozen=True)
class Provider:
    """One provider that runs, and the portal that is its client."""

    issuer: str
    http: httpx.AsyncClient

    async def sign_in(self, **person: Any) -> Attempt:
        """Run the authorization code flow with PKCE, as somebody with these claims."""
        nonce_secret, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        code = await self._authorize(person, nonce=hashed(nonce_secret), challenge=hashed(verifier))
        answer = await self.http.post(
            f"{self.issuer}/token",
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": REDIRECT,
                "code_verifier": verifier,
            },
            auth=(CLIENT, CLIENT_SECRET),
        )
        tokens = answer.raise_for_status().json()
        return Attempt(self.issuer, tokens["id_token"], nonce_secret, tokens["access_token"])

    async def _authorize(self, person: Claims, *, nonce: str, challenge: str) -> str:
        """Follow the redirects of a browser; give the code that comes back to the portal."""
        parameters = {
            "client_id": CLIENT,
            "response_type": "code",
            "redirect_uri": REDIRECT,
            "scope": "openid email",
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "login_hint": json.dumps(person),
        }
        async with httpx.AsyncClient(verify=PLAIN) as browser:
            answer = await browser.get(f"{self.issuer}/auth", params=parameters)
            while not (where := answer.headers["location"]).startswith(REDIRECT):
                answer = await browser.get(httpx.URL(self.issuer).join(where))
        return parse_qs(urlsplit(where).query)["code"][0]

    async def signed(self, claims: Claims, **header: Any) -> str:
        """Sign claims with the provider's own key, whatever they say."""
        asked = {"header": {"alg": "RS256", **header}, "claims": claims}
        token: str = (await self._command("sign", asked))["token"]
        return token

    async def attempt(self, now: datetime, **claims: Any) -> Attempt:
        """Make a token that is good but for the claims given; those that are None are absent."""
        nonce_secret = secrets.token_urlsafe(32)
        good = claims_of(self.issuer, now, nonce_secret)
        kept = {name: value for name, value in {**good, **claims}.items() if value is not None}
        return Attempt(self.issuer, await self.signed(kept), nonce_secret)

    async def rotate(self, *, keep: bool) -> None:
        """Sign with new keys from now on; the old ones stay published or not."""
        await self._command("rotate", {"keep": keep})

    @asynccontextmanager
    async def behaving(self, how: str) -> AsyncIterator[None]:
        """Let it misbehave for a while."""
        await self._command("behave", {"as": how})
        try:
            yield
        finally:
            await self._command("behave", {"as": None})

    async def times_asked(self) -> int:
        """Count how often its keys were fetched."""
        return int((await self._command("asked", {}))["asked"])

    async def keys(self) -> list[dict[str, str]]:
        """Fetch its public keys."""
        found: list[dict[str, str]] = (await self.http.get(f"{self.issuer}/jwks")).json()["keys"]
        return found

    async def _command(self, name: str, asked: Any) -> Any:
        # httpx itself would not write half a character
        answer = await self.http.post(f"{self.issuer}/test/{name}", content=json.dumps(asked))
        return answer.raise_for_status().json()


def claims_of(issuer: str, now: datetime, nonce_secret: str) -> Claims:
    """Give the claims of a good ID token, of somebody with an address of their own."""
    subject = secrets.token_hex(8)
    return {
        "iss": issuer,
        "aud": CLIENT,
        "sub": subject,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=10)).timestamp()),
        "nonce": hashed(nonce_secret),
        "email": f"{subject}@example.org",
        "email_verified": True,
    }


def with_token(attempt: Attempt, token: str) -> Attempt:
    """Put another token in its place."""
    return replace(attempt, idToken=token)


@dataclass(frozen=True)
class Providers:
    """Two of them: one that tells addresses in ID tokens, one at its userinfo endpoint only."""

    plain: Provider
    userinfo: Provider

    @property
    def settings(self) -> list[dict[str, Any]]:
        """Say of the first that it is a chamber's, of the other that it is the State's."""
        return [
            {
                "issuer": self.plain.issuer,
                "client_id": CLIENT,
                "networks": ["cci"],
                "claims": {"roles": "groups"},
                "roles": {"gestionnaires": "cci"},
                "algorithms": ["RS256", "ES256"],
            },
            {
                "issuer": self.userinfo.issuer,
                "client_id": CLIENT,
                "networks": "*",
                "userinfo": True,
            },
        ]


@asynccontextmanager
async def running_providers() -> AsyncIterator[Providers]:
    """Run the providers; without Node, skip the test with the reason."""
    node = shutil.which("node")
    if node is None or not (WEB / "node_modules" / "oidc-provider").is_dir():
        skip_or_fail("OpenID Connect needs Node and the packages of web/: run `make setup`")
    process = await asyncio.create_subprocess_exec(
        node,
        "oidc-provider.mjs",
        cwd=WEB,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin
    assert process.stdout
    try:
        async with asyncio.timeout(60):
            issuers = json.loads(await process.stdout.readline())
        async with httpx.AsyncClient(verify=PLAIN) as http:
            yield Providers(**{name: Provider(url, http) for name, url in issuers.items()})
    finally:
        process.stdin.close()
        await process.wait()
