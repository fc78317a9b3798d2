"""Where a link may lead us: to the public Internet alone, never into the networks around us.

Whoever has a profile writes links, so each is taken for an attempt to reach what only we reach.
A name is resolved once, and the connection goes to the very address that was judged: a name that
means another one a moment later (DNS rebinding) leads nowhere else.
"""

import asyncio
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import SOCK_STREAM

import httpx

Address = IPv4Address | IPv6Address

SCHEMES = frozenset({"http", "https"})
PORTS = frozenset({80, 443})
UNICAST = IPv6Network("2000::/3")
"""The only part of IPv6 in which machines of the Internet are."""
THIS_MACHINE = IPv4Address("127.0.0.1")


class NotPublic(Exception):
    """A link leads to where we ask nothing."""


def is_public(address: Address) -> bool:
    """Say whether it is one machine of the Internet; for an address within another, the inner."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in UNICAST or address.sixtofour is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def addresses_to_ask(url: httpx.URL, *, local: bool) -> list[Address]:
    """Resolve the host of a link, IPv4 first; `local` lets it be 127.0.0.1, on any port.

    Raises NotPublic where there is nothing that we ask, OSError where the name is nobody's.
    """
    if url.scheme not in SCHEMES:
        raise NotPublic
    port = url.port or (443 if url.scheme == "https" else 80)
    resolve = asyncio.get_running_loop().getaddrinfo
    found = await resolve(url.raw_host.decode("ascii"), port, type=SOCK_STREAM)
    addresses = dict.fromkeys(ip_address(name) for *_, (name, *_) in found)
    asked = [
        one
        for one in addresses
        if (local and one == THIS_MACHINE) or (port in PORTS and is_public(one))
    ]
    if not asked:
        raise NotPublic
    return sorted(asked, key=lambda one: one.version)
