"""Why a socket is closed (graphql-transport-ws, RFC 6455)."""

from typing import NamedTuple


class Closing(NamedTuple):
    """A code for the client's program, and words for its author."""

    code: int
    reason: str


RESTART = Closing(1012, "Service restart")
FAILED = Closing(1011, "Internal error")
LATER = Closing(1013, "Try again later")
UNAUTHORIZED = Closing(4401, "Unauthorized")
FORBIDDEN = Closing(4403, "Forbidden")
OTHER_PROTOCOL = Closing(4406, "Subprotocol not acceptable")
SILENT = Closing(4408, "Connection initialisation timeout")
INITIALISED_TWICE = Closing(4429, "Too many initialisation requests")

LONGEST = 120
"""Bytes of a reason, of the 123 that a frame has."""


def bad_request(reason: str) -> Closing:
    """Say what was wrong with a message."""
    return Closing(4400, _cut(reason))


def exists_already(id: str) -> Closing:
    """Say which operation is under way."""
    return Closing(4409, _cut(f"Subscriber for {id} already exists"))


def _cut(reason: str) -> str:
    return reason.encode()[:LONGEST].decode(errors="ignore")
