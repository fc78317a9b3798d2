"""The messages of graphql-transport-ws, as clients send them.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from dataclasses import dataclass
from typing import Any

import orjson

from schema.http import GraphQLRequest, HttpRefusal, request_of

PROTOCOL = "graphql-transport-ws"
LONGEST_ID = 200


class BadMessage(Exception):
    """What a client sent is no message of the protocol; the socket closes with 4400."""


@dataclass(frozen=True, slots=True)
class Init:
    """The client says who holds the socket."""

    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """The client asks for a sign of life."""


@dataclass(frozen=True, slots=True)
class Pong:
    """The client gives one."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The client begins an operation."""

    id: str
    asked: GraphQLRequest


@dataclass(frozen=True, slots=True)
class Complete:
    """The client ends one."""

    id: str


Incoming = Init | Ping | Pong | Subscribe | Complete


def read_message(text: str | None) -> Incoming:
    """Read a message; raises BadMessage."""
    if text is None:
        raise BadMessage("Expected text")
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadMessage("Expected JSON") from None
    if not isinstance(found, dict):
        raise BadMessage("Expected an object")
    match found.get("type"):
        case "connection_init":
            return Init(_payload(found) or {})
        case "ping":
            _payload(found)
            return Ping()
        case "pong":
            _payload(found)
            return Pong()
        case "subscribe":
            return Subscribe(_id(found), _asked(_payload(found)))
        case "complete":
            return Complete(_id(found))
    raise BadMessage("Unknown type of message")


def _payload(found: dict[str, Any]) -> dict[str, Any] | None:
    payload = found.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise BadMessage("payload: expected an object")
    return payload


def _id(found: dict[str, Any]) -> str:
    given = found.get("id")
    if not isinstance(given, str) or not 0 < len(given) <= LONGEST_ID:
        raise BadMessage(f"id: expected a string of 1 to {LONGEST_ID} characters")
    return given


def _asked(payload: dict[str, Any] | None) -> GraphQLRequest:
    if payload is None:
        raise BadMessage("payload: expected an object")
    try:
        return request_of(payload)
    except HttpRefusal as refusal:
        raise BadMessage(refusal.message) from None
