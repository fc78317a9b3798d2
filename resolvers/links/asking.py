"""Asking whether links still answer: politely, in a bounded time, and reading nothing of the page.

No cookie is kept, no proxy and no password of the environment is used.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

import httpx
import structlog

from resolvers.links.addresses import NotPublic, addresses_to_ask

log = structlog.get_logger()

AT_ONCE = 5
"""Links that are asked at the same time."""
MOST_REDIRECTS = 3
MOST_ADDRESSES = 2
"""Of one host: one that answers on IPv6 alone is found, a long list is not gone through."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({404, 410})

LIMITS = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=0)
"""A connection is used once: hosts that share an address do not share one, made for another."""

UNREACHABLE = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError)
"""Names that are nobody's or no names, closed doors, bad certificates, answers that are no HTTP;
TimeoutError is an OSError."""


class Heard(Enum):
    """What came back."""

    PAGE = "a page"
    REFUSAL = "no to us, as to somebody who has not signed in, or to robots"
    NO_PAGE = "a page that is gone, an error, redirects without an end, or to where we do not ask"
    SILENCE = "nothing"


ALIVE = frozenset({Heard.PAGE, Heard.REFUSAL})


class EndlessRedirects(Exception):
    """It leads on and on."""


@dataclass(frozen=True, slots=True)
class LinkAsker:
    """Asks links, by the name of a `user_agent`; a test lets it ask 127.0.0.1, as `local`."""

    user_agent: str
    local: bool = False

    async def ask(self, urls: Collection[str], *, seconds: float) -> Mapping[str, Heard]:
        """Ask links, a few at once, each for so many seconds at most; say what each answers."""
        turns = asyncio.Semaphore(AT_ONCE)
        async with httpx.AsyncHTTPTransport(limits=LIMITS) as transport:

            async def in_turn(url: str) -> Heard:
                async with turns:
                    heard = await self._hear(transport, "HEAD", url, seconds / 3)
                    if heard is Heard.PAGE:
                        return heard
                    return await self._hear(transport, "GET", url, seconds * 2 / 3)

            return dict(zip(urls, await asyncio.gather(*map(in_turn, urls)), strict=True))

    async def _hear(
        self, transport: httpx.AsyncHTTPTransport, method: str, url: str, seconds: float
    ) -> Heard:
        try:
            async with asyncio.timeout(seconds):
                status = await self._status(transport, method, httpx.URL(url), seconds)
        except (NotPublic, EndlessRedirects):
            return Heard.NO_PAGE
        except UNREACHABLE:
            return Heard.SILENCE
        except Exception as error:  # noqa: BLE001  whatever a server sent, the others are asked
            log.warning("link_not_understood", error=type(error).__name__)
            return Heard.SILENCE
        if status in GONE or 500 <= status < 600:
            return Heard.NO_PAGE
        return Heard.PAGE if status < 400 else Heard.REFUSAL

    async def _status(
        self, transport: httpx.AsyncHTTPTransport, method: str, url: httpx.URL, seconds: float
    ) -> int:
        """Follow a link, where it leads to being judged at each step; give the last status."""
        for _ in range(1 + MOST_REDIRECTS):
            answer = await self._send(transport, method, url, seconds)
            location = answer.headers.get("location")
            if answer.status_code not in REDIRECTS or location is None:
                return answer.status_code
            url = url.join(location)
        raise EndlessRedirects

    async def _send(
        self, transport: httpx.AsyncHTTPTransport, method: str, url: httpx.URL, seconds: float
    ) -> httpx.Response:
        """Ask a host at an address that was judged; Host, SNI and certificate are of its name."""
        headers = {"Host": url.netloc.decode("ascii"), "User-Agent": self.user_agent}
        addresses = await addresses_to_ask(url, local=self.local)
        for address in addresses[:MOST_ADDRESSES]:
            request = httpx.Request(
                method,
                url.copy_with(host=str(address)),
                headers={**headers, "Accept": "*/*"},
                extensions={
                    "sni_hostname": url.raw_host.decode("ascii").rstrip("."),
                    "timeout": {"connect": seconds / 2},
                },
            )
            try:
                answer = await transport.handle_async_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failed = error
            else:
                await answer.aclose()
                return answer
        raise failed
