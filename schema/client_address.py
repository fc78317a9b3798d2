"""The address that a request came from: behind trusted proxies, the one that they say.

A client may write what it likes into a header; each proxy adds, at its end, whom it heard. So the
address is the last one in it that is no trusted proxy's. It is counted, and never logged.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Literal

from starlette.requests import HTTPConnection

ForwardedHeader = Literal["X-Forwarded-For", "Forwarded"]
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

UNKNOWN = "unknown"
"""Who comes through a Unix socket, or from nowhere that can be read: all of them are one."""
HOUSEHOLD = 64
"""Bits of an IPv6 address that name a household or an office: it has all that begin with them."""


class ClientAddresses:
    """Reads the addresses of clients, as they are counted."""

    def __init__(self, trusted: Sequence[Network], header: ForwardedHeader) -> None:
        """Trust the proxies of these networks, which write this header."""
        self._trusted = trusted
        self._header = header

    def of(self, request: HTTPConnection) -> str:
        """Name who sent a request: an IPv4 address, or the beginning of an IPv6 address."""
        peer = request.client.host if request.client else ""
        if not self._trusted:
            return _counted_peer(peer)
        nearest = read_address(peer)
        if nearest is None:
            return UNKNOWN
        lines = request.headers.getlist(self._header)
        return counted(self._beyond(nearest, _said(self._header, lines)))

    def _beyond(self, nearest: Address, said: Iterable[str]) -> Address:
        """Follow what the proxies say, from the nearest on, as far as they are trusted."""
        for text in said:
            if not any(nearest in network for network in self._trusted):
                break
            before = read_address(text)
            if before is None:
                break
            nearest = before
        return nearest


def _said(header: ForwardedHeader, lines: Sequence[str]) -> Iterable[str]:
    """List the addresses that a header says, the last one first."""
    parts = reversed(",".join(lines).split(","))
    return parts if header == "X-Forwarded-For" else map(_for, parts)


def _for(element: str) -> str:
    """Read who a proxy heard from one element of `Forwarded` (RFC 7239)."""
    for pair in element.split(";"):
        name, _, value = pair.partition("=")
        if name.strip().lower() == "for":
            return value.strip().strip('"')
    return ""


def read_address(text: str) -> Address | None:
    """Read an address, with or without a port; IPv4 within IPv6 is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def counted(address: Address) -> str:
    """Name a client as it is counted."""
    if isinstance(address, IPv4Address):
        return str(address)
    host_bits = address.max_prefixlen - HOUSEHOLD
    return f"{IPv6Address(int(address) >> host_bits << host_bits)}/{HOUSEHOLD}"


@lru_cache(1024)
def _counted_peer(peer: str) -> str:
    address = read_address(peer)
    return UNKNOWN if address is None else counted(address)


def read_network(text: str) -> Network:
    """Read a network in CIDR notation, or one address; raises ValueError."""
    try:
        return ip_network(text.strip())
    except ValueError:
        raise ValueError(f"expected networks such as 10.0.0.0/8, got {text[:80]!r}") from None
