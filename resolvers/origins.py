"""Web origins (RFC 6454): whose pages may use an API key."""

import re

from resolvers.refusal import InvalidInput

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
ORIGIN = re.compile(rf"(https?)://({LABEL}(?:\.{LABEL})*|\[::1\])(?::([1-9][0-9]{{0,4}}))?")
LONGEST = 255
LAST_PORT = 65_535
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
DEFAULT_PORTS = {("http", "80"), ("https", "443")}
EXPECTED = (
    "an origin as browsers send it, such as https://portail.example.org, or http://localhost:3000"
)


def normal_origin(text: str) -> str:
    """Check an origin and write it as browsers do: lower case, without the scheme's own port.

    Only pages of this machine may do without TLS: another's could be changed on the way, key and
    all. Raises InvalidInput.
    """
    found = ORIGIN.fullmatch(text.lower()) if len(text) <= LONGEST and text.isascii() else None
    if found is None:
        raise InvalidInput("origins", text, EXPECTED)
    scheme, host, port = found.groups()
    if (scheme == "http" and host not in LOOPBACK) or int(port or 0) > LAST_PORT:
        raise InvalidInput("origins", text, EXPECTED)
    default = port is None or (scheme, port) in DEFAULT_PORTS
    return f"{scheme}://{host}" if default else f"{scheme}://{host}:{port}"
