"""Fetching from an issuer: in a bounded time, of a bounded size, and from nowhere else."""

import json
from asyncio import timeout
from typing import Any, NamedTuple

import httpx

from resolvers.openid.settings import is_safe

SECONDS = 4.0
"""For one sign-in's reading of keys, and as much for its reading of claims."""
LARGEST = 256 * 1024
"""Bytes of an answer."""
CONNECTIONS = 10
"""To one issuer, at once; each issuer has its own, so that a slow one holds up no other."""

NOT_JSON = (ValueError, RecursionError)


class Unusable(Exception):
    """An issuer's answer that cannot be used; the reason is for the log, and holds no secret."""


class Fetched(NamedTuple):
    """An answer: its status, its media type and its body."""

    status: int
    media: str
    body: bytes

    def document(self) -> dict[str, Any]:
        """Read it as a JSON object."""
        try:
            found = json.loads(self.body)
        except NOT_JSON:
            raise Unusable("it is not JSON") from None
        if not isinstance(found, dict):
            raise Unusable("it is not a JSON object")
        return found


class Fetcher:
    """Fetches from one issuer; `local` lets it use http on this machine."""

    def __init__(self, *, local: bool) -> None:
        """Open no connection yet. A redirect is never followed."""
        limits = httpx.Limits(max_connections=CONNECTIONS)
        self._client = httpx.AsyncClient(timeout=SECONDS, limits=limits, follow_redirects=False)
        self._local = local

    async def get(self, url: object, *, bearer: str | None = None) -> Fetched:
        """Fetch an address that a trusted document names; raises Unusable."""
        if not isinstance(url, str) or not is_safe(url, local=self._local):
            raise Unusable("it names an address that is not https")
        headers = {"Accept-Encoding": "identity"}
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        try:
            async with timeout(SECONDS), self._client.stream("GET", url, headers=headers) as answer:
                media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
                return Fetched(answer.status_code, media, await _body(answer))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise Unusable(type(error).__name__) from None

    async def document(self, url: object) -> dict[str, Any]:
        """Fetch a JSON object; raises Unusable."""
        fetched = await self.get(url)
        if fetched.status != 200:
            raise Unusable(f"it answers {fetched.status}")
        return fetched.document()

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()


async def _body(answer: httpx.Response) -> bytes:
    """Read as it comes, not what it would unpack to."""
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Unusable("it is compressed, unasked")
    body = bytearray()
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) > LARGEST:
            raise Unusable(f"it is longer than {LARGEST} bytes")
    return bytes(body)
